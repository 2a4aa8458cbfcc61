// The layers over the map: on and off, how many objects, what the signs mean, which codes to show.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { number } from "../format";
import { gathered, ring } from "../map/compose";
import { labelled, titled, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Field, LegendEntry, MapLayer } from "../types";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-layers")
export class TcLayers extends LitElement {
  /** Folded to its title, for when room is short. */
  @property({ type: Boolean, reflect: true }) folded = false;
  @property({ type: Boolean }) plain = false;
  @state() private filtering = "";

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; }
    .head { display: flex; align-items: center; gap: 0.65rem; width: 100%; padding: 0.75rem 1rem; }
    .head svg:first-child { color: var(--accent); }
    .head h2 { font-size: 0.9375rem; font-weight: 650; line-height: 1.5; }
    .head .on { margin-left: auto; color: var(--ink-3); }
    .head .fold { transition: rotate var(--quick); color: var(--ink-3); }
    :host([folded]) .fold { rotate: -90deg; }
    .list { padding: 0 0.5rem 0.6rem; }
    .layer { padding: 0.1rem 0.5rem; border-radius: var(--radius-s); }
    .main { display: flex; align-items: center; gap: 0.7rem; min-height: 2.5rem; }
    .main label { flex: 1; min-width: 0; display: flex; align-items: center; gap: 0.7rem; cursor: pointer; padding: 0.3rem 0; line-height: 1.4; font-weight: 500; }
    .count { color: var(--ink-3); }
    input[type="checkbox"].switch { appearance: none; flex: none; width: 2.1rem; height: 1.25rem; margin: 0; border-radius: 99px; background: var(--line-2); position: relative; cursor: pointer; transition: background var(--quick); }
    input.switch::after { content: ""; position: absolute; left: 2px; top: 2px; width: calc(1.25rem - 4px); height: calc(1.25rem - 4px); border-radius: 99px; background: #fff; box-shadow: 0 1px 2px rgb(0 0 0 / 0.3); transition: translate var(--quick); }
    input.switch:checked { background: var(--accent); }
    input.switch:checked::after { translate: 0.85rem 0; }
    .details { padding: 0 0 0.6rem 2.8rem; }
    .legend { display: grid; gap: 0.15rem; max-height: 13rem; }
    .legend li { display: flex; align-items: center; gap: 0.55rem; line-height: 1.45; }
    .sign { flex: none; width: 1.25rem; display: grid; place-items: center; height: 1.15rem; }
    .sign i { display: block; }
    .fill { width: 1.1rem; height: 0.85rem; border-radius: 2px; box-shadow: inset 0 0 0 1px rgb(60 70 78 / 0.35); }
    .line { width: 1.15rem; height: 3px; border-radius: 3px; }
    .circle { width: 0.7rem; height: 0.7rem; border-radius: 99px; box-shadow: 0 0 0 1.8px var(--ring), 0 0 0 2.3px rgb(60 70 78 / 0.3); }
    .many { width: 1.1rem; height: 1.1rem; border-radius: 99px; box-shadow: inset 0 0 0 1.5px rgb(255 255 255 / 0.55); }
    .sign svg { width: 1.2rem; height: 1.2rem; }
    .small-buttons { display: flex; gap: 0.25rem; margin: 0.35rem 0 0 -0.4rem; }
    .text-button { display: inline-flex; align-items: center; gap: 0.35rem; color: var(--accent); font-weight: 550; padding: 0.15rem 0.4rem; border-radius: 0.35rem; }
    .text-button:hover { background: var(--accent-soft); }
    fieldset { border: 0; margin: 0.35rem 0 0; padding: 0; min-width: 0; }
    legend { padding: 0; color: var(--ink-3); }
    .chips { display: flex; flex-wrap: wrap; gap: 0.3rem; margin-top: 0.2rem; max-height: 9.5rem; padding: 1px; }
    .chips button { padding: 0.12rem 0.65rem; border-radius: 99px; box-shadow: inset 0 0 0 1px var(--line-2); line-height: 1.6; }
    .chips button[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); box-shadow: none; font-weight: 550; }
    .badge { margin-top: 0.35rem; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const layers = store.data.start.value?.layers ?? [];
    const on = layers.filter((l) => store.state.layers.includes(l.id)).length;
    const head = this.plain
      ? nothing
      : html`<button class="head" aria-expanded=${!this.folded} aria-controls="list" @click=${() => (this.folded = !this.folded)}>
          ${icons.layers()}<h2>${w.layers.title}</h2><span class="on small">${w.layers.on(on)}</span><span class="fold">${icons.down()}</span>
        </button>`;
    return html`${head}
      ${this.folded && !this.plain
        ? nothing
        : html`<ul class="list" id="list">
            ${layers.length ? layers.map((l) => this.layer(l)) : html`<li class="layer quiet small">${w.layers.empty}</li>`}
          </ul>`}`;
  }

  private layer(layer: MapLayer): TemplateResult {
    const { layers, lang } = store.state;
    const on = layers.includes(layer.id);
    const focus = store.data.focus.value;
    const here = (focus?.valid_to ? undefined : focus?.counts[layer.id]) ?? layer.count;
    return html`<li class="layer">
      <div class="main">
        <label title=${(lang === "en" && layer.description_en) || layer.description}>
          <input class="switch" type="checkbox" role="switch" .checked=${on} @change=${() => toggleLayer(layer.id)} />
          <span>${titled(layer)}</span>
        </label>
        <span class="count num small">${number(here, lang)}</span>
      </div>
      ${on ? this.details(layer) : nothing}
    </li>`;
  }

  private details(layer: MapLayer): TemplateResult {
    const w = words();
    const fields = layer.fields.filter((f) => f.filter && f.codes.length);
    const chosen = store.state.filters[layer.id] ?? {};
    const active = Object.values(chosen).some((values) => values.length);
    const open = this.filtering === layer.id || active;
    if (store.inView.zoom < layer.minzoom) return this.tooFar(layer);
    const seen = store.inView.values[layer.id];
    const disc = gathered(layer, store.theme);
    const entries = seen ? layer.legend.filter((entry) => seen.includes(String(entry.value))) : layer.legend;
    return html`<div class="details small">
      ${seen ? html`<p class="quiet">${entries.length ? w.layers.inView : w.layers.notInView}</p>` : nothing}
      <ul class="legend scroll">${disc && store.inView.zoom < disc.below ? html`<li>${dot(disc.colour, "many")}<span>${w.layers.gathered}</span></li>` : nothing}${entries.map((entry) => html`<li>${this.sign(entry, layer)}<span>${labelled(entry)}</span></li>`)}</ul>
      <div class="small-buttons">
        ${fields.length
          ? html`<button class="text-button" aria-expanded=${open} @click=${() => (this.filtering = open ? "" : layer.id)}>${icons.filter(14)} ${w.layers.filter}</button>`
          : nothing}
        ${active ? html`<button class="text-button" @click=${() => setFilter(layer.id, {})}>${w.layers.clear}</button>` : nothing}
      </div>
      ${open ? fields.map((f) => this.choice(layer, f, chosen[f.name] ?? [])) : nothing}
      ${layer.sample ? html`<span class="badge sample">${w.sample}</span>` : nothing}
    </div>`;
  }

  private tooFar(layer: MapLayer): TemplateResult {
    const w = words();
    return html`<div class="details small">
      <p class="quiet">${w.layers.tooFar}</p>
      <div class="small-buttons"><button class="text-button" @click=${() => this.dispatchEvent(new CustomEvent("approach", { detail: layer, bubbles: true, composed: true }))}>
        ${icons.plus()} ${w.map.zoomIn}</button></div>
      ${layer.sample ? html`<span class="badge sample">${w.sample}</span>` : nothing}
    </div>`;
  }

  private choice(layer: MapLayer, field: Field, chosen: string[]): TemplateResult {
    return html`<fieldset><legend>${titled(field)}</legend><div class="chips scroll">
      ${field.codes.map((code) => {
        const value = String(code.value);
        const on = chosen.includes(value);
        const next = on ? chosen.filter((v) => v !== value) : [...chosen, value];
        return html`<button aria-pressed=${on} @click=${() => setFilter(layer.id, { ...store.state.filters[layer.id], [field.name]: next })}>${titled(code)}</button>`;
      })}
    </div></fieldset>`;
  }

  private sign(entry: LegendEntry, layer: MapLayer): TemplateResult {
    const svg = entry.image ? layer.images[entry.image] : undefined;
    if (entry.shape === "icon" && svg) return html`<span class="sign" aria-hidden="true">${unsafeHTML(svg)}</span>`; // our own server's drawing
    const shape = entry.shape === "icon" ? "circle" : entry.shape;
    return dot(entry.colour, shape, shape === "circle" ? ring(layer, store.theme) : "transparent");
  }
}

function dot(colour: string, shape: string, around = "transparent"): TemplateResult {
  return html`<span class="sign" aria-hidden="true"><i class=${shape} style="background:${colour};--ring:${around}"></i></span>`;
}

export function toggleLayer(id: string): void {
  const { layers } = store.state;
  store.go({ layers: layers.includes(id) ? layers.filter((l) => l !== id) : [...layers, id] });
}

function setFilter(layer: string, filter: Record<string, string[]>): void {
  store.go({ filters: { ...store.state.filters, [layer]: filter } });
}
