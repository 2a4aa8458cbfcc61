// What can be compared with what is shown.
import { fold } from "../format";
import { named, placed, words as general } from "../i18n";
import { period as periodTitle } from "../period";
import { areasShown } from "../picture";
import { kindOf, yearOf } from "../period";
import { store } from "../store";
import { against, KINDS, type Kind } from "./against";
import { words } from "./words";

export interface Choice {
  value: string;
  title: string;
  group?: string;
}

/** Periods of the present kind, the newest first; the one before and the one of last year say so. */
export function periods(): Choice[] {
  const now = store.shown;
  if (!now?.period) return [];
  const kind = kindOf(now.period);
  const list = now.periods.filter((one) => one !== now.period && kindOf(one) === kind);
  const before = list.findLast((one) => one < now.period!);
  const lastYear = `${Number(yearOf(now.period)) - 1}${now.period.slice(4)}`;
  const mark = (one: string): string => (one === before ? ` · ${words().previous}` : one === lastYear ? ` · ${words().lastYear}` : "");
  return list.map((one) => ({ value: `period:${one}`, title: periodTitle(one, store.state.lang) + mark(one) })).reverse();
}

/** Indicators with figures of the level shown, by module. */
export function indicators(): Choice[] {
  const catalogue = store.data.catalogue.value;
  const level = store.shown?.level === "province" ? "province" : "commune";
  const title = (id: string): string => {
    const found = catalogue?.modules.find((one) => one.id === id);
    return (store.state.lang === "en" && found?.title_en) || (found?.title ?? "");
  };
  return (catalogue?.indicators ?? [])
    .filter((one) => one.code !== store.state.indicator && one.levels.includes(level))
    .map((one) => ({ value: `indicator:${one.code}`, title: named(one), group: title(one.module) }));
}

/** The areas in view, by kind, behind those that they lie in. */
export function areas(): Choice[] {
  const subject = store.subject;
  const above = (subject?.path ?? []).filter((one) => one.code !== subject?.code).reverse();
  const seen = areasShown().filter((one) => one.code !== subject?.code);
  const kinds = general().kinds;
  const list = seen.map((one) => ({ value: `area:${one.code}`, title: placed(one), group: kinds[one.kind] ?? "" }));
  list.sort((a, b) => a.group.localeCompare(b.group, "vi") || fold(a.title).localeCompare(fold(b.title)));
  return [...above.map((one) => ({ value: `area:${one.code}`, title: placed(one) })), ...list];
}

const LISTS: Partial<Record<Kind, () => Choice[]>> = { period: periods, indicator: indicators, area: areas };

/** What there is to choose among for the present way of comparing. */
export const choices = (kind: Kind): Choice[] => LISTS[kind]?.() ?? [];

/** Where a kind of comparison starts: the period before, a related indicator, the area above. */
export function first(kind: Kind): string | null {
  if (kind === "target" || kind === "months") return kind;
  const list = choices(kind);
  if (kind === "period") return (list.find((one) => one.title.endsWith(words().previous)) ?? list[0])?.value ?? null;
  if (kind === "indicator") {
    const module = store.data.detail.value?.module;
    const kin = store.data.catalogue.value?.indicators.filter((one) => one.module === module).map((one) => `indicator:${one.code}`) ?? [];
    return (list.find((one) => kin.includes(one.value)) ?? list[0])?.value ?? null;
  }
  return list[0]?.value ?? null;
}

export const possible = (): Kind[] => KINDS.filter((kind) => kind === against()?.kind || first(kind) !== null);
