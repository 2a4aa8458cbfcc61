// The coloured rows of the present view, computed once for map, table, legend and tooltip.
import { rows, type Row } from "./shown";
import { legendKey, store } from "./store";
import type { AreaChild, Family, Legend, Slice } from "./types";

export interface Picture {
  rows: Row[];
  byId: Map<number, Row>;
  byCode: Map<string, Row>;
  /** Areas with a value. */
  ranked: number;
  legend: Legend | null;
  slice: Slice;
}

let made: { slice: Slice; legend: Legend | null; children: AreaChild[]; picture: Picture } | null = null;

export function childrenShown(): AreaChild[] {
  const { frame, everywhere } = store.data;
  const now = store.shown;
  if (!now) return [];
  if (now.level === "commune" && now.within === "VN") return everywhereChildren(everywhere.value);
  return frame.value?.code === now.within ? frame.value.children : [];
}

let flat: { from: unknown; children: AreaChild[] } = { from: null, children: [] };

function everywhereChildren(areas: Family[] | null): AreaChild[] {
  if (flat.from !== areas) flat = { from: areas, children: areas?.flatMap((a) => a.children.map((child) => ({ ...child, parent: a.code }))) ?? [] };
  return flat.children;
}

/** Null while the values of the present level and area are not there; the period may still be the one before. */
export function picture(): Picture | null {
  const now = store.shown;
  const slice = store.data.slice.value;
  const detail = store.data.detail.value;
  if (!now || !slice || !detail) return null;
  if (slice.indicator !== store.state.indicator || slice.level !== now.level || slice.within !== now.within) return null;
  const { legend: asked } = store.data;
  const fits = asked.of.startsWith(`${legendKey(slice.indicator, now)} `);
  if (!fits && asked.busy) return null; // colours of another indicator would be wrong: wait for the right ones
  const legend = fits ? asked.value : null;
  const children = childrenShown();
  if (made && made.slice === slice && made.legend === legend && made.children === children) return made.picture;
  const list = rows(slice, legend, children, detail.direction);
  const result: Picture = {
    rows: list,
    byId: new Map(list.map((row) => [row.id, row])),
    byCode: new Map(list.map((row) => [row.code, row])),
    ranked: list.filter((row) => row.place !== null).length,
    legend,
    slice,
  };
  made = { slice, legend, children, picture: result };
  return result;
}
