// What of the address that opened the page could not be used: said once, so that nobody takes another view for the wanted one.
import { isPeriod } from "./period";
import { FILTER_PART, LANGS, LEVELS, METHODS, parseAgainst, parseKnown, parseView, THEMES, WAYS } from "./state";
import { structure, type Shown } from "./shown";
import type { Start } from "./types";

const asked = new URLSearchParams(location.search); // read before the address is rewritten

/** The parts "name=value" that mean nothing, in the order of the address. */
export function ignored(start: Start): string[] {
  const one = (allowed: readonly string[]) => (value: string): boolean => allowed.includes(value);
  const layers = start.layers.map((layer) => layer.id);
  const usable: Record<string, (value: string) => boolean> = {
    period: (value) => isPeriod(value.trim()),
    level: one(LEVELS), method: one(METHODS), theme: one(THEMES), lang: one(LANGS),
    boundary: (value) => structure(value.trim(), start) !== null,
    lens: one(start.lenses.map((lens) => lens.id)),
    against: (value) => parseAgainst(value) !== null, way: one(WAYS), known: (value) => parseKnown(value) !== null,
    view: (value) => parseView(value) !== null,
  };
  return [...asked].flatMap(([key, value]) => {
    if (!value.trim()) return [];
    if (key === "layers") return value.split(",").filter((id) => id && !layers.includes(id)).map((id) => `layers=${id}`);
    if (key === "filter") return value.split(";").filter((part) => !FILTER_PART.test(part)).map((part) => `filter=${part}`);
    return usable[key] && !usable[key](value) ? [`${key}=${value.slice(0, 40)}`] : [];
  });
}

/** The period that was asked for, where figures of another are shown. */
export function otherPeriod(now: Shown): string | null {
  const wanted = asked.get("period")?.trim() ?? "";
  return isPeriod(wanted) && now.period && now.period !== wanted ? wanted : null;
}
