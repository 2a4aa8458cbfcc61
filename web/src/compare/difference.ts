// The difference of two pictures of the same areas: their rows, and classes around zero. Pure.
import { BLANKS, type Row } from "../shown";
import type { Legend, LegendClass } from "../types";
import { DIVERGING } from "./palettes";

export interface Sides {
  now: Row[];
  /** The figure each area is held against, by number of the area. */
  other: ReadonlyMap<number, Row>;
}

export interface Asked {
  percent: boolean;
  direction: "up" | "down" | "neutral";
  decimals: number;
  /** What a difference of the unit has to exceed to mean something, by number of the area. */
  noise: ReadonlyMap<number, number>;
}

/** A row whose value is a difference. */
export interface Differing extends Row {
  pair: [now: number | null, other: number | null];
  noise: number | null;
  /** No more than the usual back and forth, or than the doubt of a carried figure. */
  quiet: boolean;
}

const QUIET = 3;
const STRONGEST = 3;
export const NO_BASE = -9;

/** Rows with the difference now − other, or its share of the other in per cent; blank where one of them is. */
export function differences({ now, other }: Sides, asked: Asked): Differing[] {
  return now.map((row): Differing => {
    const base = other.get(row.id);
    const pair: Differing["pair"] = [row.value, base?.value ?? null];
    const plain = pair[0] === null || pair[1] === null ? null : tidy(pair[0] - pair[1], asked.decimals);
    const value = plain === null ? null : !asked.percent ? plain : pair[1] ? tidy((100 * plain) / Math.abs(pair[1]), 2) : null;
    const noise = asked.noise.get(row.id) ?? null;
    const carried = value === null ? null : between(row, base, pair);
    const doubtful = carried !== null && carried.low !== null && carried.high !== null && carried.low < 0 && carried.high > 0;
    const quiet = plain !== null && (plain === 0 || (noise !== null && Math.abs(plain) <= noise) || doubtful);
    const blank = row.value === null ? row.k : base?.value === null ? base.k : plain === null ? -1 - BLANKS.indexOf("no_data") : NO_BASE;
    return { ...row, value, pair, noise, quiet, k: value === null ? blank : QUIET, place: null, rank: null, warning: row.warning ?? base?.warning ?? null, carried, refused: row.refused ?? base?.refused ?? null };
  });
}

/** The band of a difference: each figure may stand anywhere in its own. */
function between(row: Row, base: Row | undefined, [now, other]: Differing["pair"]): Row["carried"] {
  if (!row.carried && !base?.carried) return null;
  const [a, b] = [row.carried, base?.carried];
  return {
    estimated: Math.max(a?.estimated ?? 0, b?.estimated ?? 0),
    low: (a?.low ?? now)! - (b?.high ?? other)!,
    high: (a?.high ?? now)! - (b?.low ?? other)!,
  };
}

/** Where classes are cut: thirds of what is more than noise, at round numbers. */
export function cuts(rows: readonly Differing[], decimals: number): number[] {
  const sizes = rows.filter((row) => row.value !== null && !row.quiet).map((row) => Math.abs(row.value!)).sort((a, b) => a - b);
  if (!sizes.length) return [];
  const at = [1 / 3, 2 / 3].map((share) => round(sizes[Math.floor(share * sizes.length)]!, decimals));
  return [...new Set(at)].filter((cut) => cut > 0 && cut <= sizes.at(-1)!);
}

/** Put each row into its class – strongly worse 0, quiet 3, strongly better 6 – and say what the classes are. */
export function classed(rows: Differing[], asked: Asked, words: ClassWords): { rows: Differing[]; legend: Legend } {
  const edges = cuts(rows, asked.percent ? 1 : asked.decimals);
  const turn = asked.direction === "down" ? -1 : 1;
  const step = (size: number): number => 1 + edges.filter((edge) => size >= edge).length + (2 - edges.length);
  for (const row of rows) {
    if (row.value !== null) row.k = row.quiet ? QUIET : QUIET + Math.sign(row.value) * turn * step(Math.abs(row.value));
  }
  const classes = DIVERGING.map(([colour, colour_dark], k): LegendClass => {
    const size = Math.abs(k - QUIET);
    const nth = size - 1 - (2 - edges.length);
    const [from, to] = [nth > 0 ? edges[nth - 1]! : 0, edges[nth] ?? null];
    const sign = Math.sign(k - QUIET) * turn;
    const label = k === QUIET ? words.quiet : nth < 0 ? "" : words.range(from * sign, to === null ? null : to * sign, size === STRONGEST);
    return { from: sign < 0 ? (to === null ? null : -to) : from, to: sign < 0 ? -from : to, colour, colour_dark, label, label_en: label };
  });
  return { rows, legend: { method: "equal", methods: [], classes, blanks: [], unit: "", decimals: asked.decimals } };
}

export interface ClassWords {
  quiet: string;
  /** From the end nearer to zero to the farther one; null is open. */
  range(near: number, far: number | null, last: boolean): string;
}

/** Without the dust of binary arithmetic: two digits more than are shown, as the server sends figures. */
export function tidy(value: number, decimals: number): number {
  const scale = 10 ** (decimals + 2);
  return Math.round(value * scale) / scale || 0;
}

/** To two digits that matter, and no more decimals than figures have. */
function round(value: number, decimals: number): number {
  const digits = Math.min(decimals, Math.max(0, 1 - Math.floor(Math.log10(value))));
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return digits > 0 ? Number(value.toFixed(digits)) : Math.max(Math.round(value / scale) * scale, 10 ** -decimals);
}
