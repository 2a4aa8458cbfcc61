// The map behind a narrow face: style, colours by feature-state, camera, what lies under the pointer.
import { Map as MapLibre, setWorkerUrl, type MapMouseEvent, type PaddingOptions, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { View } from "../state";
import type { Bbox, MapLayer } from "../types";
import type { Drawn } from "./compose";
import { hatch, icon, PIXEL_RATIO } from "./images";

setWorkerUrl(workerUrl);

export interface Hit {
  layer: string;
  id: string | number;
  properties: Record<string, unknown>;
}

export interface Events {
  hover(id: number | null, x: number, y: number): void;
  /** `id`: number of the area if it is one of those in view, not one around them. */
  area(code: string, id: number | null): void;
  objects(hits: Hit[], lngLat: [number, number]): void;
  outside(): void;
  moved(view: View): void;
  moving(): void;
  failed(message: string): void;
}

/** From this many signs on, a legend lists only those in view. */
export const LONG = 12;

/** Where small areas are coloured, their names follow the colour. */
const drawnAs = ({ source, layer }: Drawn): string[] => (source === "provinces" ? [layer] : [layer, `${layer}_label`]);

const TOUCH = matchMedia("(hover: none)");
const COMING_FROM = "Inter Variable";

/** MapLibre draws letters once and keeps them: the face must be there, with its Vietnamese part, before the first label. */
export async function lettersReady(): Promise<void> {
  const sample = "Quần đảo Hoàng Sa ẴẾỘưđ";
  await Promise.all(["500", "600"].map((w) => document.fonts.load(`${w} 24px "${COMING_FROM}"`, sample))).catch(() => undefined);
}

export class AreaMap {
  readonly map: MapLibre;
  private drawn: Drawn = { source: "provinces", layer: "provinces" };
  private overlayIds: string[] = [];
  private painted = new Map<number, number>();
  private wantedPaint: { drawn: Drawn; states: Map<number, number> } | null = null;
  private wantedStyle: StyleSpecification | null = null;
  private hovered: { id: number; source: string; sourceLayer: string } | null = null;
  private loaded = false;
  private frame = 0;

  constructor(container: HTMLElement, style: StyleSpecification, view: View, locale: Record<string, string>, events: Events) {
    this.map = new MapLibre({
      container,
      style,
      center: [view.lon, view.lat],
      zoom: view.zoom,
      minZoom: 3,
      maxZoom: 18,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180,
      locale,
      maxBounds: [[80, -6], [138, 36]],
    });
    const { map } = this;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.on("style.load", () => {
      this.loaded = true;
      this.painted.clear();
      this.hovered = null;
      const later = this.wantedStyle;
      this.wantedStyle = null;
      if (later) map.setStyle(later);
      this.applyPaint();
    });
    map.on("error", (event) => {
      const status = (event.error as { status?: number } | undefined)?.status;
      if (status !== 404 && status !== 204) events.failed(event.error?.message ?? "");
    });
    map.on("mousemove", (event) => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.pointer(event, events));
    });
    map.on("mouseout", () => {
      cancelAnimationFrame(this.frame);
      events.hover(null, 0, 0);
    });
    map.on("click", (event) => this.clicked(event, events));
    map.on("move", () => events.moving());
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      events.moved({ lat, lon: lng, zoom: map.getZoom() });
    });
  }

  /** Pictures are made when a style first asks for them. */
  setImages(layers: MapLayer[]): void {
    this.map.setMissingStyleImageResolver(async (id) => {
      const image = hatch(id) ?? (await icon(id, layers));
      if (image && !this.map.hasImage(id)) this.map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
  }

  setStyle(style: StyleSpecification, drawn: Drawn, overlayIds: string[]): void {
    this.drawn = drawn;
    this.overlayIds = overlayIds;
    if (!this.loaded) this.wantedStyle = style;
    else this.map.setStyle(style);
  }

  /** Colour areas: class index or blank by id. Only what changed is touched, and no tile is asked for again. */
  paint(drawn: Drawn, states: Map<number, number>): void {
    this.wantedPaint = { drawn, states };
    if (this.loaded) this.applyPaint();
  }

  private applyPaint(): void {
    if (!this.wantedPaint) return;
    const { drawn, states } = this.wantedPaint;
    const { source } = drawn;
    if (!this.map.getSource(source)) return;
    const before = this.paintedAs;
    if (before?.layer !== drawn.layer) {
      if (before && this.map.getSource(before.source)) {
        for (const sourceLayer of drawnAs(before)) this.map.removeFeatureState({ source: before.source, sourceLayer });
      }
      this.painted.clear();
      this.paintedAs = drawn;
    }
    for (const id of this.painted.keys()) {
      if (!states.has(id)) {
        for (const sourceLayer of drawnAs(drawn)) this.map.removeFeatureState({ source, sourceLayer, id }, "k");
        this.painted.delete(id);
      }
    }
    for (const [id, k] of states) {
      if (this.painted.get(id) === k) continue;
      for (const sourceLayer of drawnAs(drawn)) this.map.setFeatureState({ source, sourceLayer, id }, { k });
      this.painted.set(id, k);
    }
  }
  private paintedAs: Drawn | null = null;

  hover(id: number | null): void {
    if (!this.loaded) return;
    const { hovered } = this;
    if (hovered?.id === id) return;
    if (hovered && this.map.getSource(hovered.source)) this.map.setFeatureState(hovered, { hover: false });
    this.hovered = null;
    const { source, layer: sourceLayer } = this.drawn;
    if (id === null || !this.map.getSource(source)) return;
    this.map.setFeatureState({ source, sourceLayer, id }, { hover: true });
    this.hovered = { id, source, sourceLayer };
  }

  fit(bbox: Bbox, padding: PaddingOptions, maxZoom: number, animate: boolean): void {
    const [west, south, east, north] = bbox;
    this.map.fitBounds([[west, south], [east, north]], { padding, maxZoom, animate, duration: 900, essential: false });
  }

  ease(view: View, animate: boolean): void {
    this.map.easeTo({ center: [view.lon, view.lat], zoom: view.zoom, animate, duration: 600 });
  }

  /** Which coded values of long legends are on the screen, by layer: `planning-zones` has sixty, a town a dozen. */
  valuesInView(layers: MapLayer[]): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const layer of layers) {
      const field = layer.legend[0]?.field;
      if (!field || layer.legend.length <= LONG || !this.overlayIds.includes(layer.id)) continue;
      const ids = this.map.getStyle().layers.filter((l) => "source" in l && l.source === layer.id).map((l) => l.id);
      const drawn = ids.length ? this.map.queryRenderedFeatures({ layers: ids }) : [];
      found[layer.id] = [...new Set(drawn.map((f) => String(f.properties[field])))].sort();
    }
    return found;
  }

  private fills(): string[] {
    return [...new Set([`${this.drawn.source}-fill`, "provinces-fill"])].filter((id) => this.map.getLayer(id));
  }

  private overlaysAt(event: MapMouseEvent): Hit[] {
    const layers = this.map.getStyle().layers.filter((l) => "source" in l && this.overlayIds.includes(l.source as string)).map((l) => l.id);
    if (!layers.length) return [];
    const { x, y } = event.point;
    const found = this.map.queryRenderedFeatures([[x - 4, y - 4], [x + 4, y + 4]], { layers });
    const unique = new Map<string, Hit>();
    for (const f of found) {
      if (f.sourceLayer?.endsWith("_cells")) continue;
      const key = `${f.source}/${f.id}`;
      if (!unique.has(key)) unique.set(key, { layer: f.source, id: f.id ?? "", properties: f.properties });
    }
    return [...unique.values()].slice(0, 20);
  }

  /** Points gathered into one disc: a click goes nearer instead of naming them. */
  private cellAt(event: MapMouseEvent): boolean {
    const layers = this.overlayIds.map((id) => `${id}-cells`).filter((id) => this.map.getLayer(id));
    return layers.length > 0 && this.map.queryRenderedFeatures(event.point, { layers }).length > 0;
  }

  private pointer(event: MapMouseEvent, events: Events): void {
    if (!this.loaded || this.map.isZooming() || TOUCH.matches) return;
    const { x, y } = event.point;
    const canvas = this.map.getCanvas();
    const object = this.overlayIds.length > 0 && (this.cellAt(event) || this.overlaysAt(event).length > 0);
    const [area] = this.map.queryRenderedFeatures(event.point, { layers: this.fills() });
    const main = area?.source === this.drawn.source ? area : null;
    canvas.style.cursor = object || area ? "pointer" : "";
    events.hover(main && typeof main.id === "number" ? main.id : null, x, y);
  }

  private clicked(event: MapMouseEvent, events: Events): void {
    if (!this.loaded) return;
    if (this.cellAt(event)) {
      this.map.easeTo({ center: event.lngLat, zoom: this.map.getZoom() + 2, duration: 500 });
      return;
    }
    const hits = this.overlaysAt(event);
    if (hits.length) return events.objects(hits, [event.lngLat.lng, event.lngLat.lat]);
    const [area] = this.map.queryRenderedFeatures(event.point, { layers: this.fills() });
    const code = area?.properties["code"] as string | undefined;
    if (area && code) {
      cancelAnimationFrame(this.frame); // where the pointer was before the click is told by the click
      events.area(String(code), area.source === this.drawn.source ? Number(area.id) : null);
    } else events.outside();
  }
}
