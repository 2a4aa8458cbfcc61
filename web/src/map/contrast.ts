// How the colours of the figures come out on the map, and which of them ask for letters of the other shade.
import type { Legend, Theme } from "../types";

/** The land under the figures. */
export const GROUND: Record<Theme, string> = { light: "#f6f5f1", dark: "#222b32" };

/** Opacity of the figures: under objects they step back, so that a green camera is seen on a green commune; a map below shows through. */
export const cover = (objects: boolean, background: boolean): number => (objects ? 0.55 : background ? 0.7 : 1);

/** Classes on which the usual letters of the theme are hard to read: dark ones on the light theme, bright ones on the dark. */
export function classesAgainstInk(legend: Legend | null, theme: Theme, share: number): number[] {
  const ground = luminance(GROUND[theme]);
  return (legend?.classes ?? []).flatMap((one, k) => {
    const light = luminance(theme === "dark" ? one.colour_dark : one.colour) * share + ground * (1 - share);
    return (theme === "light" ? light < 0.45 : light > 0.5) ? [k] : [];
  });
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255) as [number, number, number];
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
