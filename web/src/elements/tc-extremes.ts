// Of the areas on the map, the three that lead and the three that trail: the first question of whoever opens a province.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { number } from "../format";
import { placed, short, words } from "../i18n";
import { recoloured } from "../comparing";
import { picture } from "../picture";
import type { Row } from "../shown";
import { chooseArea } from "../choose";
import { store } from "../store";
import { shared } from "../styles/shared";
import { signed } from "./about";
import { follow } from "./follow";
import { swatch } from "./swatch";

const FEW = 3;

@customElement("tc-extremes")
export class TcExtremes extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.25rem; margin-top: 1.2rem; }
    p { color: var(--ink-3); padding-bottom: 0.15rem; }
    button { display: grid; grid-template-columns: auto 1fr auto; gap: 0.5rem; align-items: center; width: calc(100% + 0.7rem); margin: 0 -0.35rem; padding: 0.22rem 0.35rem; border-radius: 0.4rem; }
    button:hover { background: var(--paper-3); }
    .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 1.5; }
    b { font-weight: 600; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const seen = picture();
    const now = store.shown;
    const none = recoloured() || !seen || !now || now.selected !== null || seen.ranked < FEW * 2;
    this.hidden = none;
    if (none) return nothing;
    const w = words();
    const byValue = seen.rows.filter((row) => row.value !== null).sort((a, b) => b.value! - a.value!);
    return html`${this.list(w.panel.highest, byValue.slice(0, FEW))}${this.list(w.panel.lowest, byValue.slice(-FEW).reverse())}`;
  }

  private list(title: string, rows: Row[]): TemplateResult {
    const legend = picture()?.legend ?? null;
    const decimals = store.data.detail.value?.decimals ?? 0;
    return html`<div style="min-width:0"><p class="small">${title}</p><ul>
      ${rows.map((row) => html`<li><button class="small" title=${placed(row)} @mouseenter=${() => store.hover(row.id)} @mouseleave=${() => store.hover(null)}
        @click=${() => chooseArea(row.code)}>
        ${swatch(row.k, legend, store.theme, "0.75rem")}<span class="name">${short(row)}</span><b class="num">${signed(row.carried)}${number(row.value!, store.state.lang, decimals)}</b></button></li>`)}
    </ul></div>`;
  }
}
