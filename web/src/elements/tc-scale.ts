// The scale bar and the standing notes of the map: approximate outlines, source.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import { number } from "../format";
import { titled, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-scale")
export class TcScale extends LitElement {
  @property({ attribute: false }) map: MapLibre | null = null;
  @state() private bar: { width: number; metres: number } | null = null;
  private listening = false;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: flex; align-items: center; gap: 0.75rem; width: fit-content; font-size: 0.75rem; line-height: 1.5; color: var(--ink-2); padding: 0.3rem 0.7rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); }
    .bar { border: 1.5px solid var(--ink-2); border-top: 0; height: 0.85rem; padding: 0 0.3rem; text-align: center; white-space: nowrap; line-height: 0.65rem; font-weight: 550; }
    b { font-weight: 650; color: var(--ink); white-space: nowrap; }
    .note { display: inline-flex; align-items: center; gap: 0.35rem; font-weight: 550; white-space: nowrap; }
  `];

  protected override updated(): void {
    if (this.map && !this.listening) {
      this.listening = true;
      this.map.on("move", () => this.measure());
      this.map.on("resize", () => this.measure());
      this.measure();
    }
  }

  private measure(): void {
    if (!this.map) return;
    const lat = (this.map.getCenter().lat * Math.PI) / 180;
    const perPixel = (Math.cos(lat) * 2 * Math.PI * 6378137) / (512 * 2 ** this.map.getZoom());
    const most = perPixel * 6 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const ten = 10 ** Math.floor(Math.log10(most));
    const metres = [5, 3, 2, 1.5, 1].map((n) => n * ten).find((n) => n <= most) ?? ten;
    this.bar = { metres, width: Math.round(metres / perPixel) };
  }

  protected override render(): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const bar = this.bar;
    const text = bar && (bar.metres >= 1000 ? `${number(bar.metres / 1000, lang)} km` : `${number(bar.metres, lang)} m`);
    const { boundaries } = store.data.start.value ?? { boundaries: [] };
    const former = boundaries.find((b, i) => i > 0 && b.id === store.shown?.boundary);
    return html`
      ${bar ? html`<span class="bar num" style="width:${bar.width}px">${text}</span>` : nothing}
      ${former ? html`<b title=${titled(former)}>${titled(former).split(" (")[0]}</b>` : nothing}
      ${store.shown?.approximate
        ? html`<span class="note" title=${w.approximateLong}>${icons.info(14)} ${w.approximate}</span>`
        : nothing}
      ${store.data.start.value?.basemap ? html`<span>${store.data.start.value.basemap.attribution}</span>` : nothing}
    `;
  }
}
