// The coloured rows of the present view, computed once for map, table, legend and tooltip.
import { comparing, recoloured } from "./comparing";
import { store } from "./store";
import { rows, type Row, type Shown } from "./shown";
import { childrenDo, legendKey } from "./extent";
import type { AreaChild, Legend, Slice } from "./types";

export interface Picture {
  rows: Row[];
  byId: Map<number, Row>;
  /** Areas with a value. */
  ranked: number;
  legend: Legend | null;
  slice: Slice;
  /** What is said of an area, where the picture is not of plain figures. */
  told?: (row: Row) => Told;
}

/** Of a picture that compares: the result, in which direction it points, and what it follows from. */
export interface Told {
  main: string;
  better: boolean | null;
  notes: string[];
}

/** The picture in the colours of the map: of the figures themselves, or of what they are compared with. */
export function coloured(): Picture | null {
  const plain = picture();
  if (!plain || !recoloured()) return plain;
  return comparing()?.computed(plain) ?? null;
}

let made: { slice: Slice; legend: Legend | null; children: AreaChild[]; picture: Picture } | null = null;

/** The areas of the present view, named. */
export function areasShown(): AreaChild[] {
  const { frame, areas } = store.data;
  const now = store.shown;
  if (!now) return NONE;
  if (!childrenDo(now, store.data.start.value?.boundaries[0]?.id)) return areas.of === areas.key ? (areas.value ?? NONE) : NONE;
  return frame.value?.code === now.within && frame.value.boundary === now.frame ? frame.value.children : NONE;
}
const NONE: AreaChild[] = [];

/** Whether values are those of the areas in view; the period may still be the one before. */
const answers = (slice: Slice, now: Shown): boolean =>
  slice.level === now.level && slice.within === now.within && slice.boundary === now.boundary && slice.frame === now.frame && slice.lens === now.lens;

/** Null while the values of the present level and area are not there; the period may still be the one before. */
export function picture(): Picture | null {
  const now = store.shown;
  const slice = store.data.slice.value;
  const detail = store.data.detail.value;
  if (!now || !slice || !detail) return null;
  if (slice.indicator !== store.state.indicator || !answers(slice, now)) return null;
  const { legend: asked } = store.data;
  const fits = asked.of.startsWith(`${legendKey(slice.indicator, now)} `);
  if (!fits && asked.busy) return null; // colours of another indicator would be wrong: wait for the right ones
  const legend = fits ? asked.value : null;
  const children = areasShown();
  if (made && made.slice === slice && made.legend === legend && made.children === children) return made.picture;
  const list = rows(slice, legend, children, detail.direction);
  const result: Picture = {
    rows: list,
    byId: new Map(list.map((row) => [row.id, row])),
    ranked: list.filter((row) => row.place !== null).length,
    legend,
    slice,
  };
  made = { slice, legend, children, picture: result };
  return result;
}
