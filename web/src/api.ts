// Typed access to the server: one function per address, plain failures as ApiError.
import type {
  Area, AreaChild, Bbox, Card, Catalogue, Counts, Figures, Found, IndicatorDetail, Legend, MapLevel, Method, Problem, Slice, Start, Theme, Lang,
} from "./types";
import type { StyleSpecification } from "maplibre-gl";

/** The server said no (status ≥ 400, with its sentence) or could not be reached (status 0). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
  get unreachable(): boolean {
    return this.problem.status === 0 || this.problem.status >= 502;
  }
}

type Query = Record<string, string | number | null | undefined>;

export function link(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") search.set(key, String(value));
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(link(path, query), { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ title: "unreachable", status: 0, detail: "" });
  }
  if (answer.ok) return (await answer.json()) as T;
  const body = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  throw new ApiError({
    title: body?.title ?? answer.statusText,
    status: answer.status,
    detail: typeof body?.detail === "string" ? body.detail : "",
    ...(body?.parameter ? { parameter: body.parameter } : {}),
  });
}

export const start = (lang: Lang) =>
  get<Start>("/api/start", { lang }).then((all) => ({ ...all, default: { ...all.default, indicator: all.default.indicator.toLowerCase() } }));
export const style = (theme: Theme, lang: Lang, boundary: string, lens: string | null) =>
  get<StyleSpecification>("/api/style", { theme, lang, boundary, lens });
export const area = (code: string, boundary: string, lang: Lang) =>
  get<Area>(`/api/areas/${encodeURIComponent(code)}`, { boundary, lang });
export const figures = (code: string, boundary: string, lang: Lang, known: string | null = null) =>
  get<Figures>(`/api/areas/${encodeURIComponent(code)}/figures`, { boundary, lang, known: moment(known) }).then((all) => ({ ...all, figures: all.figures.map(lower) }));
export const search = (q: string, lang: Lang, signal: AbortSignal) =>
  get<{ results: Found[] }>("/api/search", { q, limit: 8, lang }, signal).then((answer) => answer.results);
export const catalogue = (lang: Lang) =>
  get<Catalogue>("/api/indicators", { lang }).then((all) => ({ ...all, indicators: all.indicators.map(lower) }));
export const indicator = (code: string, lang: Lang) =>
  get<IndicatorDetail>(`/api/indicators/${encodeURIComponent(code)}`, { lang }).then(lower);

/** Codes of indicators are compared, and stand in addresses, in lower case. */
function lower<T extends { code: string }>(thing: T): T {
  return { ...thing, code: thing.code.toLowerCase() };
}

/** Which areas a picture shows. */
export interface Extent {
  level: MapLevel;
  within: string;
  boundary: string;
  frame: string;
  lens: string | null;
}

/** A moment by Viet Nam's clock, as the server reads it. */
export const moment = (known: string | null): string | null => (known?.includes("T") ? `${known}${known.length < 17 ? ":59" : ""}+07:00` : known);

export const extent = ({ level, within, boundary, frame, lens }: Extent): Query =>
  lens ? { within, frame, lens } : { level, within, boundary, frame };

export const areas = (of: Extent, lang: Lang) => get<AreaChild[]>("/api/shown", { ...extent(of), lang });

export const counts = (layer: string, of: Extent) => get<Counts>(`/api/layers/${encodeURIComponent(layer)}/counts`, extent(of));

export interface SliceKey extends Extent {
  indicator: string;
  period: string;
  /** With the state of each area against its target, and what is due there. */
  target: boolean;
  known: string | null;
}

export const values = (key: SliceKey, lang: Lang) =>
  get<Slice>(`/api/indicators/${encodeURIComponent(key.indicator)}/values`, {
    ...extent(key), period: key.period, classes: key.target ? "target" : null, lang, known: moment(key.known),
  }).then((slice) => ({ ...slice, indicator: key.indicator, frame: key.frame }));

export interface LegendKey extends Extent {
  indicator: string;
  period: string;
  method: Method | null;
  known: string | null;
}

export const legend = (key: LegendKey, lang: Lang) =>
  get<Legend>(`/api/indicators/${encodeURIComponent(key.indicator)}/legend`, {
    ...extent(key), period: key.period, method: key.method, classes: 5, lang, known: moment(key.known),
  });

export const card = (code: string, area: string, period: string, boundary: string, lang: Lang, known: string | null) =>
  get<Card>(`/api/indicators/${encodeURIComponent(code)}/card`, { area, period, boundary, lang, known: moment(known) }).then((answer) => ({ ...answer, indicator: code }));

/** A point of one object of a layer inside a box; null when it holds none. */
export const somewhere = (layer: string, [west, south, east, north]: Bbox) =>
  get<{ features: { bbox?: Bbox; geometry: { coordinates: unknown } | null }[] }>(
    `/ogc/collections/${encodeURIComponent(layer)}/items`, { f: "json", limit: 1, bbox: [west, south, east, north].join(",") },
  ).then((answer): [number, number] | null => {
    const numbers = [answer.features[0]?.geometry?.coordinates].flat(Infinity) as number[];
    return numbers.length >= 2 ? [numbers[0]!, numbers[1]!] : null;
  });

export const feature = (layer: string, id: string | number) =>
  get<{ id: string | number; properties: Record<string, unknown>; geometry: unknown }>(
    `/ogc/collections/${encodeURIComponent(layer)}/items/${encodeURIComponent(String(id))}`, { f: "json" },
  );
