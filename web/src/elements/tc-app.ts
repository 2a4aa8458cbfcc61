// The page: header, map, rail and panel on a wide screen; header, map and sheet on a phone.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import { comparing } from "../comparing";
import { withUnit } from "../format";
import { named, placed, term, words } from "../i18n";
import { href } from "../route";
import { store } from "../store";
import type { MapLayer } from "../types";
import { maplibreCss } from "../styles/maplibre";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons, mark } from "./icons";
import { appCss } from "./tc-app-css";
import { languageButton, themeButton } from "./tools";
import type { TcMap } from "./tc-map";
import type { TcPicker } from "./tc-picker";
import "./tc-breadcrumb";
import "./tc-indicator";
import "./tc-layers";
import "./tc-legend";
import "./tc-map";
import "./tc-notice";
import "./tc-panel";
import "./tc-picker";
import "./tc-search";
import "./tc-share";
import "./tc-sheet";
import "./tc-time";
import "./tc-trouble";
import "./tc-vintage";

const PHONE = matchMedia("(max-width: 900px)");
const LOW = matchMedia("(max-height: 820px)");

@customElement("tc-app")
export class TcApp extends LitElement {
  @state() private map: MapLibre | null = null;
  @state() private phone = PHONE.matches;
  @state() private searching = false;
  @state() private backwards = false;
  @query("tc-map") private mapElement!: TcMap;
  @query("tc-picker") private picker!: TcPicker;

  constructor() {
    super();
    follow(this);
    PHONE.addEventListener("change", () => (this.phone = PHONE.matches));
    this.addEventListener("choose-indicator", () => this.picker.show());
    this.addEventListener("ask-known", () => void this.askKnown());
    this.addEventListener("map-ready", (event) => (this.map = (event as CustomEvent<MapLibre>).detail));
    this.addEventListener("approach", (event) => void this.mapElement.approach((event as CustomEvent<MapLayer>).detail));
    this.addEventListener("chosen", () => (this.searching = false));
    addEventListener("keydown", (event) => this.key(event));
  }

  static override styles = [shared, maplibreCss, appCss];

  protected override render(): TemplateResult {
    document.title = this.title_();
    return html`
      ${this.phone ? this.small() : this.wide()}
      <tc-picker></tc-picker>
      <p class="hide" role="status" aria-live="polite">${this.announcement()}</p>`;
  }

  private wide(): TemplateResult {
    const w = words();
    return html`
      <header>
        <button class="skip" @click=${() => this.shadowRoot?.querySelector("tc-panel")?.open("ranking")}>${w.skip}</button>
        <button class="brand" title=${w.problem.goHome} @click=${() => store.go({ area: store.data.start.value?.default.area ?? null, view: null, boundary: null, frame: null, lens: null, compare: false }, "push")}>${mark()}<b>${w.product}</b></button>
        <tc-breadcrumb></tc-breadcrumb>
        <span class="spring"></span>
        <a class="to-modules" href=${href(store.state, { page: "modules", module: null })}>${w.modules}</a>
        <tc-search></tc-search>
        <div class="tools"><tc-share></tc-share>${themeButton()}${languageButton()}</div>
      </header>
      <main>
        <tc-map></tc-map>
        ${this.busy()}
        <div class="rail scroll">
          <section class="card" aria-label=${w.legend.title}><tc-indicator></tc-indicator>${this.against()}<tc-legend></tc-legend></section>
          <section class="card" aria-label=${w.layers.title}><tc-layers ?folded=${LOW.matches && !store.state.layers.length}></tc-layers></section>
        </div>
        <div class="zoom card" role="group">${this.zoomButtons()}</div>
        <div class="foot">
          ${store.state.against === "months" ? nothing : html`<tc-inset .map=${this.map}></tc-inset>`}
          <div class="row"><tc-vintage></tc-vintage><div class="corner"><tc-scale .map=${this.map}></tc-scale></div></div>
          ${store.shown?.period ? html`<section class="time card" aria-label=${w.time.label}><tc-time></tc-time></section>` : nothing}
        </div>
        ${this.known()}
        <tc-notice></tc-notice>
        <tc-trouble></tc-trouble>
      </main>
      <aside aria-label=${w.panel.label}><tc-panel></tc-panel></aside>`;
  }

