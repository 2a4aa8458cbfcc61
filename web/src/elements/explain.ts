// Opens the panel that explains one number; it is fetched by whoever first asks why.
export interface Asking {
  code: string;
  area: string;
  period: string;
  /** The structure the area is meant in; empty is the present one. */
  boundary?: string;
  /** As known at a moment; null is now. */
  known?: string | null;
}

export async function explain(asking: Asking): Promise<void> {
  await import("./tc-explain");
  let panel = document.querySelector("tc-explain");
  if (!panel) document.body.append((panel = document.createElement("tc-explain")));
  await panel.show(asking);
}
