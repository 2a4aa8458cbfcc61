// The shapes of the HTTP API: what the server answers, nothing of the client's own.

export type Lang = "vi" | "en";
export type Theme = "light" | "dark";
export type MapLevel = "province" | "district" | "commune" | "region";
export type Level = "country" | MapLevel;
export type Method = "target" | "quantile" | "natural" | "equal";
export type BlankKey = "no_data" | "late" | "not_due" | "not_applicable" | "suppressed";
/** Why an area has no figure: a blank, or figures that cannot be put together. */
export type EmptyKey = BlankKey | "unmerged";
export type Bbox = [number, number, number, number];

export interface Boundary {
  id: string;
  from: string;
  to: string | null;
  title: string;
  title_en: string;
  approximate: boolean;
  levels: MapLevel[];
  communes_of: string[];
}

/** Areas to look through that are not the present ones. */
export interface Lens {
  id: string;
  title: string;
  title_en: string;
}

export interface Archipelago {
  name: string;
  name_en: string;
  lon: number;
  lat: number;
}

export interface Code {
  value: string | number | boolean;
  title: string;
  title_en: string;
}

export interface Field {
  name: string;
  title: string;
  title_en: string;
  type: "text" | "number" | "integer" | "date" | "datetime" | "boolean";
  unit: string | null;
  codes: Code[];
  popup: boolean;
  filter: boolean;
}

export interface LegendEntry {
  label: string;
  label_en: string;
  shape: "fill" | "line" | "circle" | "icon";
  colour: string;
  value: string | number | null;
  field: string | null;
  image: string | null;
}

export interface MapLayer {
  id: string;
  title: string;
  title_en: string;
  description: string;
  description_en: string;
  geometry: "Point" | "Line" | "Polygon" | "Any";
  title_field?: string;
  count: number;
  sample: boolean;
  counted: boolean;
  minzoom: number;
  maxzoom: number;
  tiles: string;
  style: Record<Theme, Record<string, unknown>[]>;
  images: Record<string, string>;
  legend: LegendEntry[];
  fields: Field[];
}

export interface Start {
  product: string;
  version: string;
  home: string;
  languages: Lang[];
  /** The present structure first. */
  boundaries: Boundary[];
  lenses: Lens[];
  bbox: Bbox;
  default: { indicator: string; area: string; period: string | null };
  archipelagos: Archipelago[];
  basemap: null | { kind: "pmtiles" | "xyz"; url: string; attribution: string };
  revision: { areas: string; observations: string };
  staff: boolean;
  layers: MapLayer[];
}

export interface AreaName {
  code: string;
  name: string;
  full_name: string;
  name_en: string;
  level: Level;
}

export interface AreaChild {
  id: number;
  code: string;
  name: string;
  full_name: string;
  name_en: string;
  kind: string;
  province: string;
  bbox: Bbox;
}

/** What an area came from, or what it became. */
export interface Related extends AreaName {
  id: number;
  province: string;
  boundary: string;
  /** Part of the old area's ground; 1 where it passed whole. */
  share: number | null;
  people: number | null;
  relation: "whole" | "divided";
}

export interface Area {
  id: number;
  code: string;
  level: Level;
  kind: string;
  name: string;
  full_name: string;
  name_en: string;
  bbox: Bbox;
  label: [number, number];
  area_km2: number | null;
  approximate: boolean;
  source: string | null;
  resolution: string | null;
  valid_from: string;
  valid_to: string | null;
  /** The structure it belongs to. */
  boundary: string;
  path: AreaName[];
  children: AreaChild[];
  successors: Related[];
  predecessors: Related[];
  story: string;
  story_en: string;
  counts: Record<string, number>;
}

export interface Found {
  type: "area" | "indicator";
  code: string;
  title: string;
  title_en: string;
  subtitle: string;
  subtitle_en: string;
  level: Level | null;
}

export interface Indicator {
  code: string;
  module: string;
  name: string;
  name_en: string;
  unit: string;
  decimals: number;
  period: string;
  direction: "up" | "down" | "neutral";
  lowest_level: Level;
  sample: boolean;
  levels: Level[];
  last: Partial<Record<Level, string>>;
}

export interface Catalogue {
  modules: { id: string; title: string; title_en: string }[];
  indicators: Indicator[];
  /** Vietnamese units, sources and fixed sentences → English. */
  terms: Record<string, string>;
}

export interface IndicatorDetail extends Indicator {
  calendar?: string;
  formula: { numerator: string; denominator: string | null; scale: number } | null;
  space_rule: string;
  time_rule: string;
  source_system: string | null;
  owner: string | null;
  basis: string | null;
  data: { level: Level; boundary: string; kind: string; periods: string[]; within?: string[] }[];
}

