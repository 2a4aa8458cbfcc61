// Before and after the reform: a second map of the former areas over the first, to the left of a divider that is dragged.
import { LitElement, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Map as MapLibre } from "maplibre-gl";
import { goTo } from "../choose";
import { number } from "../format";
import { words } from "../i18n";
import { compose, drawnFrom } from "../map/compose";
import { AreaMap } from "../map/map";
import { inView } from "../map/view";
import { period as periodTitle } from "../period";
import { picture, type Picture } from "../picture";
import { rows } from "../shown";
import { store } from "../store";
import { follow } from "./follow";
import type { Free } from "./place";
import { compareCss } from "./tc-compare-css";
import "./tc-tooltip";

const STEP = 0.02;
const CHIP = 150; // pixels a title beside the divider takes

@customElement("tc-compare")
export class TcCompare extends LitElement {
  @property({ attribute: false }) main!: MapLibre;
  @property({ attribute: false }) free!: () => Free;
  /** Where the divider stands, as a share of the width. */
  @state() private at = 0.5;
  private old: AreaMap | null = null;
  private seen: Picture | null = null;
  private made: unknown[] = [];
  private composed = "";
  private follower = (): void => this.join(this.main, this.old?.map);
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
    const { left, right } = this.free();
    const width = this.main.getContainer().clientWidth;
    this.at = (left + right) / 2 / width;
    this.main.on("move", this.follower);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.main.off("move", this.follower);
    this.old?.map.remove();
    this.old = null;
  }

  protected override render(): TemplateResult {
    const w = words().reform;
    const { left, right } = this.free();
    const x = this.at * this.main.getContainer().clientWidth;
    const share = `${(this.at * 100).toFixed(2)}%`;
    return html`<style>${compareCss}</style>
      <div class="before-canvas" style="clip-path: inset(0 calc(100% - ${share}) 0 0)"></div>
      <div class="divider" style="left:${share}" role="separator" tabindex="0" aria-orientation="vertical" aria-label=${w.divider}
        aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(this.at * 100)} aria-valuetext="${w.before} ${Math.round(this.at * 100)} %"
        @pointerdown=${this.grab} @pointermove=${this.drag} @pointerup=${this.drop} @pointercancel=${this.drop} @keydown=${this.key}>
        <p class="side left num ${x - left < CHIP ? "crowded" : ""}"><b>${w.before}</b><span>${this.side("before")}</span></p>
        <p class="side right num ${right - x < CHIP ? "crowded" : ""}"><b>${w.after}</b><span>${this.side("after")}</span></p>
        <i aria-hidden="true"></i>
      </div>
      <tc-tooltip class="of-before"></tc-tooltip>`;
  }

  private side(which: "before" | "after"): string {
    const { lang } = store.state;
    const slice = which === "before" ? store.data.before.value : picture()?.slice;
    return slice ? words().reform.side(number(slice.ids.length, lang), periodTitle(slice.period, lang, true)) : "";
  }

  protected override updated(): void {
    const base = store.data.beforeStyle.value;
    const start = store.data.start.value;
    const now = store.beforeShown;
    const areas = store.data.beforeAreas.of === store.data.beforeAreas.key ? store.data.beforeAreas.value : null;
    const right = picture();
    const drawn = base && now && drawnFrom(base, now.level, null);
    if (!base || !start || !now || !areas || !drawn) return;
    const layers = start.layers.filter((layer) => store.state.layers.includes(layer.id));
    this.look(areas, right);
    const wanted = {
      theme: store.theme, drawn, ...inView(now, areas), outlined: outlinedBefore(now.boundary), home: start.home, legend: right?.legend ?? null,
      blanks: [...new Set((this.seen?.rows ?? []).filter((row) => row.k <= -1 && row.k >= -5).map((row) => -1 - row.k))].sort(),
      layers, filters: store.state.filters, origin: location.origin, background: null,
      scale: Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 16),
    };
    const signature = JSON.stringify({ ...wanted, layers: layers.map((l) => l.id) });
    if (!this.old || signature !== this.composed) {
      this.composed = signature;
      const style = compose(base, wanted);
      if (!this.old) this.bringUp(style);
      this.old!.setImages(start.layers);
      this.old!.setStyle(style, drawn, layers.map((l) => l.id));
    }
    if (this.seen) this.old!.paint(drawn, new Map(this.seen.rows.map((row) => [row.id, row.k])));
  }

  /** The rows of the left map, by the classes of the right one. */
  private look(areas: Parameters<typeof rows>[2], right: Picture | null): void {
    const slice = store.data.before.value;
    const detail = store.data.detail.value;
    const made = [slice, right?.legend, areas];
    if (!slice || !detail || slice.indicator !== detail.code) this.seen = null;
    else if (!this.seen || made.some((one, i) => one !== this.made[i])) {
      const list = rows(slice, right?.legend ?? null, areas, detail.direction);
      this.seen = {
        rows: list, byId: new Map(list.map((row) => [row.id, row])), ranked: list.length, legend: right?.legend ?? null, slice,
      };
    }
    this.made = made;
  }

  private bringUp(style: ReturnType<typeof compose>): void {
    const { lng, lat } = this.main.getCenter();
    const tip = this.querySelector("tc-tooltip.of-before") as HTMLElementTagNameMap["tc-tooltip"];
    this.old = new AreaMap(this.querySelector<HTMLElement>(".before-canvas")!, style, { lon: lng, lat, zoom: this.main.getZoom() }, { "Map.Title": words().reform.before }, {
      hover: (id, x, y) => {
        this.old?.hover(id);
        tip.of = this.seen;
        void tip.show(id, x, y, this.free());
      },
      area: (code, coloured) => coloured && store.beforeShown && goTo({ code, boundary: store.beforeShown.boundary }),
      objects: () => undefined,
      outside: () => undefined,
      moved: () => undefined,
      moving: () => this.join(this.old?.map, this.main),
      failed: (message) => console.warn(message),
    });
    Object.assign((window as unknown as { __toancanh: object }).__toancanh, { before: this.old.map }); // the browser tests look at what is drawn
  }

  /** One camera for both maps. */
  private join(from: MapLibre | undefined, to: MapLibre | undefined): void {
    if (this.joining || !from || !to) return;
    this.joining = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    this.joining = false;
  }

  private place(share: number): void {
    const { left, right } = this.free();
    const width = this.main.getContainer().clientWidth;
    this.at = Math.max(left / width, Math.min(right / width, share));
  }

  private readonly grab = (event: PointerEvent): void => {
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
    if (to === undefined) return;
    event.preventDefault();
    this.place(to);
  };
}

/** What the selected area was formed from. */
function outlinedBefore(boundary: string): string[] {
  const focus = store.data.focus.value;
  return focus && store.shown?.outlined.length ? focus.predecessors.filter((one) => one.boundary === boundary).map((one) => one.code) : [];
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-compare": TcCompare;
  }
}
