// Two maps for one ground: the second one over the first to the left of a divider that is dragged, or beside it with a camera of its own.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import { chooseArea, goTo } from "../choose";
import { twofold } from "../comparing";
import { compose, drawnFrom } from "../map/compose";
import { AreaMap } from "../map/map";
import { inView } from "../map/view";
import { blanksOf } from "../shown";
import { words } from "../i18n";
import { store } from "../store";
import { follow } from "../elements/follow";
import type { Free } from "../elements/place";
import "../elements/tc-tooltip";
import { captions, dividerTitle, left, type Left } from "./sides";
import { compareCss } from "./tc-compare-css";

const STEP = 0.02;
const CHIP = 150; // pixels a title beside the divider takes
const UPRIGHT = matchMedia("(max-width: 900px)");

@customElement("tc-compare")
export class TcCompare extends LitElement {
  @property({ attribute: false }) main!: MapLibre;
  @property({ attribute: false }) free!: () => Free;
  /** Where the divider stands, as a share of the width. */
  @state() private at = 0.5;
  /** Whether the left map has been drawn once. */
  @state() private drawn = false;
  private old: AreaMap | null = null;
  private seen: Left | null = null;
  private composed = "";
  private layout = "";
  private follower = (): void => this.join(this.main, this.old?.map, 1);
  private joining = false;

  constructor() {
    super();
    follow(this);
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // MapLibre measures and styles its container from the document
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.main.on("move", this.follower);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.main.off("move", this.follower);
    this.old?.map.remove();
    this.old = null;
  }

  /** Side by side on a phone is one above the other. */
  private get stacked(): boolean {
    return twofold() === "beside" && UPRIGHT.matches;
  }

  protected override willUpdate(): void {
    const layout = `${twofold()} ${UPRIGHT.matches}`;
    if (layout === this.layout) return;
    this.layout = layout;
    const { left: from, right, top, bottom } = this.free();
    const { clientWidth, clientHeight } = this.main.getContainer();
    this.at = this.stacked ? (top + bottom) / 2 / clientHeight : (from + right) / 2 / clientWidth;
    this.follower();
  }

  protected override render(): TemplateResult {
    const { left: from, right, top } = this.free();
    const { stacked } = this;
    const fixed = twofold() === "beside";
    const x = this.at * this.main.getContainer().clientWidth;
    const share = `${(this.at * 100).toFixed(2)}%`;
    const [before, after] = captions();
    const chip = (side: "left" | "right", [title, text]: [string, string], room: number): TemplateResult =>
      html`<p class="side ${side} num ${room < CHIP && !stacked ? "crowded" : ""}" style=${stacked ? nothing : `top:${top}px`}><b>${title}</b>${text ? html`<span>${text}</span>` : nothing}</p>`;
    const waiting = !this.drawn || !left()?.picture;
    return html`<style>${compareCss}</style>
      <div class="before-canvas" style="clip-path: inset(${stacked ? `0 0 calc(100% - ${share}) 0` : `0 calc(100% - ${share}) 0 0`})"></div>
      <div class="divider ${stacked ? "stacked" : ""} ${fixed ? "fixed" : ""}" style="${stacked ? "top" : "left"}:${share}" role="separator" tabindex=${fixed ? -1 : 0}
        aria-orientation=${stacked ? "horizontal" : "vertical"} aria-label=${dividerTitle()}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(this.at * 100)} aria-valuetext="${before[0]} ${Math.round(this.at * 100)} %"
        @pointerdown=${this.grab} @pointermove=${this.drag} @pointerup=${this.drop} @pointercancel=${this.drop} @keydown=${this.key}>
        ${chip("left", before, x - from)}${chip("right", after, right - x)}
        ${fixed ? nothing : html`<i aria-hidden="true"></i>`}
      </div>
      ${waiting ? html`<p class="side-wait small" role="status" style="left:${stacked ? (from + right) / 2 : (from + x) / 2}px">${words().reform.waiting}</p>` : nothing}
      <tc-tooltip class="of-before"></tc-tooltip>`;
  }

