// The last periods of a value as a small curve; gaps stay gaps.
import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";

const [WIDE, HIGH, PAD] = [100, 30, 4];

@customElement("tc-spark")
export class TcSpark extends LitElement {
  @property({ attribute: false }) values: (number | null)[] = [];

  static override styles = css`
    :host { display: block; height: 2rem; }
    svg { display: block; width: 100%; height: 100%; overflow: visible; }
    path { fill: none; stroke: var(--accent); stroke-width: 1.75; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
    .area { stroke: none; fill: var(--accent); opacity: 0.09; }
    .last { stroke-width: 6.5; }
  `;

  protected override render(): TemplateResult | typeof nothing {
    const known = this.values.filter((v): v is number => v !== null);
    if (known.length < 2) return nothing;
    const low = Math.min(...known);
    const span = Math.max(...known) - low || 1;
    const at = (v: number, i: number): string => `${((i / (this.values.length - 1)) * WIDE).toFixed(2)} ${(HIGH - PAD - ((v - low) / span) * (HIGH - 2 * PAD)).toFixed(2)}`;
    const runs: string[][] = [[]];
    this.values.forEach((v, i) => (v === null ? runs.push([]) : runs.at(-1)!.push(at(v, i))));
    const drawn = runs.filter((run) => run.length);
    const last = this.values.at(-1);
    return html`<svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" aria-hidden="true">
      ${drawn.map((run) => svg`<path class="area" d="M${run[0]!.split(" ")[0]} ${HIGH}L${run.join("L")}L${run.at(-1)!.split(" ")[0]} ${HIGH}Z"/><path d="M${run.join("L")}${run.length === 1 ? "h0" : ""}"/>`)}
      ${last === null || last === undefined ? nothing : svg`<path class="last" d="M${at(last, this.values.length - 1)}h0"/>`}
    </svg>`;
  }
}
