// The map on the left of a comparison by two maps: its areas, its style and its rows, by the classes of the right one or by its own.
import type { StyleSpecification } from "maplibre-gl";
import { number } from "../format";
import type { Extent } from "../api";
import { words as general } from "../i18n";
import { period as periodTitle } from "../period";
import { areasShown, picture, type Picture } from "../picture";
import { rows } from "../shown";
import { store } from "../store";
import type { AreaChild, Legend } from "../types";
import { against } from "./against";
import { beforeShown, ownScales } from "./asks";
import { held, titles } from "./computed";
import { words } from "./words";

export interface Left {
  extent: Extent;
  base: StyleSpecification;
  areas: AreaChild[];
  /** Codes of the areas that are picked out. */
  outlined: string[];
  picture: Picture | null;
}

let made: { of: unknown[]; picture: Picture | null } = { of: [], picture: null };

/** Null while its areas or its style are not there. */
export function left(): Left | null {
  const { data } = store;
  const right = picture();
  if (store.state.compare) {
    const extent = beforeShown();
    const areas = data.beforeAreas.of === data.beforeAreas.key ? data.beforeAreas.value : null;
    if (!extent || !areas || !data.beforeStyle.value) return null;
    const seen = kept([data.before.value, legendBefore(right), areas], () => beforePicture(legendBefore(right), areas));
    return { extent, base: data.beforeStyle.value, areas, outlined: outlinedBefore(extent.boundary), picture: seen };
  }
  const now = store.shown;
  if (!now || !data.style.value) return null;
  const seen = kept([right, data.other.value, data.other.of === data.other.key, store.state.against], () => heldPicture(right));
  return { extent: now, base: data.style.value, areas: areasShown(), outlined: now.outlined, picture: seen };
}

function kept(of: unknown[], make: () => Picture | null): Picture | null {
  if (of.length !== made.of.length || of.some((one, i) => one !== made.of[i])) made = { of, picture: make() };
  return made.picture;
}

/** Null while classes of its own are on their way. */
function legendBefore(right: Picture | null): Legend | null {
  const { beforeLegend } = store.data;
  return !ownScales() ? (right?.legend ?? null) : beforeLegend.of === beforeLegend.key ? beforeLegend.value : null;
}

function beforePicture(legend: Legend | null, areas: AreaChild[]): Picture | null {
  const slice = store.data.before.value;
  const detail = store.data.detail.value;
  if (!slice || !detail || slice.indicator !== detail.code) return null;
  const list = rows(slice, legend, areas, detail.direction);
  return legend && { rows: list, byId: new Map(list.map((row) => [row.id, row])), ranked: list.length, legend, slice };
}

function heldPicture(right: Picture | null): Picture | null {
  const found = right && held(right);
  const slice = against()?.kind === "target" ? right?.slice : store.data.other.value;
  if (!right || !found || !slice) return null;
  return { rows: [...found.values()], byId: new Map(found), ranked: found.size, legend: right.legend, slice };
}

/** What the selected area was formed from. */
function outlinedBefore(boundary: string): string[] {
  const focus = store.data.focus.value;
  return focus && store.shown?.outlined.length ? focus.predecessors.filter((one) => one.boundary === boundary).map((one) => one.code) : [];
}

/** Title and explanation beside the divider. */
export function captions(): [left: [string, string], right: [string, string]] {
  const { lang, compare } = store.state;
  if (!compare) {
    const [now, other] = titles();
    return [[other, ""], [now, ""]];
  }
  const w = general().reform;
  const side = (seen: Picture | null | undefined): string => {
    if (!seen) return "";
    const carried = seen.rows.filter((row) => row.carried);
    const mark = carried.length ? ` · ${carried.some((row) => row.carried!.estimated > 0) ? "≈" : "="} ${w.carriedShort}` : "";
    return `${periodTitle(seen.slice.period, lang)}\n${w.side(number(seen.slice.ids.length, lang))}${mark}`;
  };
  return [[w.before, side(left()?.picture)], [w.after, side(picture())]];
}

export const dividerTitle = (): string => (store.state.compare ? general().reform.divider : words().divider);
