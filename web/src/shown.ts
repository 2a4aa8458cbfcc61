// What a state means on the map: areas, boundary, level, surrounding area, period. Pure.
import type { Resources } from "./resources";
import type { State } from "./state";
import { following, nearest, pinned, type At } from "./timeline";
import type { Area, AreaChild, Boundary, IndicatorDetail, Legend, MapLevel, Refusal, Slice, Start } from "./types";

export interface Shown {
  /** The structure the coloured areas belong to; regions lie over the present one. */
  boundary: string;
  approximate: boolean;
  level: MapLevel;
  lens: string | null;
  within: string;
  /** The structure `within` is meant in. */
  frame: string;
  /** Code of the area picked out on the map, if it is one of those coloured. */
  selected: string | null;
  /** Codes of the areas in view that are outlined: the selected one, or what it was formed from. */
  outlined: string[];
  line: At[];
  periods: string[];
  period: string | null;
}

export const present = (start: Start): Boundary => start.boundaries[0]!;
/** The structure that ended with the last reform, where it is loaded. */
export const former = (start: Start): Boundary | undefined => start.boundaries.find((one) => one.to === present(start).from);

/** The name of the structure a text means: `current`, its first day, or any day it stood. */
export function structure(text: string | null, start: Start): string | null {
  if (!text || text === "current") return text;
  return (/^\d{4}-\d\d-\d\d$/.test(text) && start.boundaries.find((one) => one.from <= text)?.id) || null;
}

/** The structure whose areas the state asks to see at all times; null follows the period. */
export function fixed(state: State, start: Start): string | null {
  if (state.compare || state.boundary === "current") return present(start).id;
  return state.boundary;
}

/** The structure the selected area is meant in. */
export function meant(state: State, start: Start): string {
  return state.boundary && state.boundary !== "current" && state.frame !== "current" && !state.compare ? state.boundary : present(start).id;
}

export function shown(state: State, data: Resources): Shown | null {
  const start = data.start.value;
  if (!start || !state.area || !start.boundaries.length) return null;
  const lost = data.focus.problem !== null; // an unknown area: the country is shown behind the message
  const own = meant(state, start);
  const frame = lost ? { ...COUNTRY, frame: own } : frameOf(state, start, own, data.focus.value);
  if (!frame) return null;
  const lens = state.compare ? undefined : start.lenses.find((one) => one.id === state.lens);
  const level = lens ? levelOf(lens.id) : frame.level;
  const target = lens ? (level === "region" ? present(start).id : (former(start)?.id ?? own)) : fixed(state, start);
  const detail = data.detail.value?.code === state.indicator ? data.detail.value : null;
  const reaches = reach(frame, data);
  const line = !detail ? [] : target ? pinned(detail, level, target, reaches, state.period) : following(detail, level, start.boundaries.map((b) => b.id), reaches, state.period);
  const period = nearest(line.map((at) => at.period), state.period);
  const boundary = target ?? line.find((at) => at.period === period)?.boundary ?? own;
  const selected = lens ? state.pick : boundary === own ? frame.selected : null;
  const parts = frame.selected && !lens && boundary !== own ? [...data.focus.value!.predecessors, ...data.focus.value!.successors] : [];
  return {
    boundary,
    approximate: start.boundaries.find((b) => b.id === boundary)?.approximate ?? present(start).approximate,
    level, lens: lens?.id ?? null, within: frame.within, frame: frame.frame,
    selected,
    outlined: selected ? [selected] : parts.filter((one) => one.boundary === boundary && one.level === level).map((one) => one.code),
    line,
    periods: line.map((at) => at.period),
    period,
  };
}

const FORMER = /^former-(province|district|commune)$/;
const levelOf = (lens: string): MapLevel => (FORMER.exec(lens)?.[1] as MapLevel | undefined) ?? "region";

/** Whether a set of figures speaks of the area shown, in its own structure or in another. */
function reach(frame: Frame, data: Resources): (set: IndicatorDetail["data"][number]) => boolean {
  if (frame.within === "VN") return () => true;
  const area = [data.focus.value, data.frame.value].find((one) => one?.code === frame.within && one.boundary === frame.frame);
  const mine = area?.path.find((step) => step.level === "province")?.code ?? frame.within;
  const related = area && [...area.predecessors, ...area.successors];
  return (set) => {
    if (!set.within || set.within.includes("VN")) return set.level === "province";
    if (set.boundary === frame.frame) return set.within.includes(mine);
    return !related?.length || related.some((one) => one.boundary === set.boundary && set.within!.includes(one.province));
  };
}

interface Frame {
  level: MapLevel;
  within: string;
  frame: string;
  selected: string | null;
}
const COUNTRY = { level: "province", within: "VN", selected: null } as const;

