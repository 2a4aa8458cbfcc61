// What compares pictures is fetched only by those who compare.
import { store } from "./store";

type Part = typeof import("./compare/main");

let part: Part | null = null;
let coming = false;

/** The part that compares, where the state asks for it and it is there. */
export function comparing(): Part | null {
  const { compare, against } = store.state;
  if (!compare && !against) return null;
  if (!part && !coming) {
    coming = true;
    void import("./compare/main").then((found) => {
      part = found;
      store.changed();
    });
  }
  return part;
}

/** Whether the colours of the map are those of a comparison, not of the figures themselves. */
export function recoloured(): boolean {
  const { against, way } = store.state;
  if (!against) return false;
  return against.startsWith("indicator:") || ((against === "target" || against.startsWith("period:")) && (!way || way === "percent"));
}

/** Whether a second map stands beside the first or over a part of it. */
export function twofold(): "swipe" | "beside" | null {
  const { compare, against, way } = store.state;
  if (compare) return way === "beside" ? "beside" : "swipe";
  return against && (against === "target" || against.startsWith("period:")) && (way === "swipe" || way === "beside") ? way : null;
}

/** The other of two areas that are compared. */
export function secondArea(): string[] {
  const { against } = store.state;
  return against?.startsWith("area:") ? [against.slice(5)] : [];
}
