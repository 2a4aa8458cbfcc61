// A small square of the colour (and hatch) an area has on the map.
import { html, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { hatchCss } from "../map/images";
import { BLANKS } from "../shown";
import { store } from "../store";
import { NEUTRAL } from "../map/compose";
import { cover, GROUND } from "../map/contrast";
import type { Legend, TargetState, Theme } from "../types";

/** States against a target carry a sign as well: red and green are one colour to some eyes. */
const SIGNS: Record<TargetState, string> = { green: "✓", yellow: "≈", orange: "!", red: "‼" };
const DARK = "#1c1c1c";

/** A small disc in the colour of a state with its sign; a plain one where there is no state. */
export function stateMark(state: TargetState | null, theme: Theme, size = "1rem"): TemplateResult {
  return html`<i aria-hidden="true" style=${styleMap({
    display: "inline-grid", placeItems: "center", flex: "none", width: size, height: size, borderRadius: "99px",
    background: state ? `var(--state-${state})` : "var(--line-2)", font: `700 calc(${size} * 0.68)/1 var(--font)`, color: inkOn(state, theme),
  })}>${state ? SIGNS[state] : ""}</i>`;
}

/** Ink that stands out on a state's colour: white on the deep ones by day only. */
function inkOn(state: TargetState | null | undefined, theme: Theme): string {
  return theme === "dark" || state === "yellow" || state === "orange" ? DARK : "#ffffff";
}

export function swatch(k: number, legend: Legend | null, theme: Theme, size = "1rem"): TemplateResult {
  const state = legend?.classes[k]?.key;
  const sign = state ? SIGNS[state] : "";
  return html`<i aria-hidden="true" style=${styleMap({
    display: "inline-grid", placeItems: "center", flex: "none", width: `calc(${size} * 1.25)`, height: size, borderRadius: "3px",
    boxShadow: "inset 0 0 0 1px rgb(128 140 148 / 0.45)", background: background(k, legend, theme),
    font: `700 calc(${size} * 0.72)/1 var(--font)`, color: store.state.layers.length ? DARK : inkOn(state, theme),
  })}>${sign}</i>`;
}

export function background(k: number, legend: Legend | null, theme: Theme): string {
  const dark = theme === "dark";
  if (k >= 0) {
    const found = legend?.classes[k];
    if (!found) return "var(--paper-3)";
    const colour = dark ? found.colour_dark : found.colour;
    const share = cover(store.state.layers.length > 0, Boolean(store.data.start.value?.basemap));
    return share < 1 ? `color-mix(in srgb, ${colour} ${share * 100}%, ${GROUND[theme]})` : colour;
  }
  const key = BLANKS[-1 - k];
  if (!key) return NEUTRAL[theme];
  const blank = legend?.blanks.find((b) => b.key === key);
  const ground = blank ? (dark ? blank.colour_dark : blank.colour) : "var(--paper-3)";
  return `${hatchCss(key, theme)}, ${ground}`;
}
