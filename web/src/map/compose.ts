// The whole style of the map as a pure function of what is shown; MapLibre applies the difference.
import { BLANKS } from "../shown";
import { classesAgainstInk, cover } from "./contrast";
import { BACKGROUND, type Background } from "./basemap";
import type { Filters } from "../state";
import type { Legend, MapLayer, MapLevel, Theme } from "../types";
import type {
  CircleLayerSpecification, ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification,
} from "maplibre-gl";

export interface Wanted {
  theme: Theme;
  /** The source and tile layer of the areas that are coloured. */
  drawn: Drawn;
  /** Which of them are in view; null for all. */
  inside: FilterSpecification | null;
  within: string;
  /** Codes of the provinces whose outline frames the view. */
  around: string[];
  /** Codes of the areas that are picked out. */
  outlined: string[];
  /** The province whose name is set first, where not all fit. */
  home: string;
  /** Codes of the areas that are named; empty names all. */
  codes: string[];
  legend: Legend | null;
  /** Kinds of blank met so far (indexes into BLANKS): only these get a hatch. */
  blanks: number[];
  layers: MapLayer[];
  filters: Filters;
  origin: string;
  /** The optional map under the figures. */
  background: Background | null;
  /** Type size of the page against 16 pixels. */
  scale: number;
}

export interface Drawn {
  source: "provinces" | "communes" | "lens";
  layer: string;
}

/** Where the areas of a level are drawn from; a lens has a tile layer of its own. */
export function drawnFrom(base: StyleSpecification, level: MapLevel, lens: string | null): Drawn | null {
  if (!lens) return level === "province" ? { source: "provinces", layer: "provinces" } : { source: "communes", layer: "communes" };
  const fill = base.layers.find((layer) => layer.id === "lens-fill") as { "source-layer"?: string } | undefined;
  return fill ? { source: "lens", layer: fill["source-layer"] ?? "" } : null;
}

const DEEPEST = 14; // tiles are made down to here; deeper zooms stretch them

/** Areas with a value that no class holds: no target was set for them. */
export const NEUTRAL: Record<Theme, string> = { light: "#e3e6e4", dark: "#35424b" };

const INK = {
  light: { hover: "#14212a", select: "#0b3f4f", casing: "#ffffff", text: "#25323b", halo: "#ffffff" },
  dark: { hover: "#ffffff", select: "#ffffff", casing: "#0c1419", text: "#e9eff2", halo: "#10181e" },
} as const;

// The first name only carries the weight MapLibre reads out of it; the glyphs come from the first installed family after it.
const FAMILIES = ["Inter Variable", "Noto Sans", "Segoe UI", "Roboto", "Helvetica Neue", "Arial"];
const font = (weight: string): string[] => [`${weight} weight`, ...FAMILIES];

export function compose(base: StyleSpecification, wanted: Wanted): StyleSpecification {
  // Far shores, outside the detailed neighbourhood: Natural Earth 1:50,000,000, public domain, without names or borders.
  const sources: StyleSpecification["sources"] = { ...base.sources, "far-land": { type: "geojson", data: "/far-land.json" } };
  for (const layer of wanted.layers) {
    sources[layer.id] = {
      type: "vector",
      tiles: [absolute(layer.tiles, wanted.origin) + filterQuery(wanted.filters[layer.id] ?? {})],
      minzoom: layer.minzoom,
      maxzoom: Math.min(layer.maxzoom, DEEPEST),
    };
  }
  for (const [id, source] of Object.entries(sources)) {
    if (source.type === "geojson" && typeof source.data === "string") sources[id] = { ...source, data: absolute(source.data, wanted.origin) };
    if (source.type === "vector" && source.tiles) sources[id] = { ...source, tiles: source.tiles.map((t) => absolute(t, wanted.origin)) };
  }
  const communes = sources["communes"];
  if (wanted.within === "VN" && communes?.type === "vector") sources["communes"] = { ...communes, minzoom: 3 }; // the nation by commune
  if (wanted.background) sources[BACKGROUND] = wanted.background.source;
  const layers: LayerSpecification[] = [];
  for (const layer of base.layers) {
    if (layer.id === "communes-label" || layer.id === "lens-label") layers.push(...overlays(wanted), ...outlines(wanted));
    layers.push(wanted.background ? seeThrough(adapted(layer, wanted), wanted) : adapted(layer, wanted));
    if (layer.id === "land") {
      layers.push({ ...layer, id: "far-land", source: "far-land" } as LayerSpecification);
      layers.push(...(wanted.background?.layers ?? []));
    }
    if (layer.id === (wanted.drawn.source === "lens" ? "lens-fill" : "communes-fill")) layers.push(...hatches(wanted));
  }
  const { glyphs: _unused, ...rest } = base; // without it labels are drawn from local fonts
  return { ...rest, sources, layers };
}

