// What a picture is compared with, read from the address.
import { store } from "../store";

export type Against =
  | { kind: "period"; period: string }
  | { kind: "target" }
  | { kind: "indicator"; code: string }
  | { kind: "area"; code: string }
  | { kind: "months" };

export type Kind = Against["kind"];
export const KINDS: readonly Kind[] = ["period", "target", "indicator", "area", "months"];

export function against(): Against | null {
  const text = store.state.against;
  if (!text) return null;
  if (text === "target" || text === "months") return { kind: text };
  const at = text.indexOf(":");
  const [kind, rest] = [text.slice(0, at), text.slice(at + 1)];
  if (kind === "period") return { kind, period: rest };
  return kind === "indicator" ? { kind, code: rest.toLowerCase() } : { kind: "area", code: rest.toUpperCase() };
}

/** Compare with something; the view stays, unless two maps now share its room. */
export function compareWith(text: string | null, way = store.state.way): void {
  const beside = way === "beside" || store.state.way === "beside";
  store.go({ against: text, way: text ? way : null, compare: false, ...(beside ? { view: null } : {}), ...((text === "target" || text === "months") && store.state.method === "target" ? { method: null } : {}) }, "push");
}
