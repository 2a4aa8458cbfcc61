// Which page an address names, and the address of a state on that page: what the path says is not said again in the query.
import { address, parse, type State } from "./state";

export type Page = "map" | "modules" | "module" | "indicator" | "area";

export interface Place {
  page: Page;
  /** Of the module; indicator and area are in the state. */
  module: string | null;
}

const PATH = /^\/(modules|indicators|areas)(?:\/([^/]+))?\/?$/;

function split(path: string): { page: Page; id: string } {
  const [, first = "", rest = ""] = PATH.exec(path) ?? [];
  const page = first === "modules" ? (rest ? "module" : "modules") : first === "indicators" ? "indicator" : first === "areas" ? "area" : "map";
  return { page, id: decodeURIComponent(rest) };
}

export function placeOf(path: string): Place {
  const { page, id } = split(path);
  return { page, module: page === "module" ? id : null };
}

/** The page of this document; going to another page loads it. */
export const here: Place = placeOf(location.pathname);

/** The state of an address. Pages speak of the present areas, at all times. */
export function stateOf({ pathname, search }: { pathname: string; search: string }): State {
  const { page, id } = split(pathname);
  const state = parse(search.replace(/(known=[^&]*?)(?:%2B|[+ ])07(?::|%3A)00/i, "$1")); // a moment by Viet Nam's clock
  if (page === "map") return state;
  return {
    ...state, boundary: "current",
    ...(page === "indicator" ? { indicator: id.toLowerCase() } : {}),
    ...(page === "area" ? { area: id.toUpperCase() } : {}),
  };
}

/** The address of a state on a page; what only the map knows (camera, layers, lenses) stays with the map. */
export function href(state: State, place: Place = here): string {
  if (place.page === "map") return `/${address(here.page === "map" ? state : { ...state, boundary: null, view: null })}`;
  const kept: State = {
    ...state, boundary: null, frame: null, lens: null, pick: null, compare: false, against: null, way: null, ranking: null, view: null, layers: [], filters: {},
    indicator: place.page === "module" ? state.indicator : null,
    area: place.page === "area" ? null : state.area,
  };
  return path(place, state) + address(kept);
}

function path({ page, module }: Place, state: State): string {
  if (page === "module") return `/modules/${module}`;
  if (page === "indicator") return `/indicators/${(state.indicator ?? "").toUpperCase()}`;
  return page === "area" ? `/areas/${state.area ?? ""}` : "/modules";
}