  protected override updated(): void {
    const start = store.data.start.value;
    const side = left();
    const drawn = side && drawnFrom(side.base, side.extent.level, side.extent.lens);
    this.seen = side;
    if (!side || !start || !drawn) return;
    const layers = start.layers.filter((layer) => store.state.layers.includes(layer.id));
    const list = side.picture?.rows ?? [];
    const wanted = {
      theme: store.theme, drawn, ...inView(side.extent, side.areas), outlined: side.outlined, home: start.home, legend: side.picture?.legend ?? null,
      blanks: blanksOf(list),
      layers, filters: store.state.filters, origin: location.origin, background: null,
      scale: Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16),
    };
    const signature = JSON.stringify({ ...wanted, layers: layers.map((l) => l.id) });
    if (!this.old || signature !== this.composed) {
      this.composed = signature;
      const style = compose(side.base, wanted);
      if (!this.old) this.bringUp(style);
      this.old!.setImages(start.layers);
      this.old!.setStyle(style, drawn, layers.map((l) => l.id));
    }
    this.old!.paint(drawn, new Map(list.map((row) => [row.id, row.k])));
  }

  private bringUp(style: ReturnType<typeof compose>): void {
    const { lng, lat } = this.main.getCenter();
    const tip = this.querySelector("tc-tooltip.of-before") as HTMLElementTagNameMap["tc-tooltip"];
    this.old = new AreaMap(this.querySelector<HTMLElement>(".before-canvas")!, style, { lon: lng, lat, zoom: this.main.getZoom() }, { "Map.Title": captions()[0][0] }, {
      hover: (id, x, y) => {
        this.old?.hover(id);
        tip.of = this.seen?.picture ?? null;
        void tip.show(id, x, y, this.free());
      },
      area: (code, id) => id !== null && (store.state.compare ? this.seen && goTo({ code, boundary: this.seen.extent.boundary }) : chooseArea(code)),
      objects: () => undefined,
      outside: () => undefined,
      moved: () => undefined,
      moving: () => this.join(this.old?.map, this.main, -1),
      failed: (message) => console.warn(message),
    });
    this.follower();
    this.old.map.once("idle", () => (this.drawn = true));
    Object.assign((window as unknown as { __toancanh: object }).__toancanh, { before: this.old.map }); // the browser tests look at what is drawn
  }

  /** One camera for both maps; side by side each sees the ground in the middle of its own part. */
  private join(from: MapLibre | undefined, to: MapLibre | undefined, way: 1 | -1): void {
    if (this.joining || !from || !to) return;
    this.joining = true;
    const { clientWidth, clientHeight } = this.main.getContainer();
    const { left: start, right, top, bottom } = this.free();
    const apart = twofold() !== "beside" ? 0 : ((this.stacked ? bottom - top : right - start) / 2) * way;
    const center = apart ? from.unproject([clientWidth / 2 + (this.stacked ? 0 : apart), clientHeight / 2 + (this.stacked ? apart : 0)]) : from.getCenter();
    to.jumpTo({ center, zoom: from.getZoom() });
    this.joining = false;
  }

  private place(share: number): void {
    const { left: from, right } = this.free();
    const width = this.main.getContainer().clientWidth;
    this.at = Math.max(from / width, Math.min(right / width, share));
  }

  private readonly grab = (event: PointerEvent): void => {
    if (twofold() === "beside") return;
    event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    (event.currentTarget as HTMLElement).focus();
  };

  private readonly drag = (event: PointerEvent): void => {
    if (!(event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) return;
    const box = this.main.getContainer().getBoundingClientRect();
    this.place((event.clientX - box.left) / box.width);
  };

  private readonly drop = (event: PointerEvent): void => (event.currentTarget as HTMLElement).releasePointerCapture(event.pointerId);

  private readonly key = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: this.at - STEP, ArrowRight: this.at + STEP, PageUp: this.at - 0.1, PageDown: this.at + 0.1, Home: 0, End: 1 }[event.key];
    if (to === undefined || twofold() === "beside") return;
    event.preventDefault();
    this.place(to);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-compare": TcCompare;
  }
}
