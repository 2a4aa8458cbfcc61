// What is known of an object on the map: the public fields of its layer, one object at a time.
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import * as api from "../api";
import { date, moment, number } from "../format";
import { term, titled, words } from "../i18n";
import type { Hit } from "../map/map";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Field } from "../types";
import { icons } from "./icons";
import { put, type Free } from "./place";

@customElement("tc-popup")
export class TcPopup extends LitElement {
  @property({ attribute: false }) hits: Hit[] = [];
  @property({ attribute: false }) at: [number, number] = [0, 0];
  @property({ attribute: false }) map: MapLibre | null = null;
  @property({ attribute: false }) free: Free = { left: 0, top: 0, right: 0, bottom: 0 };
  @state() private index = 0;
  @state() private full: Record<string, unknown> | null = null;

  static override styles = [shared, css`
    :host { position: absolute; left: 0; top: 0; z-index: 4; width: min(20rem, calc(100vw - 1.5rem)); }
    .box { background: var(--glass); border-radius: var(--radius); box-shadow: var(--shadow-high); padding: 0.85rem 1rem 1rem; }
    header { display: flex; align-items: flex-start; gap: 0.5rem; }
    header div { flex: 1; min-width: 0; }
    .layer { color: var(--accent); font-weight: 600; }
    h3 { font-size: 1rem; line-height: 1.4; font-weight: 650; overflow-wrap: anywhere; }
    .icon-button { width: 2rem; height: 2rem; margin: -0.25rem -0.35rem 0 0; }
    dl { display: grid; grid-template-columns: minmax(6rem, 40%) 1fr; gap: 0.3rem 0.75rem; margin-top: 0.6rem; max-height: 15rem; }
    dt { color: var(--ink-3); } dd { overflow-wrap: anywhere; }
    footer { display: flex; align-items: center; justify-content: space-between; margin-top: 0.6rem; gap: 0.5rem; }
    nav { display: flex; align-items: center; margin-left: auto; }
    nav .icon-button { margin: 0; }
    .turn { rotate: 180deg; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("hits")) this.index = 0;
    if (changed.has("hits") || (changed as Map<PropertyKey, unknown>).has("index")) void this.fetchAll();
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.place(this.free);
    if (changed.has("hits")) this.shadowRoot?.querySelector<HTMLElement>(".box")?.focus();
  }

  /** Above its point, or below where there is no room. */
  place(free: Free): void {
    if (!this.map) return;
    const point = this.map.project(this.at);
    const { width, height } = this.getBoundingClientRect();
    const above = point.y - height - 14;
    put(this, { left: point.x - width / 2, top: above > free.top ? above : point.y + 14 }, free);
  }

  private async fetchAll(): Promise<void> {
    const hit = this.hits[this.index];
    this.full = null;
    if (!hit || hit.id === "") return;
    try {
      const answer = await api.feature(hit.layer, hit.id);
      if (this.hits[this.index] === hit) this.full = answer.properties;
    } catch {
      // The tile's own fields are shown instead.
    }
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent("close"));
  }

  protected override render(): TemplateResult | typeof nothing {
    const hit = this.hits[this.index];
    const layer = store.data.start.value?.layers.find((l) => l.id === hit?.layer);
    if (!hit || !layer) return nothing;
    const w = words();
    const all = { ...hit.properties, ...this.full };
    const fields = layer.fields.filter((f) => f.popup && all[f.name] !== undefined && all[f.name] !== null && all[f.name] !== "");
    const lead = fields.find((f) => f.name === layer.title_field) ?? fields.find((f) => f.type === "text" && !f.codes.length && /name|title|ten/i.test(f.name)) ?? fields.find((f) => f.type === "text" && !f.codes.length);
    return html`<section class="box" tabindex="-1" role="dialog" aria-label=${titled(layer)}>
      <header>
        <div>
          <p class="layer small">${titled(layer)}</p>
          <h3>${lead ? shownValue(lead, all[lead.name]) : `${titled(layer)} ${hit.id}`}</h3>
        </div>
        <button class="icon-button" aria-label=${w.close} @click=${() => this.close()}>${icons.close(18)}</button>
      </header>
      <dl class="small scroll">
        ${fields.filter((f) => f !== lead).map((f) => html`<dt>${titled(f)}</dt><dd class="num">${shownValue(f, all[f.name])}</dd>`)}
      </dl>
      ${fields.length ? nothing : html`<p class="quiet small">${w.popup.nothing}</p>`}
      <footer>
        ${layer.sample ? html`<span class="badge sample">${w.sample}</span>` : nothing}
        ${this.hits.length > 1
          ? html`<nav>
              <button class="icon-button" aria-label=${w.popup.previous} ?disabled=${this.index === 0} @click=${() => this.index--}>${icons.left(18)}</button>
              <span class="small num">${w.popup.of(this.index + 1, this.hits.length)}</span>
              <button class="icon-button turn" aria-label=${w.popup.next} ?disabled=${this.index === this.hits.length - 1} @click=${() => this.index++}>${icons.left(18)}</button>
            </nav>`
          : nothing}
      </footer>
    </section>`;
  }
}

/** A field's value as people read it: the title of a code, a number with its unit, a date. */
export function shownValue(field: Field, value: unknown): string {
  const { lang } = store.state;
  const w = words();
  const code = field.codes.find((c) => String(c.value) === String(value));
  if (code) return titled(code);
  switch (field.type) {
    case "number":
    case "integer": {
      const n = Number(value);
      if (!Number.isFinite(n)) return String(value);
      const digits = field.type === "integer" || Number.isInteger(n) ? 0 : Math.abs(n) >= 100 ? 0 : 1;
      const year = field.type === "integer" && /(^|_)(year|nam)($|_)/.test(field.name);
      return year ? String(n) : `${number(n, lang, digits)}${field.unit ? `\u00a0${term(field.unit)}` : ""}`;
    }
    case "date":
      return date(String(value), lang);
    case "datetime":
      return moment(String(value), lang);
    case "boolean":
      return value === true || value === "true" || value === 1 ? w.layers.yes : w.layers.no;
    default:
      return String(value) + (field.unit ? `\u00a0${term(field.unit)}` : "");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-popup": TcPopup;
  }
}
