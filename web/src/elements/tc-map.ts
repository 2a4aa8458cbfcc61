// The map on the page: keeps MapLibre in step with the store, and turns pointing and clicking into moves of the store.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { PaddingOptions, StyleSpecification } from "maplibre-gl";
import * as api from "../api";
import { words } from "../i18n";
import { chooseArea, goTo } from "../choose";
import { comparing, secondArea, twofold } from "../comparing";
import { legendKey } from "../extent";
import { compose, drawnFrom, type Drawn } from "../map/compose";
import { background, type Background } from "../map/basemap";
import type { AreaMap, Hit } from "../map/map";
import { inView } from "../map/view";
import { areasShown, coloured } from "../picture";
import { blanksOf } from "../shown";
import { writeView, type View } from "../state";
import { store } from "../store";
import type { Bbox, MapLayer } from "../types";
import { follow } from "./follow";
import { half, type Free } from "./place";
import "./tc-inset";
import "./tc-popup";
import "./tc-scale";
import "./tc-tooltip";

const drawing = import("../map/map"); // MapLibre is most of the bytes: the page is up and asking for data while it comes

const COUNTRY: View = { lat: 15.8, lon: 108.2, zoom: 4.6 };

@customElement("tc-map")
export class TcMap extends LitElement {
  /** One of the pictures of a page: nothing lies over it, its camera is not kept, and a page scrolls past it. */
  @property({ type: Boolean }) small = false;
  @state() private hits: Hit[] = [];
  @state() private at: [number, number] | null = null;
  @state() private noWebgl = false;
  @state() private drawn = false;
  private areas: AreaMap | null = null;
  private unhover: (() => void) | null = null;
  private starting = false;
  private fitted = "";
  private noted = "";
  private composed = "";
  private lastStyle: StyleSpecification | null = null;
  private blanks = new Set<number>();
  private blanksOf = "";
  private painted: unknown = null;
  /** The area that was clicked, as long as the pointer stays on it. */
  private pressed: number | null = null;
  private background: Background | null = null;
  private backgroundFor = "";

  constructor() {
    super();
    follow(this);
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // MapLibre measures and styles its container from the document
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.unhover = store.followHover((id) => this.areas?.hover(id));
  }

  protected override render(): TemplateResult {
    const w = words();
    return html`
      <div class="canvas"></div>
      ${this.noWebgl ? html`<p class="map-note">${w.map.webgl}</p>` : nothing}
      ${!this.drawn && !this.noWebgl ? html`<p class="map-wait" role="status">${w.loadingMap}</p>` : nothing}
      <tc-tooltip></tc-tooltip>
      ${twofold() && comparing() && this.areas && this.drawn ? html`<tc-compare .main=${this.areas.map} .free=${() => this.free()}></tc-compare>` : nothing}
      ${store.state.against === "months" && comparing() ? html`<tc-months .free=${() => this.free()}></tc-months>` : nothing}
      ${this.hits.length && this.at
        ? html`<tc-popup .hits=${this.hits} .at=${this.at} .map=${this.areas?.map} .free=${this.free()} @close=${() => this.closePopup()}></tc-popup>`
        : nothing}
    `;
  }

  protected override updated(): void {
    void this.bringUp().then(() => this.sync());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unhover?.();
    this.areas?.map.remove();
    this.areas = null;
  }

  zoom(by: number): void {
    this.areas?.map.zoomTo(this.areas.map.getZoom() + by, { duration: calm() ? 0 : 250 });
  }

  /** Go as near as a layer needs to be drawn, where it has something. */
  async approach(layer: MapLayer): Promise<void> {
    if (!this.areas) return;
    const { map } = this.areas;
    const zoom = Math.min(layer.minzoom + 4, layer.maxzoom);
    const found = await api.somewhere(layer.id, map.getBounds().toArray().flat() as Bbox).catch(() => null);
    map.easeTo({ center: found ?? map.getCenter(), zoom: found ? zoom : layer.minzoom, duration: calm() ? 0 : 900 });
  }

  /** Show the selected area whole again. */
  whole(): void {
    this.fitted = "";
    store.note({ view: null });
    this.sync();
  }

