// One indicator in one area: value, change, state, target with its denominators, a small curve; the whole card chooses it.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "../elements/icons";
import { number } from "../format";
import { named, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Indicator, OverPlan } from "../types";
import { asked, delta, figureCss, sign, stateColour, told, value } from "./figure";
import type { Standing } from "./types";
import { said } from "./words";
import "./tc-spark";

@customElement("tc-figure-card")
export class TcFigureCard extends LitElement {
  @property({ attribute: false }) row!: Standing;
  @property({ attribute: false }) indicator: Indicator | undefined;
  @property() area = "";
  @property({ type: Boolean, reflect: true }) lead = false;
  @property({ type: Boolean, reflect: true }) chosen = false;
  /** Language and shade, so that a change of either draws anew. */
  @property() look = "";

  static override styles = [shared, figureCss, css`
    :host { display: block; min-width: 0; }
    article { position: relative; display: grid; grid-template-rows: auto auto 1fr auto; height: 100%; padding: 0.85rem 1rem 0.8rem 1.1rem; border-radius: var(--radius); background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); overflow: hidden; transition: box-shadow var(--quick); }
    article::before { content: ""; position: absolute; left: 0; top: 0; bottom: 0; width: 4px; background: var(--of); }
    article:hover { box-shadow: inset 0 0 0 1px var(--accent-line), var(--shadow); }
    :host([chosen]) article { box-shadow: inset 0 0 0 2px var(--accent); }
    .top { display: flex; gap: 0.5rem; align-items: flex-start; }
    h3 { flex: 1; min-width: 0; font-size: 0.875rem; line-height: 1.4; font-weight: 550; color: var(--ink-2); text-wrap: pretty; }
    h3 button { font-weight: inherit; display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
    h3 button::after { content: ""; position: absolute; inset: 0; border-radius: var(--radius); }
    h3 button:focus-visible { outline: none; }
    h3 button:focus-visible::after { outline: 2px solid var(--accent); outline-offset: -3px; }
    a, .why { position: relative; z-index: 1; }
    a { display: grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; margin: -0.2rem -0.35rem 0 0; border-radius: 99px; color: var(--ink-3); }
    a:hover { background: var(--paper-3); color: var(--ink); }
    .figure { display: flex; align-items: center; flex-wrap: wrap; gap: 0.15rem 0.6rem; margin: 0.3rem 0 0.15rem; }
    .figure > .why, .figure > .blank { font-size: 1.5rem; line-height: 1.3; font-weight: 660; letter-spacing: -0.015em; }
    .figure > .blank { font-size: 1rem; font-weight: 550; letter-spacing: 0; padding: 0.25rem 0; }
    .said { display: grid; gap: 0.15rem; align-content: start; color: var(--ink-2); }
    .plan { display: flex; gap: 0.45rem; align-items: flex-start; }
    .plan .sign { margin-top: 0.12rem; }
    tc-spark { margin-top: 0.5rem; height: 1.9rem; }
    :host([lead]) article { padding: 1.2rem 1.4rem 1.1rem 1.6rem; }
    :host([lead]) article::before { width: 6px; }
    :host([lead]) h3 { font-size: 1.0625rem; font-weight: 600; color: var(--ink); }
    :host([lead]) .figure > .why { font-size: clamp(2.5rem, 4.5vw, 3.5rem); line-height: 1.2; font-weight: 680; letter-spacing: -0.025em; }
    :host([lead]) .figure > .blank { font-size: 1.5rem; }
    :host([lead]) tc-spark { height: 3.5rem; margin-top: 0.75rem; }
    .kicker { color: var(--accent); font-weight: 600; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const p = said();
    const { row } = this;
    const { lang } = store.state;
    const name = named(this.indicator) || row.code.toUpperCase();
    const rate = row.unit === "%"; // it is judged by its own target; an amount by each of its plans
    return html`<article style="--of:${row.state ? stateColour(row.state) : "transparent"}">
      <div class="top">
        <h3>${this.lead ? html`<span class="kicker small">${p.lead}</span><br>` : nothing}<button aria-pressed=${this.chosen} title=${name} aria-label=${p.choose(name)}
          @click=${() => this.dispatchEvent(new CustomEvent("choose-card", { detail: row.code, bubbles: true, composed: true }))}>${name}</button></h3>
        <a href=${href({ ...store.state, indicator: row.code }, { page: "indicator", module: null })} title=${p.aboutIndicator} aria-label="${p.aboutIndicator}: ${name}">${icons.right(16)}</a>
      </div>
      <p class="figure">${value(row, this.area, name)}${sign(row.state, this.lead ? "1.75rem" : "1.25rem")}</p>
      <div class="said small">
        <p class="quiet num">${row.period ? periodTitle(row.period, lang) : "\u00a0"}${row.sample ? html` · <span title=${w.sampleLong}>${w.sample.toLowerCase()}</span>` : nothing}</p>
        ${row.value === null ? nothing : delta(row)}
        ${row.target && (rate || !row.plans.length) ? html`<p class="num">${asked(row.target, row.unit, row.decimals, this.lead)}</p>` : nothing}
        ${row.plans.map((plan) => this.plan(plan, !rate))}
      </div>
      <tc-spark .values=${row.spark.values}></tc-spark>
    </article>`;
  }

  /** Each denominator beside the other: 18,63 % of what was assigned centrally, 30,8 % of the local plan. */
  private plan(plan: OverPlan, judged: boolean): TemplateResult {
    const share = plan.percent === null ? "–" : `${number(plan.percent, store.state.lang, plan.percent < 100 ? 2 : 1)}\u00a0%`;
    return html`<p class="plan num">${judged ? sign(plan.state, "1rem") : nothing}<span><b>${share}</b> ${words().panel.ofPlan(told(plan.value, plan.unit, 1), titled(plan))}</span></p>`;
  }
}
