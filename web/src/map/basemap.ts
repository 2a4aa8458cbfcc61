// The optional background map, where a setting names one: XYZ pictures, or a PMTiles file of pictures or of vector tiles.
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Start, Theme } from "../types";

export interface Background {
  source: SourceSpecification;
  layers: LayerSpecification[];
}

export const BACKGROUND = "background";

/** Read what kind of file it is and say how to draw it; null when it cannot be reached, and the map stands on its own. */
export async function background(basemap: NonNullable<Start["basemap"]>, theme: Theme): Promise<Background | null> {
  const url = basemap.url.startsWith("/") ? location.origin + basemap.url : basemap.url;
  const { attribution } = basemap;
  if (basemap.kind === "xyz") return pictures({ type: "raster", tiles: [url], tileSize: 256, attribution }, theme);
  try {
    const [{ PMTiles, Protocol, TileType }, { addProtocol }] = await Promise.all([import("pmtiles"), import("maplibre-gl")]);
    const file = new PMTiles(url);
    const header = await file.getHeader();
    const protocol = new Protocol();
    protocol.add(file);
    addProtocol("pmtiles", protocol.tile);
    const common = { url: `pmtiles://${url}`, attribution };
    return header.tileType === TileType.Mvt
      ? { source: { type: "vector", ...common }, layers: lines(theme) }
      : pictures({ type: "raster", tileSize: 256, ...common }, theme);
  } catch (error) {
    console.warn(error);
    return null;
  }
}

function pictures(source: SourceSpecification, theme: Theme): Background {
  const paint = theme === "dark" ? { "raster-saturation": -0.6, "raster-brightness-max": 0.45 } : { "raster-saturation": -0.45 };
  return { source, layers: [{ id: "background-pictures", type: "raster", source: BACKGROUND, paint }] };
}

/** Roads, water and buildings under the names that OpenMapTiles, Protomaps and Shortbread give them; a name a file lacks draws nothing. */
function lines(theme: Theme): LayerSpecification[] {
  const dark = theme === "dark";
  const line = (layer: string, colour: string, width: number): LayerSpecification => ({
    id: `background-${layer}`, type: "line", source: BACKGROUND, "source-layer": layer,
    paint: { "line-color": colour, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 6, width * 0.3, 12, width, 17, width * 5] },
  });
  const area = (layer: string, colour: string, minzoom = 0): LayerSpecification => ({
    id: `background-${layer}`, type: "fill", source: BACKGROUND, "source-layer": layer, minzoom, paint: { "fill-color": colour },
  });
  const [water, road, building] = dark ? ["#10181f", "#46545e", "#2f3b43"] : ["#dbe7ee", "#c4bfb4", "#e2ded5"];
  return [
    area("water", water!), area("water_polygons", water!), area("building", building!, 13), area("buildings", building!, 13),
    line("waterway", water!, 1.2), line("water_lines", water!, 1.2),
    line("transportation", road!, 1), line("roads", road!, 1), line("streets", road!, 1),
  ];
}