export interface Slice {
  indicator: string;
  period: string;
  level: MapLevel;
  within: string;
  boundary: string;
  /** The structure `within` is meant in. */
  frame: string;
  lens: string | null;
  sample: boolean;
  ids: number[];
  values: (number | null)[];
  states?: (TargetState | null)[];
  /** What is due of each area by the first plan, beside `states`. */
  due?: (number | null)[];
  blanks: Record<string, BlankKey>;
  warnings: Record<string, string>;
  carried: Carried | null;
}

/** Several periods over the same areas: a row of values for each period, beside `ids`. */
export interface Pictures {
  ids: number[];
  periods: string[];
  values: (number | null)[][];
}

/** Who stands where, who moved since the period before, and what a difference has to exceed to mean something. */
export interface Ranking {
  period: string;
  previous: string | null;
  rows: {
    area: { code: string; kind: string };
    rank: number | null;
    of: number | null;
    previous_rank: number | null;
    moved: number | null;
    noise?: number | null;
    within_noise: boolean;
  }[];
}

export type Refusal = "side_by_side" | "undivided" | "no_parts" | "few";

/** How figures came from the areas they were collected on to those shown; arrays beside `ids`. */
export interface Carried {
  from: string;
  level: MapLevel;
  estimated: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  method: (string | null)[];
  refused: Record<string, Refusal>;
}

/** The same for one value, with the areas it comes from. */
export interface CarriedCard {
  boundary: string;
  level: MapLevel;
  period: string;
  method_text: string;
  method_text_en: string;
  estimated: number;
  known: number;
  of: number;
  refused: Refusal | null;
  refused_text: string | null;
  refused_text_en: string | null;
  sources: { id: number; code: string; name: string; name_en: string }[];
}

/** How many things of a layer lie in each area shown. */
export interface Counts {
  layer: string;
  ids: number[];
  values: number[];
}

export type TargetState = "green" | "yellow" | "orange" | "red";

/** What is asked of a value: the whole target, and what is due of it in the period. */
export interface Target {
  value: number | null;
  due: number | null;
  plan: string;
  title: string;
  title_en: string;
  decision: string;
  decided_on: string | null;
  rule: "level" | "share" | "to_date";
  sample: boolean;
  state: TargetState | null;
  low: number | null;
  high: number | null;
}

/** An amount over one of its plans, with the denominator it is told by. */
export interface OverPlan {
  plan: string;
  title: string;
  title_en: string;
  code: string | null;
  planned: string;
  value: number;
  reached: number;
  unit: string;
  percent: number | null;
  state: TargetState | null;
}

export interface LegendClass {
  /** The state that the class stands for, where values are held against targets. */
  key?: TargetState;
  from: number | null;
  to: number | null;
  colour: string;
  colour_dark: string;
  label: string;
  label_en: string;
}

export interface Legend {
  method: Method;
  methods: Method[];
  classes: LegendClass[];
  blanks: { key: EmptyKey; label: string; label_en: string; colour: string; colour_dark: string }[];
  unit: string;
  decimals: number;
}

export interface Change {
  period: string;
  value: number;
  change: number | null;
  change_percent: number | null;
}

export interface Part {
  name: string;
  name_en?: string;
  value: number | null;
  unit: string;
}

export interface Series {
  periods: string[];
  values: (number | null)[];
  carried: boolean[];
  low: (number | null)[];
  high: (number | null)[];
}

export interface Card {
  area: AreaName;
  indicator: string;
  value: number | null;
  blank: BlankKey | null;
  warning: string | null;
  unit: string;
  decimals: number;
  period: string;
  previous: Change | null;
  last_year: Change | null;
  rank: { place: number; of: number; peers: string; peers_en: string } | null;
  numerator: Part | null;
  denominator: Part | null;
  weight?: Part | null;
  rolls_up?: boolean;
  target: Target | null;
  plans?: OverPlan[];
  children: { with_value: number; of: number } | null;
  source: string | null;
  known_at: string | null;
  status: "estimate" | "preliminary" | "final" | null;
  sample: boolean;
  carried: CarriedCard | null;
  series: Series;
}

export interface Figure {
  code: string;
  period: string;
  value: number | null;
  change: number | null;
  change_percent: number | null;
  state: TargetState | null;
  sample: boolean;
}

export interface Figures {
  area: AreaName;
  figures: Figure[];
}

export interface Problem {
  title: string;
  status: number;
  detail: string;
  parameter?: string;
}