  private async bringUp(): Promise<void> {
    const base = store.data.style.value;
    const { focus } = store.data;
    if (this.areas || this.starting || !base || !store.shown) return;
    if (!store.state.view && !focus.value && !focus.problem) return; // else tiles of a place not asked for come first
    this.starting = true;
    const { AreaMap, lettersReady } = await drawing;
    await lettersReady();
    const container = this.querySelector<HTMLElement>(".canvas")!;
    try {
      const { style } = this.composeNow(base)!;
      this.areas = new AreaMap(container, style, store.state.view ?? COUNTRY, { "Map.Title": words().map.title }, {
        hover: (id, x, y) => {
          store.hover(id);
          if (id !== this.pressed) this.pressed = null;
          const told = this.hits.length || id === this.pressed; // a popup or the panel says it already
          void this.querySelector("tc-tooltip")?.show(told ? null : id, x, y, this.free());
        },
        area: (code, id) => {
          this.pressed = id;
          void this.querySelector("tc-tooltip")?.show(null, 0, 0, this.free());
          this.areaClicked(code, id !== null);
        },
        objects: (hits, at) => {
          store.hover(null);
          void this.querySelector("tc-tooltip")?.show(null, 0, 0, this.free());
          this.hits = hits;
          this.at = at;
        },
        outside: () => this.closePopup(),
        moved: (view) => this.moved(view),
        moving: () => this.querySelector("tc-popup")?.place(this.free()),
        failed: (message) => console.warn(message),
      });
    } catch (error) {
      console.error(error);
      this.noWebgl = true;
      return;
    }
    if (this.small) this.areas.map.cooperativeGestures.enable();
    this.areas.map.on("idle", () => store.see(this.areas!.map.getZoom(), this.areas!.valuesInView(store.data.start.value?.layers ?? [])));
    this.areas.map.once("idle", () => (this.drawn = true));
    this.dispatchEvent(new CustomEvent("map-ready", { detail: this.areas.map, bubbles: true, composed: true }));
    new ResizeObserver(() => this.areas?.map.resize()).observe(container);
    Object.assign(window, { __toancanh: { map: this.areas.map, store } }); // the browser tests look at what is drawn
  }

  /** Ask once for each theme what the optional background is; until it is known the map does without. */
  private async ground(): Promise<void> {
    const basemap = store.data.start.value?.basemap;
    if (!basemap || this.backgroundFor === store.theme) return;
    this.backgroundFor = store.theme;
    this.background = await background(basemap, store.theme);
    this.sync();
  }

  private sync(): void {
    void this.ground();
    const base = store.data.style.value;
    const now = store.shown;
    if (!this.areas || !base || !now) return;
    const made = this.composeNow(base);
    if (made && (made.signature !== this.composed || base !== this.lastStyle)) {
      this.composed = made.signature;
      this.lastStyle = base;
      this.areas.setImages(store.data.start.value?.layers ?? []);
      this.areas.setStyle(made.style, made.drawn, made.layers.map((l) => l.id));
    }
    const seen = coloured();
    if (!made) return this.aim();
    if (seen) {
      if (this.painted !== seen) {
        this.painted = seen;
        this.areas.paint(made.drawn, new Map(seen.rows.map((row) => [row.id, row.k])));
      }
    } else if (!now.period && store.data.detail.value?.code === store.state.indicator) {
      this.painted = null;
      this.areas.paint(made.drawn, new Map());
    }
    this.aim();
  }

