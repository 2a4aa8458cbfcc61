// Modules and their indicators, sorted and counted. Pure.
import { STATES } from "./figure";
import type { Module, Standing } from "./types";
import type { TargetState } from "../types";

export type Counts = Record<TargetState | "none", number>;

/** Modules by group, groups in the order of their first module; base figures, which lead nothing, come last. */
export function groups(modules: Module[]): [string, Module[]][] {
  const found = new Map<string, Module[]>();
  for (const module of modules) found.set(module.group, [...(found.get(module.group) ?? []), module]);
  return [...found].sort(([a], [b]) => Number(a === "nen") - Number(b === "nen"));
}

export function byModule(rows: Standing[]): Map<string, Standing[]> {
  const found = new Map<string, Standing[]>();
  for (const row of rows) found.set(row.module ?? "", [...(found.get(row.module ?? "") ?? []), row]);
  return found;
}

/** How many indicators are in each state; those without a target or a value are in none. */
export function counted(rows: Standing[]): Counts {
  const found = { none: 0, ...Object.fromEntries(STATES.map((state) => [state, 0])) } as Counts;
  for (const row of rows) found[row.state ?? "none"] += 1;
  return found;
}
