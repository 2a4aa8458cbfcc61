// The picture that a comparison makes of the figures, and what it says of each area.
import { signed } from "../elements/about";
import { number, withUnit } from "../format";
import { named, term } from "../i18n";
import { movements } from "../movement";
import { period as periodTitle } from "../period";
import { areasShown, type Picture, type Told } from "../picture";
import { BLANKS, rows, type Row } from "../shown";
import { store } from "../store";
import type { IndicatorDetail, Legend, Slice } from "../types";
import { against } from "./against";
import { classed, differences, type Differing } from "./difference";
import { twofold, type Paired, type Thirds } from "./twofold";
import { words } from "./words";

let made: { of: unknown[]; picture: Picture | null } = { of: [], picture: null };
/** The thirds of the last picture of two indicators, for its legend. */
let split: Thirds["edges"] = [[], []];

export const edges = (): Thirds["edges"] => split;

/** Null while what the picture is compared with is not there. */
export function computed(own: Picture): Picture | null {
  const { other, ranking } = store.data;
  const noise = against()?.kind === "period" && ranking.of === ranking.key ? ranking.value : null;
  const of = [own, other.value, other.of === other.key, noise, store.state.against, store.state.way, store.state.lang];
  if (of.length !== made.of.length || of.some((one, i) => one !== made.of[i])) made = { of, picture: make(own) };
  return made.picture;
}

function make(own: Picture): Picture | null {
  const detail = store.data.detail.value;
  const wanted = against();
  const base = held(own);
  if (!detail || !wanted || !base) return null;
  if (wanted.kind === "indicator") {
    const other = store.data.otherDetail.value!;
    const found = twofold(own.rows, base);
    split = found.edges;
    return put(own, found.rows, found.legend, (row) => toldOfBoth(row as Paired, detail, other));
  }
  const asked = { percent: store.state.way === "percent", direction: detail.direction, decimals: detail.decimals, noise: noises(own) };
  const found = classed(differences({ now: own.rows, other: base }, asked), asked, {
    quiet: wanted.kind === "target" ? words().exactly : words().quiet,
    range: (near, far) => range(near, far, asked.percent ? 1 : detail.decimals),
  });
  placed(found.rows, detail.direction === "down" ? 1 : -1);
  return put(own, found.rows, found.legend, (row) => toldOfDifference(row as Differing, detail));
}

/** The figures that the own ones are held against, by number of the area. */
export function held(own: Picture): ReadonlyMap<number, Row> | null {
  const { other, detail } = store.data;
  const wanted = against();
  if (!wanted || !detail.value) return null;
  if (wanted.kind === "target") return own.slice.due ? byId(dueRows(own.slice, own.legend)) : null;
  if (!other.value || other.of !== other.key) return null;
  return byId(rows(other.value, own.legend, areasShown(), detail.value.direction));
}

const byId = (list: Row[]): Map<number, Row> => new Map(list.map((row) => [row.id, row]));

/** What is due of each area, as rows; without a target no class. */
function dueRows(slice: Slice, legend: Legend | null): Row[] {
  const due: Slice = { ...slice, values: slice.due!, blanks: {}, warnings: {}, carried: null };
  return rows(due, legend, areasShown(), "neutral").map((row) => (row.value === null ? { ...row, k: -9 } : row));
}

/** How far the figures of an area go back and forth by themselves, where the server could tell. */
function noises(own: Picture): Map<number, number> {
  const told = against()?.kind === "period" ? movements() : new Map<string, { noise?: number | null }>();
  return new Map(own.rows.flatMap((row) => (told.get(row.code)?.noise ? [[row.id, told.get(row.code)!.noise!] as const] : [])));
}

function put(own: Picture, list: Row[], legend: Legend, told: (row: Row) => Told): Picture {
  const blanks = own.legend?.blanks ?? [];
  return { ...own, rows: list, byId: byId(list), ranked: list.filter((row) => row.value !== null).length, legend: { ...legend, blanks }, told };
}

function placed(list: Differing[], sign: number): void {
  const sorted = list.filter((row) => row.value !== null).sort((a, b) => sign * (a.value! - b.value!));
  sorted.forEach((row, i) => (row.place = i > 0 && sorted[i - 1]!.value === row.value ? sorted[i - 1]!.place : i + 1));
}

function range(near: number, far: number | null, decimals: number): string {
  const { lang } = store.state;
  const text = (value: number): string => number(value, lang, decimals, true);
  return far === null ? words().beyond(text(near)) : near === 0 ? words().upTo(text(far)) : words().between(text(near), text(far));
}

/** "≈ +3,2 điểm %": the difference in the unit of the figures, percentages in points, or in per cent of the base. */
export function toldDifference(value: number, unit: string, decimals: number, percent: boolean): string {
  const { lang } = store.state;
  if (percent) return `${number(value, lang, 1, true)}\u00a0%`;
  const share = /[%‰]$/.test(unit);
  return `${number(value, lang, decimals, true)}${unit ? `\u00a0${share ? words().points(unit) : term(unit)}` : ""}`;
}

/** Whether a difference is for the better; null where neither is. */
export function isBetter(difference: number, direction: IndicatorDetail["direction"]): boolean | null {
  return difference === 0 || direction === "neutral" ? null : difference > 0 === (direction === "up");
}

function toldOfDifference(row: Differing, detail: IndicatorDetail): Told {
  const w = words();
  const { lang, way } = store.state;
  const [now, other] = row.pair;
  const side = (title: string, value: number | null, k: number): string =>
    `${title}: ${value === null ? (w.blank(BLANKS[-1 - k]) || w.noTarget) : withUnit(value, term(detail.unit), lang, detail.decimals)}`;
  const notes = [side(titles()[0], now, row.k), side(titles()[1], other, row.k)];
  if (row.value === null) return { main: now !== null && other === 0 ? w.zeroBase : w.noDifference, better: null, notes };
  const better = isBetter(row.value, detail.direction);
  if (row.quiet && row.value !== 0) notes.push(row.noise === null ? w.doubtful : w.within(number(row.noise, lang, detail.decimals)));
  const about = row.carried?.estimated ? "≈\u00a0" : "";
  const word = row.quiet ? "" : better === null ? (row.value > 0 ? w.more : w.less) : better ? w.better : w.worse;
  const arrow = row.value > 0 ? "▲ " : row.value < 0 ? "▼ " : "";
  const size = row.value === 0 ? w.same : arrow + about + toldDifference(row.value, detail.unit, detail.decimals, way === "percent");
  return { main: word ? `${size}, ${word}` : size, better: row.quiet ? null : better, notes };
}

function toldOfBoth(row: Paired, detail: IndicatorDetail, other: IndicatorDetail): Told {
  const { lang } = store.state;
  const w = words();
  const value = (one: IndicatorDetail, figure: number | null): string =>
    figure === null ? w.noValue : signed(row.carried) + withUnit(figure, term(one.unit), lang, one.decimals);
  const main = row.k >= 0 ? w.pair(w.thirds[row.k % 3]!, w.thirds[Math.floor(row.k / 3)]!) : w.noPair;
  return { main, better: null, notes: [`${named(detail)}: ${value(detail, row.value)}`, `${named(other)}: ${value(other, row.second)}`] };
}

/** How the two sides are called: the present figures and what they are held against. */
export function titles(): [now: string, other: string] {
  const wanted = against();
  const { lang } = store.state;
  const period = store.shown?.period;
  const now = period ? periodTitle(period, lang) : "";
  if (wanted?.kind === "period") return [now, periodTitle(wanted.period, lang)];
  return wanted?.kind === "target" ? [words().reached, words().target] : [now, ""];
}
