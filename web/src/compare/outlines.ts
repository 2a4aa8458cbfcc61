// Outlines of the areas in view, once for many small pictures: from the same tiles that the map draws, as paths of a square.
import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import type { StyleSpecification } from "maplibre-gl";
import type { Drawn } from "../map/compose";
import type { Bbox } from "../types";

const MOST = 6; // tiles for one picture

/** Paths by number of the area, in tiles of a zoom: a unit is the width of a tile. */
export interface Outlines {
  paths: Map<number, Path2D>;
  /** The part of the world that is shown, in the same units. */
  box: { x: number; y: number; width: number; height: number };
}

let made: { key: string; outlines: Promise<Outlines> } | null = null;

/** The outlines of some areas within a box of degrees; made once as long as the same is asked for. */
export function outlines(base: StyleSpecification, drawn: Drawn, ids: ReadonlySet<number>, bbox: Bbox): Promise<Outlines> {
  const source = base.sources[drawn.source] as { tiles?: string[]; minzoom?: number } | undefined;
  const template = source?.tiles?.[0] ?? "";
  const key = [template, drawn.layer, bbox.join(), ids.size].join(" ");
  if (made?.key !== key) made = { key, outlines: make(template, drawn.layer, ids, bbox, source?.minzoom ?? 0) };
  return made.outlines;
}

async function make(template: string, layer: string, ids: ReadonlySet<number>, [west, south, east, north]: Bbox, lowest: number): Promise<Outlines> {
  const at = (zoom: number) => ({ left: across(west, zoom), right: across(east, zoom), top: down(north, zoom), bottom: down(south, zoom) });
  const tiles = (zoom: number): number => {
    const { left, right, top, bottom } = at(zoom);
    return (Math.floor(right) - Math.floor(left) + 1) * (Math.floor(bottom) - Math.floor(top) + 1);
  };
  let zoom = lowest;
  while (zoom < 11 && tiles(zoom + 1) <= MOST) zoom += 1;
  const { left, right, top, bottom } = at(zoom);
  const paths = new Map<number, Path2D>();
  const wanted: Promise<void>[] = [];
  for (let x = Math.floor(left); x <= right; x++) {
    for (let y = Math.floor(top); y <= bottom; y++) wanted.push(add(url(template, zoom, x, y), layer, ids, paths, x, y));
  }
  await Promise.all(wanted);
  return { paths, box: { x: left, y: top, width: right - left, height: bottom - top } };
}

const url = (template: string, z: number, x: number, y: number): string => template.replace("{z}", `${z}`).replace("{x}", `${x}`).replace("{y}", `${y}`);

async function add(address: string, layer: string, ids: ReadonlySet<number>, paths: Map<number, Path2D>, x: number, y: number): Promise<void> {
  const answer = await fetch(address);
  if (!answer.ok || answer.status === 204) return;
  const found = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer()))).layers[layer];
  for (let i = 0; i < (found?.length ?? 0); i++) {
    const feature = found!.feature(i);
    const id = feature.id;
    if (id === undefined || !ids.has(id)) continue;
    const path = paths.get(id) ?? new Path2D();
    paths.set(id, path);
    trace(feature, path, x, y);
  }
}

function trace(feature: VectorTileFeature, path: Path2D, x: number, y: number): void {
  for (const ring of feature.loadGeometry()) {
    ring.forEach((point, i) => path[i ? "lineTo" : "moveTo"](x + point.x / feature.extent, y + point.y / feature.extent));
    path.closePath();
  }
}

const across = (lon: number, zoom: number): number => ((lon + 180) / 360) * 2 ** zoom;

function down(lat: number, zoom: number): number {
  const angle = (lat * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** zoom;
}