/** Filtering happens where tiles are made, so that the numbers of gathered points follow too. */
function filterQuery(filter: Record<string, string[]>): string {
  return Object.entries(filter)
    .flatMap(([field, values]) => values.map((value) => `&${encodeURIComponent(field)}=${encodeURIComponent(value)}`))
    .join("");
}

function absolute(url: string, origin: string): string {
  return url.startsWith("/") ? origin + url : url;
}

function adapted(layer: LayerSpecification, wanted: Wanted): LayerSpecification {
  const { source } = wanted.drawn;
  switch (layer.id) {
    case "provinces-fill":
      return source !== "provinces" ? layer : withPaint(layer, { "fill-color": fill(wanted), "fill-opacity": coverOf(wanted) });
    case "communes-fill":
    case "lens-fill":
      return {
        ...withPaint(layer, { "fill-color": fill(wanted), "fill-antialias": false, "fill-opacity": coverOf(wanted) }), ...visible(layer.id.startsWith(source)), ...inside(wanted),
      } as LayerSpecification;
    case "lens-line":
      return { ...layer, ...inside(wanted) } as LayerSpecification;
    case "communes-line": // under a lens the present communes stay to be seen
      if (source === "lens") return { ...layer, ...visible(wanted.within !== "VN"), filter: ["==", ["get", "parent"], wanted.within] } as LayerSpecification;
      return { ...layer, ...visible(source === "communes"), ...inside(wanted) } as LayerSpecification;
    case "communes-label":
    case "lens-label": {
      const wide = wanted.drawn.layer === "former-provinces";
      const label = sized(readable(lettered(layer, "Medium", wanted), wanted), wide ? [[4, 9.5], [6, 12], [8, 15]] : [[8, 10.5], [10, 12.5], [12, 14], [15, 17]], wanted);
      const mine = wanted.codes.length ? { filter: ["in", ["get", "code"], ["literal", wanted.codes]] } : {};
      const from = wide ? 4 : wanted.drawn.layer === "former-communes" || source !== "lens" ? 8 : 6.5;
      return { ...label, ...mine, minzoom: from, layout: { ...label.layout, visibility: source !== "provinces" ? "visible" : "none" } } as LayerSpecification;
    }
    case "provinces-label": {
      const label = sized(lettered(layer, "Semi Bold", wanted), [[4, 9.5], [5, 10.5], [6, 13], [8, 16]], wanted);
      const alone = source !== "provinces" && wanted.within !== "VN" && wanted.around.length === 1;
      return {
        ...label,
        layout: {
          ...label.layout, "symbol-sort-key": ["case", ["==", ["get", "code"], wanted.home], 0, 1],
          ...(wanted.drawn.layer === "former-provinces" && wanted.within === "VN" ? { visibility: "none" } : {}),
        },
        ...(alone ? { filter: ["!=", ["get", "code"], wanted.around[0]!] as FilterSpecification } : {}),
      } as LayerSpecification;
    }
    case "archipelagos-label":
      return brokenBeforeBracket(sized(lettered(layer, "Medium", wanted), [[3, 10.5], [6, 13.5]], wanted));
    default:
      return layer;
  }
}

const coverOf = (wanted: Wanted): number => cover(wanted.layers.length > 0, wanted.background !== null);

