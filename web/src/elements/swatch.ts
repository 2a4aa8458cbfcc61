// A small square of the colour (and hatch) an area has on the map.
import { html, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { hatchCss } from "../map/images";
import { BLANKS } from "../shown";
import { store } from "../store";
import { NEUTRAL } from "../map/compose";
import { cover, GROUND } from "../map/contrast";
import type { Legend, Theme } from "../types";

/** States against a target carry a sign as well: red and green are one colour to some eyes. */
const SIGNS = ["✓", "≈", "!", "‼"];

export function swatch(k: number, legend: Legend | null, theme: Theme, size = "1rem"): TemplateResult {
  const sign = legend?.method === "target" ? (SIGNS[k] ?? "") : "";
  return html`<i aria-hidden="true" style=${styleMap({
    display: "inline-grid", placeItems: "center", flex: "none", width: `calc(${size} * 1.25)`, height: size, borderRadius: "3px",
    boxShadow: "inset 0 0 0 1px rgb(128 140 148 / 0.45)", background: background(k, legend, theme),
    font: `700 calc(${size} * 0.72)/1 var(--font)`, color: k === 1 || theme === "dark" || store.state.layers.length ? "#1c1c1c" : "#ffffff",
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
