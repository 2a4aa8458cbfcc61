// Who moved up or down since the period before, and how far figures go back and forth by themselves.
import * as api from "./api";
import { extentKey, extentOf } from "./extent";
import { store } from "./store";
import type { Ranking } from "./types";

/** Ask for the ranking of the view: among all, or among areas of a kind where the state says so. Not through lenses, which have no ranks. */
export function askRanking(): void {
  const now = store.shown;
  const detail = store.data.detail.value;
  const { lang, known, ranking } = store.state;
  if (!now?.period || !detail || now.lens) return store.drop("ranking");
  const { level, within, boundary, frame, period } = now;
  const peers = ranking && ranking !== "all" ? "kind" : "all";
  store.load("ranking", `${detail.code} ${extentKey(extentOf(now))} ${period} ${peers} ${lang} ${known}`, () =>
    api.get<Ranking>(`/api/indicators/${encodeURIComponent(detail.code)}/ranking`, { within, level, boundary, frame, period, peers, lang, known: api.moment(known) }));
}

/** The rows of the ranking by code; empty while it is on its way, or where there is none. */
export function movements(): ReadonlyMap<string, Ranking["rows"][number]> {
  const { ranking } = store.data;
  if (!ranking.value || ranking.of !== ranking.key) return NONE;
  if (made?.of !== ranking.value) made = { of: ranking.value, rows: new Map(ranking.value.rows.map((row) => [row.area.code, row])) };
  return made.rows;
}
let made: { of: Ranking; rows: Map<string, Ranking["rows"][number]> } | null = null;
const NONE: ReadonlyMap<string, Ranking["rows"][number]> = new Map();