  private small(): TemplateResult {
    const w = words();
    const path = store.data.focus.value?.path ?? [];
    const up = path.at(-2);
    return html`
      <header class="small-head">
        ${this.searching
          ? html`<tc-search></tc-search><button class="icon-button" aria-label=${w.close} @click=${() => (this.searching = false)}>${icons.close()}</button>`
          : html`
              ${up
                ? html`<button class="up" aria-label="${w.back}: ${placed(up)}" @click=${() => store.go({ area: up.code, view: null }, "push")}>${icons.left()}<span>${placed(up)}</span></button>`
                : html`<span class="brand">${mark()}<b>${w.product}</b></span>`}
              <span class="spring"></span>
              <a class="icon-button" href=${href(store.state, { page: "modules", module: null })} aria-label=${w.modules} title=${w.modules}>${icons.grid()}</a>
              <button class="icon-button" aria-label=${w.search.label} @click=${() => this.search()}>${icons.search()}</button>
              <tc-share></tc-share>${themeButton()}${languageButton()}`}
      </header>
      <main>
        <tc-map></tc-map>
        ${this.busy()}
        <section class="pill card"><tc-indicator short></tc-indicator><tc-vintage short></tc-vintage>${this.against()}</section>
        ${store.state.against === "months" ? nothing : html`<tc-inset class="phone" .map=${this.map}></tc-inset>`}
        <div class="corner phone"><tc-scale .map=${this.map}></tc-scale></div>
        <tc-sheet></tc-sheet>
        ${this.known()}
        <tc-notice></tc-notice>
        <tc-trouble></tc-trouble>
      </main>`;
  }

  /** Looking back is fetched by those who do. */
  private known(): TemplateResult | typeof nothing {
    if (store.state.known && !this.backwards) void import("./tc-known").then(() => (this.backwards = true));
    return this.backwards ? html`<tc-known></tc-known>` : nothing;
  }

  private async askKnown(): Promise<void> {
    await import("./tc-known");
    this.backwards = true;
    await this.updateComplete;
    await this.shadowRoot?.querySelector("tc-known")?.updateComplete;
    this.shadowRoot?.querySelector("tc-known")?.ask();
  }

  private against(): TemplateResult | typeof nothing {
    return store.state.against && comparing() ? html`<tc-against></tc-against>` : nothing;
  }

  private zoomButtons(): TemplateResult {
    const w = words();
    return html`<button class="icon-button" aria-label=${w.map.zoomIn} title=${w.map.zoomIn} @click=${() => this.mapElement.zoom(1)}>${icons.plus()}</button>
      <button class="icon-button" aria-label=${w.map.zoomOut} title=${w.map.zoomOut} @click=${() => this.mapElement.zoom(-1)}>${icons.minus()}</button>
      <button class="icon-button" aria-label=${w.map.whole} title=${w.map.whole} @click=${() => this.mapElement.whole()}>${icons.whole()}</button>`;
  }

  /** A thin line under the header while something is on its way. */
  private busy(): TemplateResult {
    const { slice, legend, focus, detail, start, before, beforeStyle, beforeAreas } = store.data;
    const on = [slice, legend, focus, detail, start, before, beforeStyle, beforeAreas].some((r) => r.busy);
    return html`<div class="busy ${on ? "on" : ""}" role="progressbar" aria-label=${words().loading} aria-hidden=${!on}></div>`;
  }

  private async search(): Promise<void> {
    this.searching = true;
    await this.updateComplete;
    this.shadowRoot?.querySelector("tc-search")?.focus();
  }

  private title_(): string {
    const parts = [placed(store.subject), store.data.detail.value && named(store.data.detail.value)].filter(Boolean);
    return [...parts, words().product].join(" · ");
  }

  private announcement(): string {
    const { card, detail } = store.data;
    const area = store.subject;
    if (!area) return "";
    const fits = card.value && card.value.area.code === area.code && card.value.indicator === detail.value?.code;
    const value = !fits ? "" : card.value!.value === null ? words().legend.blank[card.value!.blank ?? "no_data"]! : withUnit(card.value!.value, term(card.value!.unit), store.state.lang, card.value!.decimals);
    return words().map.selected(placed(area), value);
  }

  private key(event: KeyboardEvent): void {
    const inField = event.composedPath().some((t) => t instanceof HTMLInputElement || t instanceof HTMLSelectElement || t instanceof HTMLTextAreaElement);
    if (event.key === "/" && !inField && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.phone) void this.search();
      else this.shadowRoot?.querySelector("tc-search")?.focus();
    }
    if (event.key === "Escape" && !inField && !event.defaultPrevented && this.mapElement.contains(this.shadowRoot?.activeElement ?? null)) {
      const up = store.data.focus.value?.path.at(-2);
      if (up) store.go({ area: up.code, view: null }, "push");
    }
  }
}
