// Which areas a style shows, names and frames.
import { own } from "../extent";
import type { Extent } from "../api";
import type { AreaChild } from "../types";
import type { Wanted } from "./compose";

export function inView(now: Extent, areas: AreaChild[]): Pick<Wanted, "within" | "inside" | "codes" | "around"> {
  const whole = now.within === "VN" || now.level === "region";
  const codes = whole ? [] : areas.map((area) => area.code);
  const simple = own(now) && now.within.length === 2;
  return {
    within: now.within,
    inside: whole ? null : simple ? ["==", ["get", "parent"], now.within] : ["in", ["get", "code"], ["literal", codes]],
    codes,
    around: now.lens || simple ? [now.within] : [...new Set(areas.map((area) => area.province))].sort(),
  };
}
