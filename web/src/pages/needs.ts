// What a page asks the store for; the rest is the map's.
import type { Name } from "../resources";

export const PLAIN: readonly Name[] = ["start", "catalogue", "focus", "former"];
/** With a small map of one indicator. */
export const WITH_MAP: readonly Name[] = [...PLAIN, "style", "frame", "areas", "detail", "slice", "legend"];
