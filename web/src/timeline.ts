// Which periods an indicator can be shown for on some areas, and on whose boundaries each is shown.
import { kindOf, lastDay, yearOf } from "./period";
import type { IndicatorDetail, Level, MapLevel } from "./types";

export interface At {
  period: string;
  boundary: string;
}

type Held = IndicatorDetail["data"][number];

/** Periods with figures of a level on their own boundaries; of two boundaries the earlier in `order` wins. */
export function following(detail: IndicatorDetail, level: Level, order: string[], reaches: (set: Held) => boolean, wanted: string | null = null): At[] {
  const rank = (id: string): number => order.indexOf(id);
  return joined(
    detail.data.filter((set) => set.level === level && rank(set.boundary) >= 0 && reaches(set)).sort((a, b) => rank(a.boundary) - rank(b.boundary)),
    (set) => set.boundary,
    kindWanted(detail, wanted),
  );
}

/** Periods shown on one structure: those collected on it, and those that are carried to it from another. */
export function pinned(detail: IndicatorDetail, level: MapLevel, boundary: string, reaches: (set: Held) => boolean, wanted: string | null = null): At[] {
  const own = detail.data.filter((set) => set.level === level && set.boundary === boundary && reaches(set));
  const others = detail.data.filter((set) => (level === "region" || set.boundary !== boundary) && reaches(set));
  const forward = others.some((set) => set.boundary < boundary);
  const finest = level === "province" && forward ? ["province", "commune"] : level === "province" ? ["commune", "province"] : ["commune"];
  const from = finest.find((one) => others.some((set) => set.level === one));
  return joined([...own, ...others.filter((set) => set.level === from)], () => boundary, kindWanted(detail, wanted));
}

const kindsOf = (set: Held): string => kindOf(set.periods.at(-1) ?? "");

/** The kind of period to be shown: that of the wanted one where there are figures of it, else the usual one, else the one told last. */
function kindWanted(detail: IndicatorDetail, wanted: string | null): string {
  const usual = detail.calendar && detail.calendar !== "civil" ? `${detail.period}@${detail.calendar}` : detail.period;
  const there = [kindOf(wanted ?? ""), usual].find((kind) => detail.data.some((set) => kindsOf(set) === kind));
  const last = [...detail.data].sort((a, b) => (told(a) < told(b) ? 1 : -1))[0];
  return there ?? (last ? kindsOf(last) : usual);
}

const told = (set: Held): string => lastDay(set.periods.at(-1) ?? "");

function joined(sets: Held[], boundaryOf: (set: Held) => string, first: string): At[] {
  const taken: Held[] = [];
  for (const set of [...sets].sort((a, b) => Number(kindsOf(b) === first) - Number(kindsOf(a) === first))) {
    // Years and months of one span do not stand on one scale; years that end before the months begin do.
    const clash = taken.some((one) => one.kind !== set.kind && yearOf(one.periods[0]!) <= yearOf(set.periods.at(-1)!) && yearOf(set.periods[0]!) <= yearOf(one.periods.at(-1)!));
    if (set.periods.length && !clash) taken.push(set);
  }
  const found = new Map<string, string>();
  for (const set of taken) {
    for (const period of set.periods) if (!found.has(period)) found.set(period, boundaryOf(set));
  }
  return [...found].map(([period, boundary]) => ({ period, boundary })).sort((a, b) => (a.period < b.period ? -1 : 1));
}

/** A period if a structure has figures of it at a level, else its last one before; the period itself where it has none of its kind. */
export function upTo(detail: IndicatorDetail, level: MapLevel, boundary: string, wanted: string): string {
  const found = detail.data.find((set) => set.level === level && set.boundary === boundary && set.periods.some((one) => kindOf(one) === kindOf(wanted)));
  return nearest(found?.periods ?? [], wanted) ?? wanted;
}

/** The wanted period, else the last one that ends no later, else the first; without a wish the last. */
export function nearest(periods: string[], wanted: string | null): string | null {
  if (!periods.length) return null;
  if (!wanted) return periods.at(-1)!;
  if (periods.includes(wanted)) return wanted;
  const end = lastDay(wanted);
  return periods.findLast((p) => lastDay(p) <= end) ?? periods[0]!;
}

/** How many of the sorted periods end before a day: "2025" and "2025-Q3" do not end before 1 July 2025, "2025-Q2" does. */
export function before(periods: string[], day: string): number {
  return periods.filter((period) => lastDay(period) < day).length;
}
