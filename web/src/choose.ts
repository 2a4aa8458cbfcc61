// Going to an area: what of the state has to change so that the address means exactly that one.
import { former, present } from "./shown";
import type { State } from "./state";
import { store } from "./store";
import type { Area } from "./types";

/** The state that means an area of a structure; the areas in view stay those of that structure, or follow the period. */
export function meaning(area: { code: string; boundary: string }): Partial<State> {
  const start = store.data.start.value;
  const current = !start || area.boundary === present(start).id;
  const kept = store.state.boundary === "current" ? "current" : null;
  return { area: area.code, boundary: current ? kept : area.boundary, frame: null, view: null };
}

export function goTo(area: { code: string; boundary: string }): void {
  if (store.state.area === area.code && store.data.focus.value?.boundary === area.boundary) return;
  store.go({ ...meaning(area), lens: null, compare: false }, "push");
}

/** Choose one of the areas in view: through a lens it is picked out, else it becomes the selected area. */
export function chooseArea(code: string): void {
  const now = store.shown;
  const start = store.data.start.value;
  if (!now || !start || !code) return;
  if (now.lens) store.go({ pick: store.state.pick === code ? null : code }, "push");
  else if (now.selected !== code) store.go({ ...meaning({ code, boundary: now.boundary }), ...(store.state.compare ? { boundary: store.state.boundary, frame: frameOf(code) } : {}) }, "push");
}

/** A present area, by its code alone, as the search finds it. */
export function goToPresent(code: string): void {
  store.go({ area: code, frame: frameOf(code), view: null }, "push");
}

export type Mode = "time" | "current" | "former";

export function mode(): Mode | null {
  const { boundary, compare, lens } = store.state;
  if (compare || lens) return null;
  return boundary === null ? "time" : boundary === "current" ? "current" : "former";
}

/** Show the areas as the period had them, as they are now, or as they were before the reform, on the ground of the same area. */
export function show(wanted: Mode): void {
  const start = store.data.start.value;
  const focus = store.data.focus.value;
  const old = start && former(start);
  if (!start || !old) return;
  const area = focus && focus.boundary !== present(start).id && wanted !== "former" ? heir(focus) : (focus?.code ?? store.state.area);
  const moved = area !== focus?.code || wanted === "former";
  store.go({
    area, lens: null, compare: false, ...(moved && area !== focus?.code ? { view: null } : {}),
    boundary: wanted === "time" ? null : wanted === "current" ? "current" : old.id,
    frame: wanted === "former" && focus?.boundary === present(start).id && focus.level !== "country" ? "current" : null,
  });
}

/** Look through a lens, or no longer; the chosen areas come back with it. */
export function lookThrough(lens: string | null): void {
  store.go({ lens, compare: false }, "push");
}

/** Before and after the reform side by side, from the present area, or no longer; the chosen areas come back with it. */
export function sideBySide(wanted: boolean): void {
  if (!wanted) return store.go({ compare: false }, "push");
  const focus = store.data.focus.value;
  const ended = focus?.valid_to && focus.successors.length ? { area: heir(focus), view: null } : {};
  store.go({ compare: true, against: null, way: null, lens: null, ...(ended.area ? { ...ended, frame: frameOf(ended.area) } : {}) }, "push");
}

/** A present area beside a chosen former structure is meant as it is today. */
function frameOf(area: string): State["frame"] {
  const { boundary } = store.state;
  return boundary && boundary !== "current" && area !== "VN" ? "current" : null;
}

/** Show on the map the areas that carried figures were collected on; the camera stays. */
export function seeSources({ boundary, level }: { boundary: string; level: string }): void {
  const start = store.data.start.value;
  if (!start) return;
  const change: Partial<State> = { boundary: boundary === present(start).id ? "current" : boundary, lens: null, compare: false, against: null, way: null };
  if (level === "province") return store.go({ ...change, area: "VN", level: null, frame: null }, "push");
  const inside = store.data.focus.value?.boundary === present(start).id && store.data.focus.value.level !== "country";
  store.go({ ...change, frame: inside && boundary !== present(start).id ? "current" : null }, "push");
}

/** The present area that took over most of an ended one. */
export function heir(area: Area): string {
  const [main] = area.successors;
  if (area.level === "country" || !main) return area.level === "country" ? area.code : "VN";
  return area.level === "district" ? main.province : main.code;
}
