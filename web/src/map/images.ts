// Pictures the style asks for by name: hatches of the blanks, drawn here, and icons of the layers, given as SVG.
import type { MapLayer, Theme } from "../types";

const RATIO = 2;
const INKS: Record<Theme, string> = { light: "rgba(40,52,60,.42)", dark: "rgba(225,234,240,.40)" };

/** A square that tiles without a seam; each blank has its own drawing, so that they differ without colour too. */
export function hatch(name: string): ImageData | null {
  const found = /^hatch-(\w+)-(light|dark)$/.exec(name);
  if (!found) return null;
  const size = 10 * RATIO;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.scale(RATIO, RATIO);
  pen.strokeStyle = pen.fillStyle = INKS[found[2] as Theme];
  pen.lineWidth = 1;
  pen.lineCap = "square";
  draw(found[1]!, pen);
  return pen.getImageData(0, 0, size, size);
}

function draw(kind: string, pen: CanvasRenderingContext2D): void {
  const line = (x1: number, y1: number, x2: number, y2: number): void => {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  };
  switch (kind) {
    case "no_data": // rising strokes
      for (const d of [-10, -5, 0, 5, 10]) line(d, 10, d + 10, 0);
      break;
    case "late": // crossed strokes
      for (const d of [-10, 0, 10]) {
        line(d, 10, d + 10, 0);
        line(d, 0, d + 10, 10);
      }
      break;
    case "not_due": // dots
      for (const [x, y] of [[2.5, 2.5], [7.5, 7.5]] as const) {
        pen.beginPath();
        pen.arc(x, y, 0.95, 0, Math.PI * 2);
        pen.fill();
      }
      break;
    case "not_applicable": // sparse short dashes
      line(3, 5, 7, 5);
      break;
    case "unmerged": // upright strokes
      for (const x of [2.5, 7.5]) line(x, 0, x, 10);
      break;
    case "suppressed": // level strokes
      for (const y of [2.5, 7.5]) line(0, y, 10, y);
      break;
  }
}

/** The same hatches for the legend, as CSS backgrounds. */
export function hatchCss(kind: string, theme: Theme): string {
  const cached = css.get(kind + theme);
  if (cached) return cached;
  const size = 10 * RATIO;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  const image = hatch(`hatch-${kind}-${theme}`);
  if (!pen || !image) return "none";
  pen.putImageData(image, 0, 0);
  const text = `url(${canvas.toDataURL()}) 0 0 / 10px 10px`;
  css.set(kind + theme, text);
  return text;
}
const css = new Map<string, string>();

/** An icon of a layer, rasterised at twice its size. */
export async function icon(name: string, layers: MapLayer[]): Promise<HTMLImageElement | null> {
  const svg = layers.find((layer) => name in layer.images)?.images[name];
  if (!svg) return null;
  const image = new Image();
  const url = URL.createObjectURL(new Blob([doubled(svg)], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function doubled(svg: string): string {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const box = root.getAttribute("viewBox")?.split(/[\s,]+/).map(Number);
  const width = parseFloat(root.getAttribute("width") ?? "") || box?.[2] || 24;
  const height = parseFloat(root.getAttribute("height") ?? "") || box?.[3] || 24;
  if (!box) root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("width", String(width * RATIO));
  root.setAttribute("height", String(height * RATIO));
  root.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(root);
}

export const PIXEL_RATIO = RATIO;
