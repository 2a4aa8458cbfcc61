// The whole country in a corner, with Hoàng Sa and Trường Sa, when the main view does not hold them.
import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { words } from "../i18n";
import { areasShown } from "../picture";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";

const FRAME: [number, number, number, number] = [101.4, 6.6, 118.4, 23.9];
const WIDTH = 132;
const GAP = 12;

const mercatorY = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const [WEST, SOUTH, EAST, NORTH] = FRAME;
const HEIGHT = Math.round((WIDTH * (mercatorY(NORTH) - mercatorY(SOUTH))) / (((EAST - WEST) * Math.PI) / 180));
const x = (lon: number): number => ((lon - WEST) / (EAST - WEST)) * WIDTH;
const y = (lat: number): number => ((mercatorY(NORTH) - mercatorY(lat)) / (mercatorY(NORTH) - mercatorY(SOUTH))) * HEIGHT;

@customElement("tc-inset")
export class TcInset extends LitElement {
  @property({ attribute: false }) map: MapLibre | null = null;
  @state() private picture = "";
  @state() private box: [number, number, number, number] | null = null;
  private drawnFor: StyleSpecification | null = null;
  private listening = false;
  private stoodFor = "";

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; }
    figure { position: relative; width: ${WIDTH}px; height: ${HEIGHT}px; border-radius: var(--radius-s); overflow: hidden; background: var(--sea); box-shadow: var(--shadow), inset 0 0 0 1px var(--line-2); }
    img, svg { position: absolute; inset: 0; width: 100%; height: 100%; }
    text { font: 600 8.5px/1.3 var(--font); fill: var(--ink); paint-order: stroke; stroke: var(--sea); stroke-width: 2.5px; text-anchor: middle; }
    .of { font-weight: 500; font-size: 7px; }
    .view { fill: color-mix(in srgb, var(--accent) 18%, transparent); stroke: var(--accent); stroke-width: 1.5; }
  `];

  protected override updated(): void {
    if (!this.map) return;
    if (!this.listening) {
      this.listening = true;
      this.map.on("move", () => this.look());
      this.map.on("moveend", () => this.makeWay());
      this.look();
    }
    const seen = `${store.shown?.outlined.join()} ${areasShown().length} ${this.box !== null}`;
    if (seen !== this.stoodFor) {
      this.stoodFor = seen;
      this.makeWay();
    }
    const style = store.data.style.value;
    if (style && style !== this.drawnFor && this.box) {
      this.drawnFor = style;
      void this.draw(style);
    }
  }

  private look(): void {
    const bounds = this.map!.getBounds();
    const inView = store.data.start.value?.archipelagos.every((a) => bounds.contains([a.lon, a.lat])) ?? true;
    this.box = inView ? null : [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** Stand where fewer areas of the map lie under it, islands perhaps; the selected ones count by all that would be hidden. */
  private makeWay(): void {
    const around = this.parentElement?.getBoundingClientRect() ?? this.getBoundingClientRect();
    const { left: west, top: north } = this.map!.getContainer().getBoundingClientRect();
    const { bottom } = this.getBoundingClientRect();
    const chosen = store.shown?.outlined ?? [];
    const under = (from: number): number => {
      const here = { left: from - GAP, right: from + WIDTH + GAP, top: bottom - HEIGHT - GAP, bottom: bottom + GAP };
      return areasShown().reduce((sum, { code, bbox: [w, s, e, n] }) => {
        const [lower, upper] = [this.map!.project([w, s]), this.map!.project([e, n])];
        const wide = Math.min(here.right, upper.x + west) - Math.max(here.left, lower.x + west);
        const high = Math.min(here.bottom, lower.y + north) - Math.max(here.top, upper.y + north);
        if (chosen.includes(code)) return sum + Math.max(0, wide) * Math.max(0, high);
        const [x, y] = [(lower.x + upper.x) / 2 + west, (lower.y + upper.y) / 2 + north];
        return sum + (x > here.left && x < here.right && y > here.top && y < here.bottom ? 1 : 0);
      }, 0);
    };
    this.toggleAttribute("aside", innerWidth > 900 && under(around.right - WIDTH) > under(around.left));
  }

  /** One small map, drawn once, kept as a picture: a second living map would cost a second GPU context. */
  private async draw(style: StyleSpecification): Promise<void> {
    const holder = document.createElement("div");
    holder.style.cssText = `position:absolute;left:-9999px;width:${WIDTH}px;height:${HEIGHT}px`;
    document.body.append(holder);
    const keep = new Set(["sea", "land", "provinces-fill", "provinces-line"]);
    const absolute = (t: string): string => (t.startsWith("/") ? location.origin + t : t);
    const small: StyleSpecification = {
      ...style,
      sources: Object.fromEntries(
        Object.entries(style.sources)
          .filter(([id]) => id === "land" || id === "provinces")
          .map(([id, s]) => [id, s.type === "vector" && s.tiles ? { ...s, minzoom: 0, tiles: s.tiles.map(absolute) }
            : s.type === "geojson" && typeof s.data === "string" ? { ...s, data: absolute(s.data) } : s]),
      ),
      layers: style.layers.filter((layer) => keep.has(layer.id)),
    };
    delete small.glyphs;
    delete small.sprite;
    let map: MapLibre | null = null;
    try {
      const { Map: Drawing } = await import("maplibre-gl");
      map = new Drawing({
        container: holder, style: small, bounds: [[WEST, SOUTH], [EAST, NORTH]], interactive: false, attributionControl: false,
        pixelRatio: 2, canvasContextAttributes: { preserveDrawingBuffer: true }, fadeDuration: 0,
      });
      const drawing = map;
      await new Promise<void>((done) => {
        void drawing.once("idle", () => done());
        setTimeout(done, 8000);
      });
      this.picture = drawing.getCanvas().toDataURL("image/png");
    } catch (error) {
      console.warn(error);
    } finally {
      map?.remove();
      holder.remove();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.box) return nothing;
    const [w, s, e, n] = this.box;
    const left = Math.max(-2, x(w));
    const top = Math.max(-2, y(Math.min(n, 80)));
    const wide = Math.max(6, Math.min(WIDTH + 2, x(e)) - left);
    const high = Math.max(6, Math.min(HEIGHT + 2, y(s)) - top);
    const english = store.state.lang === "en";
    return html`<figure role="img" aria-label=${words().map.inset}>
      ${this.picture ? html`<img src=${this.picture} alt="" />` : nothing}
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
        <rect class="view" x=${left} y=${top} width=${wide} height=${high} rx="1.5" />
        ${(store.data.start.value?.archipelagos ?? []).map((a) => {
          const full = (english ? a.name_en : a.name).replace(/^Quần đảo\s+/i, "").replace(/\s+(Islands|Archipelago)/i, "");
          const [name, country] = full.split(/\s*(?=\()/);
          const middle = Math.min(x(a.lon), WIDTH - 26);
          return svg`<text x=${middle} y=${y(a.lat) - 11}>${name}</text>${country ? svg`<text class="of" x=${middle} y=${y(a.lat) - 3}>${country}</text>` : nothing}`;
        })}
      </svg>
    </figure>`;
  }
}
