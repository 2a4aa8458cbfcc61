// Two areas side by side: their cards for the present indicator, the difference, and both series.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { signed } from "../elements/about";
import { follow } from "../elements/follow";
import { stateMark } from "../elements/swatch";
import "../elements/tc-series";
import { number } from "../format";
import { named, placed, term, words as general } from "../i18n";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Card, IndicatorDetail } from "../types";
import { isBetter, toldDifference } from "./computed";
import { tidy } from "./difference";
import { words } from "./words";

@customElement("tc-two-areas")
export class TcTwoAreas extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; margin-bottom: 1.5rem; }
    h2 { font-size: 0.9375rem; font-weight: 600; line-height: 1.45; }
    .two { display: grid; grid-template-columns: 1fr 1fr; gap: 0.6rem; margin-top: 0.6rem; }
    .one { padding: 0.65rem 0.75rem; border-radius: var(--radius-s); background: var(--paper-2); border-top: 3px solid var(--accent); min-width: 0; }
    .one.other { border-top: 3px dashed var(--ink-3); }
    .name { font-weight: 600; line-height: 1.35; min-height: 2.7em; overflow-wrap: anywhere; }
    .value { margin-top: 0.25rem; font-size: 1.375rem; font-weight: 680; line-height: 1.3; overflow-wrap: anywhere; }
    .value span { font-size: 0.8125rem; font-weight: 500; color: var(--ink-2); }
    .state { display: flex; align-items: center; gap: 0.4rem; margin-top: 0.25rem; }
    .gap { margin: 0.75rem 0; font-weight: 600; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const { card, otherCard, detail } = store.data;
    const w = words();
    if (!detail.value) return nothing;
    if (otherCard.problem) return html`<p class="small">${otherCard.problem.message || general().problem.partial}</p>`;
    const [one, two] = [card.value, otherCard.value];
    if (!one || !two || otherCard.of !== otherCard.key || one.indicator !== detail.value.code) return html`<span class="bone" style="height:9rem"></span>`;
    const { lang } = store.state;
    return html`<h2>${named(detail.value)}</h2><p class="small quiet">${w.area.both} · ${periodTitle(one.period, lang)}</p>
      <div class="two">${this.side(one, "")}${this.side(two, "other")}</div>
      ${this.gap(one, two, detail.value)}
      <tc-series .series=${one.series} .path=${one.series.periods.map((at) => two.series.values[two.series.periods.indexOf(at)] ?? null)} pathName=${placed(two.area)} period=${one.period} unit=${term(one.unit)} .decimals=${one.decimals}
        name="${placed(one.area)} – ${placed(two.area)}" look=${`${store.theme}${lang}${two.area.code}`}></tc-series>`;
  }

  private side(card: Card, which: string): TemplateResult {
    const w = words();
    const g = general();
    const { lang } = store.state;
    const { rank, target } = card;
    return html`<div class="one ${which}" data-code=${card.area.code}>
      <p class="name small">${placed(card.area)}</p>
      <p class="value num">${card.value === null ? html`<span>${g.legend.blank[card.blank ?? "no_data"]}</span>` : html`${signed(card.carried)}${number(card.value, lang, card.decimals)} <span>${term(card.unit)}</span>`}</p>
      ${rank && rank.of > 1 ? html`<p class="small quiet num">${w.area.rank(number(rank.place, lang), number(rank.of, lang))} ${(lang === "en" && rank.peers_en) || rank.peers}</p>` : nothing}
      ${target?.state ? html`<p class="state small">${stateMark(target.state, store.theme)}<span>${g.panel.states[target.state]}</span></p>` : nothing}
    </div>`;
  }

  private gap(one: Card, two: Card, detail: IndicatorDetail): TemplateResult | typeof nothing {
    if (one.value === null || two.value === null) return nothing;
    const w = words();
    const gap = tidy(one.value - two.value, one.decimals);
    const better = isBetter(gap, detail.direction);
    const about = one.carried?.estimated || two.carried?.estimated ? "≈\u00a0" : "";
    const word = better === null ? "" : `, ${better ? w.better : w.worse}`;
    return html`<p class="gap num"><span class="quiet small">${w.area.gap}</span> ${gap === 0 ? w.same : `${about}${toldDifference(gap, one.unit, one.decimals, false)}${word}`}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-two-areas": TcTwoAreas;
  }
}
