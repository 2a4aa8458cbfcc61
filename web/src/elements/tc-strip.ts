// Where one area stands among its peers: every value a tick, this one marked.
import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { number } from "../format";
import { areasShown, picture } from "../picture";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { background } from "./swatch";

@customElement("tc-strip")
export class TcStrip extends LitElement {
  @property({ type: Number }) value: number | null = null;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; }
    svg { --strip: color-mix(in srgb, var(--ink) 12%, var(--paper)); width: 100%; height: 1.9rem; overflow: visible; }
    .ends { display: flex; justify-content: space-between; color: var(--ink-3); font-size: 0.75rem; line-height: 1.5; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const seen = picture();
    // Wards stand among wards, as the rank does; all provinces and cities are one company.
    const kind = store.shown?.level === "commune" ? store.subject?.kind : undefined;
    const peers = new Set(areasShown().filter((child) => !kind || child.kind === kind).map((child) => child.id));
    const values = seen?.rows.filter((row) => row.value !== null && peers.has(row.id)) ?? [];
    if (!seen || this.value === null || values.length < 3) return nothing;
    const low = Math.min(...values.map((r) => r.value!));
    const high = Math.max(...values.map((r) => r.value!));
    if (high === low) return nothing;
    const at = (v: number): string => `${(((v - low) / (high - low)) * 100).toFixed(2)}%`;
    const decimals = store.data.detail.value?.decimals ?? 0;
    return html`<svg aria-hidden="true">
        <rect width="100%" y="20%" height="60%" rx="3" fill="var(--strip)"/>
        ${values.map((r) => svg`<line x1=${at(r.value!)} x2=${at(r.value!)} y1="28%" y2="72%" stroke=${background(r.k, seen.legend, store.theme)} stroke-width="2.5"/>`)}
        <line x1=${at(this.value)} x2=${at(this.value)} y1="2%" y2="98%" stroke="var(--paper)" stroke-width="7"/>
        <line x1=${at(this.value)} x2=${at(this.value)} y1="2%" y2="98%" stroke="var(--ink)" stroke-width="3" stroke-linecap="round"/>
      </svg>
      <p class="ends num"><span>${number(low, store.state.lang, decimals)}</span><span>${number(high, store.state.lang, decimals)}</span></p>`;
  }
}
