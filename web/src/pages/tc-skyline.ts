// All areas in view as bars from high to low, in their colours on the map; a bar goes to its area.
import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { chooseArea } from "../choose";
import { signed } from "../elements/about";
import { follow } from "../elements/follow";
import { background } from "../elements/swatch";
import { number, withUnit } from "../format";
import { named, placed, term } from "../i18n";
import { picture } from "../picture";
import type { Row } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import { pageCss } from "./page-css";
import { said } from "./words";

const [WIDE, HIGH] = [1000, 220];

@customElement("tc-skyline")
export class TcSkyline extends LitElement {
  @property() look = "";
  private off: (() => void) | null = null;

  constructor() {
    super();
    follow(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.off = store.followHover(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.off?.();
  }

  static override styles = [shared, pageCss, css`
    :host { display: block; }
    h2 { font-size: 1rem; margin-bottom: 0.5rem; }
    figure { position: relative; }
    svg { width: 100%; height: 13rem; display: block; overflow: visible; }
    rect { cursor: pointer; }
    rect.dim { opacity: 0.45; }
    .zero { stroke: var(--line-2); vector-effect: non-scaling-stroke; }
    .over { fill: transparent; }
    .ends { display: flex; justify-content: space-between; gap: 1rem; margin-top: 0.4rem; color: var(--ink-2); }
    .now { min-height: 1.5em; color: var(--ink); font-weight: 550; }
  `];

  protected override render(): TemplateResult {
    const p = said();
    const { lang } = store.state;
    const seen = picture();
    const detail = store.data.detail.value;
    const rows = (seen?.rows ?? []).filter((row): row is Row & { value: number } => row.value !== null).sort((a, b) => b.value - a.value);
    if (!seen || !detail) return html`<h2>${p.bars}</h2><span class="bone" style="height:13rem"></span>`;
    if (rows.length < 2) return html`<h2>${p.bars}</h2><p class="small quiet">${p.rank.only}</p>`;
    const [high, low] = [Math.max(0, rows[0]!.value), Math.min(0, rows.at(-1)!.value)];
    const close = low === 0 && detail.unit === "%" && rows.at(-1)!.value > high * 0.6; // bars of 91–99 % are told apart above 80
    const floor = close ? rows.at(-1)!.value - (high - rows.at(-1)!.value) * 0.5 : low;
    const y = (v: number): number => HIGH - ((v - floor) / (high - floor || 1)) * HIGH;
    const step = WIDE / rows.length;
    const gap = Math.min(3, step * 0.18);
    const chosen = store.shown?.selected;
    const pointed = rows.find((row) => row.id === store.hovered) ?? rows.find((row) => row.code === chosen) ?? null;
    const say = (row: Row & { value: number }): string => `${placed(row)}: ${signed(row.carried)}${withUnit(row.value, term(detail.unit), lang, detail.decimals)}`;
    return html`<h2>${p.bars}</h2>
      <p class="now small num" aria-hidden="true">${pointed ? say(pointed) : "\u00a0"}</p>
      <figure role="img" aria-label="${p.barsLabel(number(rows.length, lang), named(detail))}. ${say(rows[0]!)}; ${say(rows.at(-1)!)}">
        <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" aria-hidden="true" @mouseleave=${() => store.hover(null)}>
          ${rows.map((row, i) => {
            const [top, bottom] = [Math.min(y(row.value), y(Math.max(floor, 0))), Math.max(y(row.value), y(Math.max(floor, 0)))];
            const dim = pointed && pointed !== row ? "dim" : "";
            return svg`<rect class=${dim} x=${i * step + gap / 2} y=${top} width=${step - gap} height=${Math.max(1, bottom - top)} style="fill:${background(row.k, seen.legend, store.theme)}"/>
              <rect class="over" x=${i * step} y="0" width=${step} height=${HIGH} @mouseenter=${() => store.hover(row.id)} @click=${() => chooseArea(row.code)}/>`;
          })}
          <line class="zero" x1="0" x2=${WIDE} y1=${y(Math.max(floor, 0))} y2=${y(Math.max(floor, 0))}/>
        </svg>
      </figure>
      <p class="ends small num"><span>${say(rows[0]!)}</span><span>${say(rows.at(-1)!)}</span></p>
      ${close ? html`<p class="small quiet num">${this.cut(floor, detail.decimals)}</p>` : nothing}`;
  }

  private cut(floor: number, decimals: number): string {
    return said().cut(number(floor, store.state.lang, decimals));
  }
}
