// What only pages ask the server for; codes of indicators come in lower case, as everywhere in the client.
import { get, moment } from "../api";
import type { Lang } from "../types";
import type { Course, Explanation, Flag, Forecast, Module, Profile, Ranking, Standing, Standings } from "./types";

const lowered = (row: Standing): Standing => ({ ...row, code: row.code.toLowerCase() });

export const modules = (): Promise<Module[]> =>
  get<Module[]>("/api/modules").then((all) => all.map((one) => ({ ...one, lead: one.lead?.toLowerCase() ?? null, indicators: one.indicators.map((code) => code.toLowerCase()) })));

export const standings = (module: string, area: string, period: string | null, known: string | null, lang: Lang): Promise<Standings> =>
  get<Standings>(`/api/modules/${encodeURIComponent(module)}/states`, { area, period, known: moment(known), lang }).then((all) => ({ ...all, rows: all.rows.map(lowered) }));

const low = (codes: string[]): string[] => codes.map((code) => code.toLowerCase());

export const profile = (area: string, lang: Lang, known: string | null = null): Promise<Profile> =>
  get<Profile>(`/api/areas/${encodeURIComponent(area)}/profile`, { lang, known: moment(known) }).then((all) => ({
    ...all, rows: all.rows.map(lowered), strengths: low(all.strengths), weaknesses: low(all.weaknesses),
  }));

export const course = (code: string, area: string, kind: string, known: string | null, lang: Lang): Promise<Course> =>
  get<Course>(`${path(code)}/series`, { area, kind, known: moment(known), lang });

export const ranking = (code: string, within: string, level: string, period: string, peers: "kind" | "all", known: string | null, lang: Lang): Promise<Ranking> =>
  get<Ranking>(`${path(code)}/ranking`, { within, level, period, peers, boundary: "current", known: moment(known), lang });

export const forecast = (code: string, area: string, year: number, lang: Lang): Promise<Forecast> =>
  get<Forecast>(`${path(code)}/forecast`, { area, year, lang });

/** A moment as the server reads it, whether it names its zone or is by Viet Nam's clock. */
export const instant = (known: string | null): string | null => (known && /[Z+]/.test(known) ? known : moment(known));

export const explanation = (code: string, area: string, period: string, boundary: string, known: string | null, lang: Lang): Promise<Explanation> =>
  get<Explanation>(`${path(code)}/explain`, { area, period, boundary, known: instant(known), lang });

export const flags = (area: string, code: string, lang: Lang): Promise<Flag[]> =>
  get<Flag[] | { flags: Flag[] }>("/api/quality/flags", { area, indicator: code.toUpperCase(), lang }).then((all) => (Array.isArray(all) ? all : all.flags));

const path = (code: string): string => `/api/indicators/${encodeURIComponent(code.toUpperCase())}`;