/** With a map underneath, colours let it through; a place without a figure shows it plainly. */
function seeThrough(layer: LayerSpecification, wanted: Wanted): LayerSpecification {
  if (!["communes-fill", "provinces-fill", "lens-fill"].includes(layer.id)) return layer;
  if (layer.id === "provinces-fill" && wanted.drawn.source !== "provinces") return withPaint(layer, { "fill-opacity": 0 });
  return withPaint(layer, { "fill-opacity": ["case", [">", ["coalesce", ["feature-state", "k"], -9], -9], coverOf(wanted), 0.15] });
}

function withPaint(layer: LayerSpecification, paint: Record<string, unknown>): LayerSpecification {
  return { ...layer, paint: { ...(layer.paint ?? {}), ...paint } } as LayerSpecification;
}

function lettered(layer: LayerSpecification, weight: string, wanted: Wanted): LayerSpecification {
  const ink = INK[wanted.theme];
  const paint = { "text-color": ink.text, "text-halo-color": ink.halo, ...(layer.paint ?? {}), "text-halo-width": 1.8, "text-halo-blur": 0.3 };
  return { ...inFont(layer, weight), paint } as LayerSpecification;
}

/** On colours near its own a name changes shades with its halo. */
function readable(layer: LayerSpecification, wanted: Wanted): LayerSpecification {
  const against = classesAgainstInk(wanted.legend, wanted.theme, coverOf(wanted));
  const [ink, other] = wanted.theme === "light" ? [INK.light, INK.dark] : [INK.dark, INK.light];
  const shade = (usual: string, swapped: string): unknown =>
    ["case", ["in", ["coalesce", ["feature-state", "k"], -9], ["literal", against]], swapped, usual];
  return withPaint(layer, { "text-color": shade(ink.text, other.text), "text-halo-color": shade(ink.halo, other.halo) });
}

/** Letters by zoom, larger on a wall: `scale` is the page's own type size against 16 pixels. */
function sized(layer: LayerSpecification, stops: [number, number][], wanted: Wanted): LayerSpecification {
  const size = ["interpolate", ["linear"], ["zoom"], ...stops.flatMap(([zoom, pixels]) => [zoom, Math.round(pixels * wanted.scale * 4) / 4])];
  return { ...layer, layout: { ...layer.layout, "text-size": size } } as LayerSpecification;
}

function inFont(layer: LayerSpecification, weight: string): LayerSpecification {
  return { ...layer, layout: { ...(layer.layout ?? {}), "text-font": font(weight) } } as LayerSpecification;
}

/** "Quần đảo Hoàng Sa (Việt Nam)" breaks before the bracket, never inside the name. */
function brokenBeforeBracket(layer: LayerSpecification): LayerSpecification {
  const name = (layer.layout as { "text-field"?: unknown } | undefined)?.["text-field"];
  if (!Array.isArray(name)) return layer;
  const field = ["let", "name", ["to-string", name], ["let", "at", ["index-of", " (", ["var", "name"]],
    ["case", ["<", ["var", "at"], 0], ["var", "name"],
      ["concat", ["slice", ["var", "name"], 0, ["var", "at"]], "\n", ["slice", ["var", "name"], ["+", ["var", "at"], 1]]]]]];
  return { ...layer, layout: { ...layer.layout, "text-field": field, "text-max-width": 20 } } as LayerSpecification;
}

function visible(yes: boolean): { layout: { visibility: "visible" | "none" } } {
  return { layout: { visibility: yes ? "visible" : "none" } };
}

function inside(wanted: Wanted): { filter?: FilterSpecification } {
  return wanted.inside ? { filter: wanted.inside } : {};
}

/** Colour by feature-state k: a class, or −1…−6 for an area without a figure; anything else is neutral. */
function fill({ legend, theme }: Wanted): ExpressionSpecification | string {
  const neutral = NEUTRAL[theme];
  if (!legend?.classes.length) return neutral;
  const dark = theme === "dark";
  const pairs: (number | string)[] = [];
  legend.classes.forEach((c, k) => pairs.push(k, dark ? c.colour_dark : c.colour));
  for (const blank of legend.blanks) pairs.push(-1 - BLANKS.indexOf(blank.key), dark ? blank.colour_dark : blank.colour);
  return ["match", ["coalesce", ["feature-state", "k"], -9], ...pairs, neutral] as unknown as ExpressionSpecification;
}

