// Which areas are in view, as the server is asked for them and as a key of its answers.
import type { Extent } from "./api";
import type { Shown } from "./shown";

export const extentOf = ({ level, within, boundary, frame, lens }: Shown): Extent => ({ level, within, boundary, frame, lens });

export const extentKey = ({ level, within, boundary, frame, lens }: Extent): string => [level, within, boundary, frame, lens ?? "-"].join(" ");

/** How the keys of all legends of one indicator and view begin. */
export const legendKey = (indicator: string, now: Extent): string => `${indicator} ${extentKey(now)}`;

/** Whether an extent is made of areas of the structure its frame is meant in. */
export const own = (now: Extent): boolean => !now.lens && now.boundary === now.frame && (now.within === "VN" ? now.level === "province" : now.level === "commune");

/** Whether the areas in view are the children of the frame, so that nobody else needs to name them: those of a former province are its districts. */
export const childrenDo = (now: Extent, today: string | undefined): boolean => own(now) && (now.within.length !== 2 || now.level === "province" || now.frame === today);
