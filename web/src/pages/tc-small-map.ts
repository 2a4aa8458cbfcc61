// The chosen indicator on a small map that drills, with its colours below it.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import { icons } from "../elements/icons";
import { follow } from "../elements/follow";
import { swatch } from "../elements/swatch";
import type { TcMap } from "../elements/tc-map";
import { number } from "../format";
import { labelled, words } from "../i18n";
import { picture } from "../picture";
import { href } from "../route";
import { BLANKS } from "../shown";
import { store } from "../store";
import { maplibreCss } from "../styles/maplibre";
import { shared } from "../styles/shared";
import { said } from "./words";
import "../elements/tc-inset";
import "../elements/tc-map";

@customElement("tc-small-map")
export class TcSmallMap extends LitElement {
  @state() private map: MapLibre | null = null;

  constructor() {
    super();
    follow(this);
    this.addEventListener("map-ready", (event) => (this.map = (event as CustomEvent<MapLibre>).detail));
  }

  static override styles = [shared, maplibreCss, css`
    :host { display: block; }
    .frame { position: relative; height: var(--map-height, 22rem); border-radius: var(--radius-s); overflow: hidden; background: var(--sea); box-shadow: 0 0 0 1px var(--line); isolation: isolate; }
    tc-map, tc-map .canvas { position: absolute; inset: 0; display: block; }
    .map-wait, .map-note { position: absolute; left: 50%; top: 50%; translate: -50% -50%; padding: 0.4rem 0.9rem; border-radius: 99px; background: var(--glass); box-shadow: var(--shadow); color: var(--ink-2); }
    tc-inset { position: absolute; z-index: 1; right: 0.5rem; bottom: 0.5rem; transform: scale(0.62); transform-origin: 100% 100%; pointer-events: none; }
    .zoom { position: absolute; z-index: 2; right: 0.5rem; top: 0.5rem; display: grid; overflow: hidden; }
    .zoom .icon-button { border-radius: 0; width: 2.1rem; height: 2.1rem; }
    .zoom .icon-button + .icon-button { border-top: 1px solid var(--line); }
    .key { display: flex; flex-wrap: wrap; gap: 0.25rem 0.9rem; margin-top: 0.65rem; color: var(--ink-2); }
    .key li { display: inline-flex; align-items: center; gap: 0.4rem; }
    .key b { font-weight: 550; color: var(--ink-3); }
    .foot { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0.25rem 1rem; margin-top: 0.5rem; }
    .foot a { display: inline-flex; align-items: center; gap: 0.3rem; color: var(--accent); font-weight: 550; text-decoration: none; }
    .foot a:hover { text-decoration: underline; text-underline-offset: 0.2em; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const element = (): TcMap | null => this.shadowRoot?.querySelector("tc-map") ?? null;
    return html`
      <div class="frame">
        <tc-map small></tc-map>
        <tc-inset .map=${this.map}></tc-inset>
        <div class="zoom card" role="group">
          <button class="icon-button" aria-label=${w.map.zoomIn} title=${w.map.zoomIn} @click=${() => element()?.zoom(1)}>${icons.plus()}</button>
          <button class="icon-button" aria-label=${w.map.zoomOut} title=${w.map.zoomOut} @click=${() => element()?.zoom(-1)}>${icons.minus()}</button>
          <button class="icon-button" aria-label=${w.map.whole} title=${w.map.whole} @click=${() => element()?.whole()}>${icons.whole()}</button>
        </div>
      </div>
      ${this.key()}
      <p class="foot small"><a href=${href(store.state, { page: "map", module: null })}>${said().openMap}${icons.right(14)}</a>
        ${store.shown?.approximate ? html`<span class="quiet" title=${w.approximateLong}>${w.approximate}</span>` : nothing}</p>`;
  }

  /** The colours that are there, each with the number of areas that have it. */
  private key(): TemplateResult | typeof nothing {
    const w = words();
    const { lang } = store.state;
    const seen = picture();
    const now = store.shown;
    if (!now?.period && store.data.detail.value?.code === store.state.indicator) return html`<p class="key small">${w.indicator.noLevel(w.levels[now?.level ?? "province"]!)}</p>`;
    if (!seen?.legend) return html`<span class="bone" style="margin-top:.65rem;width:70%"></span>`;
    const counts = new Map<number, number>();
    for (const row of seen.rows) counts.set(row.k, (counts.get(row.k) ?? 0) + 1);
    const { legend } = seen;
    const order = legend.classes.map((_, k) => k);
    if (legend.method !== "target") order.reverse();
    const label = (k: number): string => {
      if (k >= 0) return labelled(legend.classes[k]);
      const key = BLANKS[-1 - k];
      return key ? w.legend.blank[key]! : w.legend.noTarget;
    };
    const shown = [...order, ...[...BLANKS.map((_, i) => -1 - i), -9].filter((k) => counts.get(k))];
    return html`<ul class="key small num" aria-label=${said().key}>${shown.map((k) => html`<li>${swatch(k, legend, store.theme, "0.9rem")}<span>${label(k)}</span><b>${number(counts.get(k) ?? 0, lang)}</b></li>`)}</ul>`;
  }
}