function hatches(wanted: Wanted): LayerSpecification[] {
  const { source, layer } = wanted.drawn;
  return wanted.blanks.map((index) => ({
    id: `blank-${BLANKS[index]}`,
    type: "fill",
    source,
    "source-layer": layer,
    ...inside(wanted),
    paint: {
      "fill-pattern": `hatch-${BLANKS[index]}-${wanted.theme}`,
      "fill-opacity": ["case", ["==", ["coalesce", ["feature-state", "k"], -9], -1 - index], 1, 0],
    },
  }));
}

function outlines(wanted: Wanted): LayerSpecification[] {
  const ink = INK[wanted.theme];
  const { source, layer } = wanted.drawn;
  const common = { source, "source-layer": layer };
  const round = { "line-join": "round", "line-cap": "round" } as const;
  const result: LayerSpecification[] = [
    {
      id: "hover-line", type: "line", ...common, ...inside(wanted), layout: round,
      paint: {
        "line-color": ink.hover,
        "line-width": ["interpolate", ["linear"], ["zoom"], 5, 1.4, 10, 2.2],
        "line-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 1, 0],
      },
    },
  ];
  if (source !== "provinces" && wanted.within !== "VN") {
    const filter: FilterSpecification = ["in", ["get", "code"], ["literal", wanted.around]];
    result.unshift({
      id: "frame-line", type: "line", source: "provinces", "source-layer": "provinces", filter, layout: round,
      paint: { "line-color": ink.select, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1.2, 10, 2.4], "line-opacity": 0.85 },
    });
  }
  if (wanted.outlined.length) {
    const filter: FilterSpecification = ["in", ["get", "code"], ["literal", wanted.outlined]];
    result.push(
      { id: "selected-casing", type: "line", ...common, filter, layout: round, paint: { "line-color": ink.casing, "line-width": 6 } },
      { id: "selected-line", type: "line", ...common, filter, layout: round, paint: { "line-color": ink.select, "line-width": 3 } },
    );
  }
  return result;
}

function overlays(wanted: Wanted): LayerSpecification[] {
  const gathering = wanted.layers.filter((layer) => gathered(layer, wanted.theme));
  return wanted.layers.flatMap((layer) => {
    const aside = (gathering.indexOf(layer) - (gathering.length - 1) / 2) * APART;
    return layer.style[wanted.theme].map((spec) => {
      const styled = spec as unknown as LayerSpecification;
      const lettered = styled.type === "symbol" && styled.layout?.["text-field"] ? inFont(styled, "Semi Bold") : styled;
      return gathering.length > 1 && styled.id.startsWith(cellsOf(layer)) ? beside(lettered, aside) : lettered;
    });
  });
}

/** Discs of two layers stand side by side, not one on the other: by so many pixels, and somewhat smaller. */
const APART = 20;
const cellsOf = (layer: MapLayer): string => `${layer.id}-cells`;

/** How the disc that stands for many points of a layer looks, and below which zoom; null for a layer without. */
export function gathered(layer: MapLayer, theme: Theme): { colour: string; below: number } | null {
  const disc = layer.style[theme].find((spec) => spec["id"] === cellsOf(layer)) as unknown as CircleLayerSpecification | undefined;
  return disc ? { colour: String(disc.paint?.["circle-color"]), below: disc.maxzoom ?? 24 } : null;
}

/** The ring round the single points of a layer. */
export function ring(layer: MapLayer, theme: Theme): string {
  const points = layer.style[theme].find((spec) => spec["type"] === "circle" && spec["id"] !== cellsOf(layer)) as unknown as CircleLayerSpecification | undefined;
  return String(points?.paint?.["circle-stroke-color"] ?? "transparent");
}

function beside(layer: LayerSpecification, x: number): LayerSpecification {
  if (layer.type === "symbol") return withPaint(layer, { "text-translate": [x, 0] });
  const { "circle-radius": radius, ...paint } = (layer as CircleLayerSpecification).paint ?? {};
  return { ...layer, paint: { ...paint, "circle-translate": [x, 0], "circle-radius": ["*", 0.85, radius ?? 5] } } as LayerSpecification;
}
