// The shapes of what only pages ask for.
import type { AreaName, BlankKey, IndicatorDetail, OverPlan, Series, Target, TargetState } from "../types";

export interface Module {
  id: string;
  title: string;
  title_en: string;
  group: string;
  lead: string | null;
  indicators: string[];
}

/** Where one indicator of one area stands. */
export interface Standing {
  code: string;
  module?: string;
  period: string | null;
  value: number | null;
  blank: BlankKey | null;
  unit: string;
  decimals: number;
  direction: "up" | "down" | "neutral";
  sample: boolean;
  previous: { period: string; value: number; change: number | null } | null;
  target: Target | null;
  state: TargetState | null;
  plans: OverPlan[];
  spark: { periods: string[]; values: (number | null)[] };
  rank: { place: number; of: number } | null;
  /** 0–100 among its peers, 100 the best. */
  percentile?: number | null;
}

export interface Standings {
  module: string;
  area: AreaName;
  rows: Standing[];
}

/** All indicators of an area, and how it compares. */
export interface Profile {
  area: AreaName;
  /** Null where there is nobody to compare with. */
  peers: { kind: string; title: string; title_en: string; count: number } | null;
  neighbours: { code: string; name: string }[];
  rows: Standing[];
  strengths: string[];
  weaknesses: string[];
}

/** One indicator of one area through time: arrays beside `periods`. */
export interface Course extends Series {
  kind: string;
  blanks: Record<string, BlankKey>;
  warnings: Record<string, string>;
  statuses: (string | null)[];
  derived: (string | null)[];
  targets: (number | null)[];
  sample: boolean;
}

export interface Rank {
  area: { id: number; code: string; name: string; name_en: string; kind: string };
  value: number | null;
  blank: BlankKey | null;
  carried: boolean;
  rank: number | null;
  of: number;
  previous_rank: number | null;
  moved: number | null;
  within_noise: boolean | null;
  state: TargetState | null;
}

export interface Ranking {
  indicator: string;
  within: string;
  period: string;
  previous: string;
  noise: { median: number | null; text: string; text_en: string };
  rows: Rank[];
}

/** How a year will end, against one of its plans. */
export interface PlanForecast {
  plan: string;
  title: string;
  title_en: string;
  target: number | null;
  decision: string;
  reached: number | null;
  manner: "sum" | "cumulative" | "mean" | "last" | null;
  months_left: number;
  needed_per_month: number | null;
  probability: number | null;
  expected: number | null;
  low: number | null;
  high: number | null;
  method_text: string | null;
  method_text_en: string | null;
  backtest: { error: number; unit: string; cases: number; years: number[] | number } | null;
  reason: string | null;
  reason_text: string | null;
  reason_text_en: string | null;
}

export interface Forecast {
  year: number;
  until: string | null;
  unit: string;
  decimals: number;
  direction: "up" | "down" | "neutral";
  sample: boolean;
  plans: PlanForecast[];
}

/** A part of a ratio, or one of the areas or periods a value is made of. */
export interface Component {
  name: string;
  name_en?: string;
  value: number | null;
  unit: string;
  code: string | null;
}

export interface Revision {
  known_at: string;
  value: number | null;
  blank: BlankKey | null;
  status: "estimate" | "preliminary" | "final" | null;
  source: string | null;
  entered_by: string | null;
}

export interface Flag {
  kind: string;
  title: string;
  title_en?: string;
  evidence: string;
  evidence_en?: string;
  period?: string;
}

export interface Explanation {
  value: number | null;
  blank: BlankKey | null;
  warning: string | null;
  derived: "F" | "S" | "T" | null;
  how: string;
  how_en: string;
  unit: string;
  decimals: number;
  sample: boolean;
  formula: { text: string; text_en: string; scale: number } | null;
  numerator: Component | null;
  denominator: Component | null;
  weight: Component | null;
  children: { code: string; name: string; name_en: string; value: number | null; blank: BlankKey | null }[];
  children_count: { with_value: number; of: number } | null;
  parts: { period: string; value: number | null; blank: BlankKey | null }[];
  source: { title: string; file: string | null; row: number | null; entered_by: string | null; known_at: string | null; status: Revision["status"] } | null;
  revisions: Revision[];
  targets: (Target & { known_at: string | null; before: { value: number | null; known_at: string; decision: string }[] })[];
  plans: OverPlan[];
  carried: { method_text: string; method_text_en: string } | null;
  permalink: string;
}

export interface Owner {
  name: string;
  since: string | null;
  until: string | null;
}

/** What the catalogue declares of an indicator. */
export interface Definition extends IndicatorDetail {
  formula: (NonNullable<IndicatorDetail["formula"]> & {
    numerator_en?: string | null;
    denominator_en?: string | null;
    numerator_code?: string | null;
    denominator_code?: string | null;
  }) | null;
  owners?: Owner[];
  public?: boolean;
  plans?: { plan: string; title?: string; title_en?: string; planned: string; rate: string | null }[];
  bands?: number[];
  target_low?: number | null;
  target_high?: number | null;
  low?: number | null;
  high?: number | null;
  limit_low?: number | null;
  limit_high?: number | null;
}
