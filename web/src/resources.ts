// What has been asked of the server, and what it answered.
import type { StyleSpecification } from "maplibre-gl";
import type { ApiError } from "./api";
import type { Area, AreaChild, Card, Catalogue, Counts, Figures, IndicatorDetail, Legend, Pictures, Ranking, Slice, Start } from "./types";

/** One thing asked of the server: the last good answer stays while the next is on its way. */
export interface Resource<T> {
  key: string;
  /** The key that `value` answers; differs from `key` while the next answer is on its way. */
  of: string;
  value: T | null;
  problem: ApiError | null;
  busy: boolean;
}

export const empty = <T>(): Resource<T> => ({ key: "", of: "", value: null, problem: null, busy: false });

export interface Resources {
  start: Resource<Start>;
  style: Resource<StyleSpecification>;
  catalogue: Resource<Catalogue>;
  focus: Resource<Area>;
  /** The area of a code that the present structure does not have, where a former one had it. */
  former: Resource<Area>;
  frame: Resource<Area>;
  detail: Resource<IndicatorDetail>;
  slice: Resource<Slice>;
  legend: Resource<Legend>;
  card: Resource<Card>;
  figures: Resource<Figures>;
  /** The areas in view, where they are not simply the children of the frame. */
  areas: Resource<AreaChild[]>;
  /** The area of a lens that is picked out. */
  picked: Resource<Area>;
  /** The figures a carried value was made from. */
  origins: Resource<Slice>;
  /** Figures, style and names of the former areas, where before and after are compared. */
  before: Resource<Slice>;
  beforeStyle: Resource<StyleSpecification>;
  beforeAreas: Resource<AreaChild[]>;
  beforeLegend: Resource<Legend>;
  /** What the picture is compared with: another period or indicator of the same areas, the card of another area, a year of months. */
  other: Resource<Slice>;
  otherDetail: Resource<IndicatorDetail>;
  otherCard: Resource<Card>;
  months: Resource<Pictures>;
  /** Movements since the period before, and what a difference has to exceed. */
  ranking: Resource<Ranking>;
  /** Things of the visible layers by area of a lens. */
  counts: Resource<Counts[]>;
  /** Things of all layers in a former area or region, whose own page does not count them. */
  held: Resource<Counts[]>;
}

export type Name = keyof Resources;

export const nothing = (): Resources => ({
  start: empty(), style: empty(), catalogue: empty(), focus: empty(), former: empty(), frame: empty(), detail: empty(), slice: empty(),
  legend: empty(), card: empty(), figures: empty(), areas: empty(), picked: empty(),
  origins: empty(), before: empty(), beforeStyle: empty(), beforeAreas: empty(), beforeLegend: empty(),
  other: empty(), otherDetail: empty(), otherCard: empty(), months: empty(), ranking: empty(), counts: empty(), held: empty(),
});
