// What the page shows, as a value; and that value as the address of the page.
import { isPeriod } from "./period";
import type { Lang, Method, Theme } from "./types";

export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

/** Chosen codes of one field of one layer, e.g. cameras → state → ["offline"]. Nothing chosen means all. */
export type Filters = Record<string, Record<string, string[]>>;

export interface State {
  indicator: string | null;
  period: string | null;
  area: string | null;
  level: (typeof LEVELS)[number] | null;
  method: Method | null;
  layers: string[];
  filters: Filters;
  view: View | null;
  theme: Theme | null;
  lang: Lang;
  /** The structure of areas shown: a date, `current`, or null to follow the period. */
  boundary: string | null;
  /** `current`: the area is meant in the present structure, whatever is shown. */
  frame: "current" | null;
  /** Other areas to look through: former districts, a region set. */
  lens: string | null;
  /** The area of the lens that is picked out. */
  pick: string | null;
  /** Before and after the reform side by side. */
  compare: boolean;
  /** What the picture is compared with: `period:2025-03`, `target`, `indicator:kt-05`, `area:24781`, or `months` for a year of small maps. */
  against: string | null;
  /** How two pictures are seen: null is their difference in the unit. */
  way: (typeof WAYS)[number] | null;
  /** The moment whose knowledge is shown; null is now. */
  known: string | null;
  /** The open table: `all`, or the kind of areas that are ranked among themselves. */
  ranking: string | null;
}

export const METHODS: readonly Method[] = ["target", "quantile", "natural", "equal"];
export const LEVELS = ["province", "commune"] as const;
export const WAYS = ["percent", "swipe", "beside"] as const;
export const THEMES: readonly Theme[] = ["light", "dark"];
export const LANGS: readonly Lang[] = ["vi", "en"];
const AGAINST = /^(target|months|indicator:[\w-]+|area:\w+|period:\S+)$/;
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?$/;
export const FILTER_PART = /^([\w-]+)\.(\w+):(.+)$/;

export function parse(search: string): State {
  const q = new URLSearchParams(search);
  const period = clean(q.get("period"));
  return {
    indicator: clean(q.get("indicator"))?.toLowerCase() ?? null,
    period: period && isPeriod(period) ? period : null,
    area: clean(q.get("area"))?.toUpperCase() ?? null,
    level: oneOf(LEVELS, q.get("level")),
    method: oneOf(METHODS, q.get("method")),
    layers: [...new Set((q.get("layers") ?? "").split(",").filter(Boolean))],
    filters: parseFilters(q.get("filter")),
    view: parseView(q.get("view")),
    theme: oneOf(THEMES, q.get("theme")),
    lang: oneOf(LANGS, q.get("lang")) ?? "vi",
    boundary: clean(q.get("boundary")),
    frame: q.get("frame") === "current" ? "current" : null,
    lens: clean(q.get("lens")),
    pick: clean(q.get("pick")),
    compare: q.get("compare") === "1",
    against: parseAgainst(q.get("against")),
    way: oneOf(WAYS, q.get("way")),
    known: parseKnown(q.get("known")),
    ranking: clean(q.get("ranking")),
  };
}

/** The query of a state, "?" included; only what differs from the plain page is written. */
export function address(state: State): string {
  const parts: string[] = [];
  const put = (key: string, value: string | null | false): void => {
    if (value) parts.push(`${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%3A/g, ":")}`);
  };
  put("indicator", state.indicator);
  put("period", state.period);
  put("area", state.area);
  put("level", state.level);
  put("method", state.method);
  put("layers", state.layers.join(","));
  put("filter", writeFilters(state.filters, state.layers));
  put("view", state.view && writeView(state.view));
  put("theme", state.theme);
  put("lang", state.lang === "en" && "en");
  put("boundary", state.boundary);
  put("frame", state.frame);
  put("lens", state.lens);
  put("pick", state.pick);
  put("compare", state.compare && "1");
  put("against", state.against);
  put("way", state.against && state.way);
  put("known", state.known);
  put("ranking", state.ranking);
  return parts.length ? `?${parts.join("&")}` : "";
}

export function parseAgainst(text: string | null): string | null {
  const asked = clean(text);
  if (!asked || !AGAINST.test(asked)) return null;
  return asked.startsWith("period:") && !isPeriod(asked.slice(7)) ? null : asked;
}

/** A day, or a moment by Viet Nam's clock. */
export function parseKnown(text: string | null): string | null {
  const asked = clean(text);
  return asked && MOMENT.test(asked) && !Number.isNaN(Date.parse(asked)) ? asked : null;
}

export function parseView(text: string | null): View | null {
  const numbers = (text ?? "").split("/").map(Number);
  const [lat, lon, zoom] = numbers;
  if (numbers.length !== 3 || lat === undefined || lon === undefined || zoom === undefined) return null;
  if (!numbers.every(Number.isFinite) || Math.abs(lat) > 85 || Math.abs(lon) > 180 || zoom < 0 || zoom > 22) return null;
  return { lat, lon, zoom };
}

export function writeView({ lat, lon, zoom }: View): string {
  const digits = Math.max(2, Math.ceil(zoom / 2.5)); // enough to come back to the same pixel
  return `${+lat.toFixed(digits)}/${+lon.toFixed(digits)}/${+zoom.toFixed(2)}`;
}

function parseFilters(text: string | null): Filters {
  const filters: Filters = {};
  for (const part of (text ?? "").split(";")) {
    const found = FILTER_PART.exec(part);
    if (found) (filters[found[1]!] ??= {})[found[2]!] = found[3]!.split("|");
  }
  return filters;
}

function writeFilters(filters: Filters, layers: string[]): string {
  return layers
    .flatMap((layer) =>
      Object.entries(filters[layer] ?? {})
        .filter(([, values]) => values.length)
        .map(([field, values]) => `${layer}.${field}:${values.join("|")}`),
    )
    .join(";");
}

function oneOf<T extends string>(allowed: readonly T[], text: string | null): T | null {
  return allowed.find((value) => value === text) ?? null;
}

function clean(text: string | null): string | null {
  const trimmed = text?.trim();
  return trimmed ? trimmed.slice(0, 60) : null;
}