  private composeNow(base: StyleSpecification): { style: StyleSpecification; signature: string; layers: MapLayer[]; drawn: Drawn } | null {
    const now = store.shown;
    const start = store.data.start.value;
    const drawn = now && drawnFrom(base, now.level, now.lens);
    if (!now || !start || !drawn) return null;
    const seen = coloured();
    const legend = seen?.legend ?? null;
    const of = legendKey(store.state.indicator ?? "", now);
    if (of !== this.blanksOf) {
      this.blanksOf = of;
      this.blanks.clear();
    }
    for (const blank of blanksOf(seen?.rows ?? [])) this.blanks.add(blank);
    const layers = start.layers.filter((layer) => store.state.layers.includes(layer.id));
    const wanted = {
      theme: store.theme, drawn, ...inView(now, areasShown()), outlined: [...now.outlined, ...secondArea()], home: start.home, legend,
      blanks: [...this.blanks].sort(), layers, filters: store.state.filters, origin: location.origin,
      background: this.background,
      scale: Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16),
    };
    const signature = JSON.stringify({ ...wanted, layers: layers.map((l) => l.id), background: wanted.background?.layers });
    return { style: compose(base, wanted), signature, layers, drawn };
  }

  /** Bring the camera to where the state wants it: a view from the address, else the whole of the area. */
  private aim(): void {
    const { view, area } = store.state;
    if (!this.areas || (store.state.against && !comparing())) return; // what compares takes room of its own
    if (view) {
      const text = writeView(view);
      if (text !== this.noted) {
        const first = this.noted === "";
        this.noted = text;
        this.fitted = `${area} ${store.data.focus.value?.boundary ?? ""}${twofold() === "beside" ? " beside" : ""}`;
        this.areas.ease(view, !first && !calm());
      }
      return;
    }
    const { value: focus, problem } = store.data.focus;
    const at = `${area} ${focus?.boundary ?? ""}${twofold() === "beside" ? " beside" : ""}`;
    if (!area || this.fitted === at || !(problem || focus?.code === area)) return;
    const first = this.noted === "" && this.fitted === "";
    this.fitted = at;
    this.noted = "-";
    const place = problem || focus?.code === "VN" ? null : focus; // behind a message about an unknown area lies the country
    const commune = place?.level === "commune";
    const bbox = place?.bbox ?? store.data.start.value!.bbox;
    this.areas.fit(bbox, this.padding(commune), commune ? 12.5 : 11, !first && !calm());
  }

  /** The part of the map that nothing lies over, in its own pixels. */
  private free(): Free {
    const box = this.getBoundingClientRect();
    if (this.small) return { left: 6, top: 6, right: box.width - 6, bottom: box.height - 6 };
    const app = document.querySelector("tc-app")?.shadowRoot;
    const of = (part: string): DOMRect | undefined => app?.querySelector(part)?.getBoundingClientRect();
    const left = of(".rail")?.right ?? box.left;
    const top = of(".pill")?.bottom ?? box.top;
    const right = of(".zoom")?.left ?? box.right;
    const bottom = of("tc-sheet")?.top ?? of(".foot")?.top ?? box.bottom;
    return {
      left: left - box.left + 12, top: top - box.top + 12, right: right - box.left - 12,
      bottom: Math.max(bottom - box.top, box.height * 0.45) - 12,
    };
  }

  private padding(commune: boolean): PaddingOptions {
    const box = this.getBoundingClientRect();
    if (this.small) return { left: 14, right: 14, top: 14, bottom: 14 };
    const phone = innerWidth <= 900;
    if (twofold() === "beside") return half(this.free(), box, phone);
    const rail = document.querySelector("tc-app")?.shadowRoot?.querySelector<HTMLElement>(".rail");
    const left = phone ? 16 : (rail?.offsetWidth ?? 0) + 36;
    const around = commune ? Math.min(box.width - left, box.height) * 0.14 : 12;
    if (phone) {
      const app = document.querySelector("tc-app")?.shadowRoot;
      const pill = app?.querySelector<HTMLElement>(".pill")?.offsetHeight ?? 80;
      const sheet = Math.min(app?.querySelector<HTMLElement>("tc-sheet")?.offsetHeight ?? 176, box.height * 0.55);
      return { left: 16 + around * 0.5, right: 16 + around * 0.5, top: pill + (twofold() ? 90 : 24), bottom: sheet + (commune ? 24 : 118) };
    }
    const top = twofold() ? 100 : store.state.known ? 66 : 20; // below the titles of both sides
    return { left: left + around, right: 20 + around, top: top + around, bottom: 140 + around };
  }

  private moved(view: View): void {
    const waiting = store.state.view === null && !this.fitted.startsWith(`${store.state.area} `);
    if (this.small || waiting || !this.areas || this.areas.map.isMoving()) return;
    this.noted = writeView(view);
    store.note({ view });
  }

  private areaClicked(code: string, coloured: boolean): void {
    this.closePopup();
    const start = store.data.start.value;
    const now = store.shown;
    if (coloured) chooseArea(code);
    else if (start && now) goTo({ code, boundary: now.lens ? start.boundaries[0]!.id : now.boundary });
  }

  private closePopup(): void {
    this.hits = [];
    this.at = null;
  }
}

export function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-map": TcMap;
  }
}
