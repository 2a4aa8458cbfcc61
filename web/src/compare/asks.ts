// What comparisons need of the server, asked for whenever the state changes.
import * as api from "../api";
import { extentKey, extentOf, legendKey } from "../extent";
import { askRanking } from "../movement";
import { kindOf } from "../period";
import { former, type Shown } from "../shown";
import { store } from "../store";
import { following, nearest, pinned, upTo } from "../timeline";
import type { IndicatorDetail, Pictures } from "../types";
import { against, type Against } from "./against";

const YEAR = 12; // small maps

/** The former areas of the view in the same period or the last before it, where before and after are compared. */
export function beforeShown(): (api.Extent & { period: string }) | null {
  const start = store.data.start.value;
  const now = store.shown;
  const old = start && former(start);
  const detail = store.data.detail.value;
  if (!store.state.compare || !old || !now?.period || !detail) return null;
  return { ...extentOf(now), boundary: old.id, period: upTo(detail, now.level, old.id, now.period) };
}

/** The period of the second indicator that is shown with the present one. */
export function otherPeriod(now: Shown, other: IndicatorDetail): string | null {
  const line = pinned(other, now.level, now.boundary, () => true, now.period);
  const own = following(other, now.level, [now.boundary], () => true, now.period);
  return nearest((line.length ? line : own).map((at) => at.period), now.period);
}

/** The last twelve periods up to the present one; the first twelve where there are fewer before it. */
export function yearShown(now: Shown): string[] {
  const kind = kindOf(now.period ?? "");
  const alike = now.periods.filter((period) => kindOf(period) === kind);
  const end = Math.max(alike.indexOf(now.period ?? "") + 1, Math.min(YEAR, alike.length));
  return alike.slice(Math.max(0, end - YEAR), end);
}

export function ask(): void {
  askBefore();
  const wanted = against();
  const now = store.shown;
  const { lang, known } = store.state;
  const detail = store.data.detail.value;
  if (!wanted || !now?.period || !detail) return store.drop("other", "otherDetail", "otherCard", "months");
  const code = wanted.kind === "indicator" ? wanted.code : null;
  if (code) store.load("otherDetail", `${code} ${lang}`, () => api.indicator(code, lang), "detail");
  else store.drop("otherDetail");
  const key = otherKey(wanted, now);
  if (key) store.load("other", `${JSON.stringify(key)} ${lang}`, () => api.values(key, lang), "slice");
  else store.drop("other");
  if (wanted.kind === "area") askCard(wanted.code, detail.code, now);
  else store.drop("otherCard");
  if (wanted.kind === "months") {
    const periods = yearShown(now);
    const extent = api.extent(extentOf(now));
    store.load("months", `${detail.code} ${extentKey(extentOf(now))} ${periods.join()} ${known}`, () =>
      api.get<Pictures>(`/api/indicators/${encodeURIComponent(detail.code)}/pictures`, { ...extent, periods: periods.join(","), known: api.moment(known) }));
  } else {
    store.drop("months");
  }
  if (wanted.kind === "period") askRanking();
}

function askCard(code: string, indicator: string, now: Shown): void {
  const { lang, known } = store.state;
  const { period, boundary } = now;
  if (period) store.load("otherCard", `${indicator} ${code} ${period} ${boundary} ${lang} ${known}`, () => api.card(indicator, code, period, boundary, lang, known), "card");
}

function otherKey(wanted: Against, now: Shown): api.SliceKey | null {
  const own = store.sliceKey(now.period!);
  if (!own) return null;
  if (wanted.kind === "period") return { ...own, period: wanted.period, boundary: now.boundary };
  const other = store.data.otherDetail.value;
  if (wanted.kind !== "indicator" || other?.code !== wanted.code) return null;
  const period = otherPeriod(now, other);
  return period ? { ...own, indicator: other.code, period, boundary: now.boundary, target: false } : null;
}

/** Sums of large and small areas do not stand on one scale: before and after have classes of their own. */
export function ownScales(): boolean {
  return store.data.detail.value?.space_rule === "sum" && store.data.legend.value?.method !== "target";
}

function askBefore(): void {
  const { lang, method } = store.state;
  const extent = beforeShown();
  const own = store.shown?.period ? store.sliceKey(store.shown.period) : null;
  if (!extent || !own) return store.drop("before", "beforeStyle", "beforeAreas", "beforeLegend");
  const key: api.SliceKey = { ...own, boundary: extent.boundary, period: extent.period, target: method === "target" };
  store.load("beforeStyle", `${store.theme} ${lang} ${extent.boundary} null`, () => api.style(store.theme, lang, extent.boundary, null), "style");
  store.load("beforeAreas", `${extentKey(extent)} ${lang}`, () => api.areas(extent, lang), "areas");
  if (ownScales()) {
    const legend: api.LegendKey = { ...extent, indicator: own.indicator, method, known: own.known };
    store.load("beforeLegend", `${legendKey(own.indicator, extent)} ${method} ${kindOf(extent.period)} ${lang} ${own.known}`, () => api.legend(legend, lang), "legend");
  } else {
    store.drop("beforeLegend");
  }
  store.load("before", `${JSON.stringify(key)} ${lang}`, () => api.values(key, lang), "slice");
}
