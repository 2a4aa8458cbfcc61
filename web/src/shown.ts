// What a state means on the map: boundary, level, surrounding area, period. Pure.
import { yearOf } from "./format";
import type { Resources } from "./store";
import type { State } from "./state";
import type { Area, AreaChild, IndicatorDetail, Legend, Level, MapLevel, Slice } from "./types";

export interface Shown {
  boundary: string;
  approximate: boolean;
  level: MapLevel;
  within: string;
  /** Code of the area picked out on the map, if it is one of those coloured. */
  selected: string | null;
  periods: string[];
  period: string | null;
}

export function shown(state: State, data: Resources): Shown | null {
  const start = data.start.value;
  if (!start || !state.area) return null;
  const base = start.boundaries.find((b) => b.id === state.boundary) ?? start.boundaries[0];
  if (!base) return null;
  const lost = data.focus.problem !== null; // an unknown area: the country is shown behind the message
  const frame = lost ? COUNTRY : frameOf(state, base.communes_of, data.focus.value);
  if (!frame) return null;
  const detail = data.detail.value?.code === state.indicator ? data.detail.value : null;
  const order = state.boundary ? [base.id] : start.boundaries.map((b) => b.id);
  const line = detail ? timeline(detail, frame.level, order, frame.within) : [];
  const period = nearest(line.map((at) => at.period), state.period);
  const boundary = line.find((at) => at.period === period)?.boundary ?? base.id;
  return {
    boundary,
    approximate: start.boundaries.find((b) => b.id === boundary)?.approximate ?? base.approximate,
    ...frame,
    periods: line.map((at) => at.period),
    period,
  };
}

/** Where in time a level has figures, and on whose boundaries; of two boundaries the earlier in `order` wins. */
function timeline(detail: IndicatorDetail, level: Level, order: string[], within: string): { period: string; boundary: string }[] {
  const rank = (id: string): number => order.indexOf(id);
  const sets = detail.data
    .filter((set) => set.level === level && rank(set.boundary) >= 0 && (within === "VN" || !set.within || set.within.includes(within)))
    .sort((a, b) => rank(a.boundary) - rank(b.boundary));
  const taken: typeof sets = [];
  for (const set of sets) {
    // Years and months of one span do not stand on one scale; years that end before the months begin do.
    const clash = taken.some((one) => one.kind !== set.kind && yearOf(one.periods[0]!) <= yearOf(set.periods.at(-1)!) && yearOf(set.periods[0]!) <= yearOf(one.periods.at(-1)!));
    if (set.periods.length && !clash) taken.push(set);
  }
  const found = new Map<string, string>();
  for (const set of taken) {
    for (const period of set.periods) if (!found.has(period)) found.set(period, set.boundary);
  }
  return [...found].map(([period, boundary]) => ({ period, boundary })).sort((a, b) => (a.period < b.period ? -1 : 1));
}

type Frame = Pick<Shown, "level" | "within" | "selected">;
const COUNTRY: Frame = { level: "province", within: "VN", selected: null };

function frameOf(state: State, communesOf: string[], focus: Area | null): Frame | null {
  const area = state.area!;
  const country = (selected: string | null): Frame => ({ level: "province", within: "VN", selected });
  if (area === "VN") return state.level === "commune" ? { level: "commune", within: "VN", selected: null } : country(null);
  if (focus?.code !== area) {
    // The level of an area is known for sure only from the server; two digits are a province, which saves a wait.
    return /^\d\d$/.test(area) && communesOf.includes(area) ? { level: "commune", within: area, selected: null } : null;
  }
  if (focus.level === "commune") {
    const parent = focus.path.at(-2)?.code ?? "VN";
    return { level: "commune", within: parent, selected: area };
  }
  if (focus.level === "province") {
    return communesOf.includes(area) ? { level: "commune", within: area, selected: null } : country(area);
  }
  return country(null);
}