function frameOf(state: State, start: Start, own: string, focus: Area | null): Frame | null {
  const area = state.area!;
  const communesOf = start.boundaries.find((one) => one.id === own)?.communes_of ?? [];
  const country = (selected: string | null): Frame => ({ ...COUNTRY, frame: own, selected });
  const inside = (within: string, selected: string | null = null, frame = own): Frame => ({ level: "commune", within, frame, selected });
  if (area === "VN") return state.level === "commune" ? inside("VN") : country(null);
  if (focus?.code !== area || focus.boundary !== own) {
    // The level of an area is known for sure only from the server; two digits are a province, which saves a wait.
    return /^\d\d$/.test(area) && communesOf.includes(area) ? inside(area) : null;
  }
  if (focus.level === "commune") {
    const heir = focus.successors[0]; // an ended commune is seen on the ground of the present province
    return heir ? inside(heir.province, area, heir.boundary) : inside(focus.path.find((step) => step.level === "province")?.code ?? "VN", area);
  }
  if (focus.level === "district") return inside(area);
  return communesOf.includes(area) ? inside(area) : country(area);
}

/** The card of an area is asked for a period that can be shown of it, on its own boundaries or carried to them. */
export function cardPeriod(detail: IndicatorDetail, area: Area, now: Shown, wanted: string | null): string | null {
  if (area.level === "country") return now.period;
  const line = pinned(detail, area.level, area.boundary, () => true, now.period ?? wanted);
  return nearest(line.map((at) => at.period), now.period ?? wanted) ?? now.period;
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

/** Why an area has no figure: the five blanks, and figures that are there but cannot be put together. */
export const BLANKS = ["no_data", "late", "not_due", "not_applicable", "suppressed", "unmerged"] as const;

/** Which of them are met in some rows, as numbers of `BLANKS`. */
export const blanksOf = (list: readonly Row[]): number[] => [...new Set(list.filter((row) => row.k < 0 && BLANKS[-1 - row.k]).map((row) => -1 - row.k))].sort();

/** One line of the table and one shape of the map. `k` is the class, or −1…−6 for an area without a figure. */
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
  /** Where it stands among its peers: wards with wards of one province, provinces with all provinces, areas of a lens with all of it. */
  rank: { place: number; of: number; kind: string } | null;
  warning: string | null;
  /** How sure a figure is that was carried here from other areas. */
  carried: { estimated: number; low: number | null; high: number | null } | null;
  refused: Refusal | null;
}

export function rows(slice: Slice, legend: Legend | null, children: AreaChild[], direction: "up" | "down" | "neutral"): Row[] {
  const names = new Map(children.map((child) => [child.id, child]));
  const byTarget = legend?.method === "target" && slice.states;
  const found = slice.ids.map((id, i): Row => {
    const value = slice.values[i] ?? null;
    const child = names.get(id);
    const state = byTarget ? legend.classes.findIndex((one) => one.key === slice.states![i]) : -1;
    const refused = slice.carried?.refused[id] ?? null;
    const blank = BLANKS.indexOf(refused && refused !== "few" ? "unmerged" : (slice.blanks[id] ?? "no_data"));
    const k = value === null ? -1 - blank : byTarget ? (state < 0 ? -9 : state) : legend ? classOf(value, legend) : -9;
    return {
      id, code: child?.code ?? "", name: child?.name ?? "", full_name: child?.full_name ?? "", name_en: child?.name_en ?? "",
      value, k, place: null, rank: null, warning: slice.warnings[id] ?? null,
      carried: slice.carried && value !== null ? { estimated: slice.carried.estimated[i] ?? 0, low: slice.carried.low[i] ?? null, high: slice.carried.high[i] ?? null } : null,
      refused,
    };
  });
  // An area the answer does not name has no figure: it is said and hatched like any other blank.
  const answered = new Set(slice.ids);
  for (const { id, code, name, full_name, name_en } of children) {
    if (!answered.has(id)) found.push({ id, code, name, full_name, name_en, value: null, k: -1, place: null, rank: null, warning: null, carried: null, refused: null });
  }
  const ranked = found.filter((row) => row.value !== null).sort((a, b) => (direction === "down" ? a.value! - b.value! : b.value! - a.value!));
  places(ranked).forEach((place, i) => (ranked[i]!.place = place));
  const peers = new Map<string, Row[]>();
  for (const row of ranked) {
    const child = names.get(row.id);
    // What is coloured together is ranked together: through a lens all areas, whichever provinces they were in.
    const key = slice.lens || slice.level === "province" ? slice.level : `${child?.province ?? ""} ${child?.kind ?? ""}`;
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
