// Two indicators in one picture: thirds of each make nine classes. Pure.
import type { Row } from "../shown";
import type { Legend } from "../types";
import { TWOFOLD } from "./palettes";

/** A row with the value of the second indicator beside its own. */
export interface Paired extends Row {
  second: number | null;
}

export interface Thirds {
  rows: Paired[];
  legend: Legend;
  /** The lowest value of the middle and of the highest third, of each indicator. */
  edges: [number[], number[]];
}

/** The lowest value of the second and of the third third; equals stay together. */
export function thirds(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (!sorted.length) return [];
  const found = [1, 2].map((n) => sorted[Math.min(sorted.length - 1, Math.ceil((n * sorted.length) / 3))]!);
  return found.map((edge) => (edge === sorted[0] ? (sorted.find((value) => value > edge) ?? Infinity) : edge));
}

/** Class k = 3 · third of the second + third of the first; areas without either keep the blank of the one that is missing. */
export function twofold(first: readonly Row[], other: ReadonlyMap<number, Row>): Thirds {
  const rows = first.map((row): Paired => {
    const base = other.get(row.id);
    const k = row.value === null ? row.k : base && base.value !== null ? 0 : (base?.k ?? -1);
    return { ...row, k, second: base?.value ?? null, warning: row.warning ?? base?.warning ?? null, refused: row.refused ?? base?.refused ?? null, carried: row.carried ?? base?.carried ?? null };
  });
  const both = rows.filter((row) => row.k === 0);
  const edges: Thirds["edges"] = [thirds(both.map((row) => row.value!)), thirds(both.map((row) => row.second!))];
  const third = (value: number, at: number[]): number => at.filter((edge) => value >= edge).length;
  for (const row of both) row.k = third(row.value!, edges[0]) + 3 * third(row.second!, edges[1]);
  const classes = TWOFOLD.map(([colour, colour_dark]) => ({ from: null, to: null, colour, colour_dark, label: "", label_en: "" }));
  return { rows, edges, legend: { method: "quantile", methods: [], classes, blanks: [], unit: "", decimals: 0 } };
}