/** The wanted period, else the last one not after it, else the last. Keys of one kind sort as text. */
export function nearest(periods: string[], wanted: string | null): string | null {
  if (!periods.length) return null;
  if (!wanted) return periods.at(-1)!;
  if (periods.includes(wanted)) return wanted;
  return periods.findLast((p) => p <= wanted) ?? periods.findLast((p) => p.startsWith(wanted)) ?? periods[0]!;
}

/** The card of a province in the commune view is asked for a period the province has. */
export function cardPeriod(detail: IndicatorDetail, level: Level, now: Shown): string | null {
  if (level === "country") return now.period;
  const periods = timeline(detail, level, [now.boundary], "VN").map((at) => at.period);
  return nearest(periods, now.period) ?? now.period;
}

/** Class of a value: k holds from ≤ value < to, the last one its upper end too. */
export function classOf(value: number, legend: Legend): number {
  const last = legend.classes.length - 1;
  for (let k = 0; k <= last; k++) {
    const { from, to } = legend.classes[k]!;
    if ((from === null || value >= from) && (to === null || value < to || (k === last && value <= to))) return k;
  }
  const lowest = legend.classes[0]?.from;
  return lowest !== null && lowest !== undefined && value < lowest ? 0 : last;
}

export const BLANKS = ["no_data", "late", "not_due", "not_applicable", "suppressed"] as const;

/** One line of the table and one shape of the map. `k` is the class, or −1…−5 for the five blanks. */
export interface Row {
  id: number;
  code: string;
  name: string;
  full_name: string;
  name_en: string;
  value: number | null;
  k: number;
  /** Where it stands among all rows. */
  place: number | null;
  /** Where it stands among its peers: wards with wards of one province, provinces with all provinces. */
  rank: { place: number; of: number; kind: string } | null;
  warning: string | null;
}

export function rows(slice: Slice, legend: Legend | null, children: AreaChild[], direction: "up" | "down" | "neutral"): Row[] {
  const names = new Map(children.map((child) => [child.id, child]));
  const byTarget = legend?.method === "target" && slice.states;
  const found = slice.ids.map((id, i): Row => {
    const value = slice.values[i] ?? null;
    const child = names.get(id);
    const state = byTarget ? slice.states![i] : null;
    const blank = BLANKS.indexOf(slice.blanks[id] ?? "no_data");
    const k = value === null ? -1 - blank : byTarget ? (state ?? -9) : legend ? classOf(value, legend) : -9;
    return {
      id, code: child?.code ?? "", name: child?.name ?? "", full_name: child?.full_name ?? "", name_en: child?.name_en ?? "",
      value, k, place: null, rank: null, warning: slice.warnings[id] ?? null,
    };
  });
  // An area the answer does not name has no figure: it is said and hatched like any other blank.
  const answered = new Set(slice.ids);
  for (const { id, code, name, full_name, name_en } of children) {
    if (!answered.has(id)) found.push({ id, code, name, full_name, name_en, value: null, k: -1, place: null, rank: null, warning: null });
  }
  const ranked = found.filter((row) => row.value !== null).sort((a, b) => (direction === "down" ? a.value! - b.value! : b.value! - a.value!));
  places(ranked).forEach((place, i) => (ranked[i]!.place = place));
  const peers = new Map<string, Row[]>();
  for (const row of ranked) {
    const child = names.get(row.id);
    const key = slice.level === "province" ? "province" : `${child?.parent ?? ""} ${child?.kind ?? ""}`;
    peers.set(key, [...(peers.get(key) ?? []), row]);
  }
  for (const [key, group] of peers) {
    const kind = key.split(" ").at(-1)!;
    places(group).forEach((place, i) => (group[i]!.rank = { place, of: group.length, kind }));
  }
  return found;
}

/** Equals share a place: 1, 2, 2, 4. */
function places(sorted: Row[]): number[] {
  const found: number[] = [];
  sorted.forEach((row, i) => found.push(i > 0 && sorted[i - 1]!.value === row.value ? found[i - 1]! : i + 1));
  return found;
}
