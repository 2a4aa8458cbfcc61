// Whether the year's target will be reached: how likely, what each month has to bring, and how well such forecasts did.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { number } from "../format";
import { term, titled, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import * as api from "./api";
import { Asked } from "./asked";
import { amount, told } from "./figure";
import { pageCss } from "./page-css";
import type { Forecast, PlanForecast } from "./types";
import { said } from "./words";

@customElement("tc-forecast")
export class TcForecast extends LitElement {
  @property() code = "";
  @property() area = "";
  @property({ type: Number }) year = 0;
  @property() look = "";
  private readonly forecast = new Asked<Forecast>(this, "forecast");

  static override styles = [shared, pageCss, css`
    :host { display: block; }
    :host([empty]) { display: none; }
    h2 { font-size: 1rem; margin-bottom: 0.6rem; }
    .plan + .plan { margin-top: 1.1rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
    .chance { display: flex; align-items: baseline; gap: 0.6rem; flex-wrap: wrap; }
    .chance b { font-size: 2rem; line-height: 1.25; font-weight: 680; letter-spacing: -0.02em; }
    .rail { position: relative; height: 0.9rem; margin: 0.9rem 0 0.5rem; border-radius: 99px; background: var(--paper-3); }
    .rail i { position: absolute; top: 0; bottom: 0; border-radius: 99px; }
    .reached { left: 0; background: var(--accent); }
    .band { background: var(--accent); opacity: 0.28; }
    .goal { width: 3px; margin-left: -1.5px; top: -0.25rem !important; bottom: -0.25rem !important; background: var(--ink); }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 0.2rem 0.9rem; }
    dt { color: var(--ink-3); } dd { font-weight: 550; }
    .note { margin-top: 0.6rem; color: var(--ink-3); }
  `];

  protected override willUpdate(): void {
    const { lang } = store.state;
    this.forecast.need(this.code && this.area && this.year ? `${this.code} ${this.area} ${this.year} ${lang}` : null, () => api.forecast(this.code, this.area, this.year, lang));
    this.toggleAttribute("empty", this.forecast.problem !== null || (this.forecast.now !== null && !this.aims().length));
  }

  /** Only plans that ask for something of the year. */
  private aims(): PlanForecast[] {
    return this.forecast.now?.plans.filter((plan) => plan.target !== null) ?? [];
  }

  protected override render(): TemplateResult | typeof nothing {
    const found = this.forecast.now;
    if (!found) return this.forecast.problem ? nothing : html`<span class="bone" style="height:8rem"></span>`;
    const aims = this.aims();
    if (!aims.length) return nothing;
    return html`<h2>${said().forecast.title(String(found.year))}</h2>
      ${found.sample ? html`<p style="margin:-.3rem 0 .6rem"><span class="badge sample" title=${words().sampleLong}>${words().sample}</span></p>` : nothing}
      ${aims.map((plan) => html`<div class="plan">${this.plan(plan, found)}</div>`)}`;
  }

  private plan(plan: PlanForecast, found: Forecast): TemplateResult {
    const p = said().forecast;
    const { lang } = store.state;
    const english = lang === "en";
    const of = (one: number): string => amount(one, found.unit, found.decimals);
    const reason = (english ? plan.reason_text_en : plan.reason_text) ?? "";
    const facts: [string, string | null][] = [
      [p.target, told(plan.target!, found.unit, found.decimals)],
      [p.reached, plan.reached === null ? null : of(plan.reached)],
      [p.needed, plan.needed_per_month === null || plan.manner === "mean" || plan.manner === "last" ? null : of(plan.needed_per_month)],
      [p.expected, plan.expected === null ? null : of(plan.expected) + (plan.low !== null && plan.high !== null ? ` (${p.band(number(plan.low, lang, found.decimals), number(plan.high, lang, found.decimals))})` : "")],
    ];
    const method = english ? plan.method_text_en : plan.method_text;
    return html`
      ${found.plans.length > 1 && plan.plan ? html`<p class="small quiet">${titled(plan)}</p>` : nothing}
      ${plan.probability === null
        ? reason ? html`<p>${reason}</p>` : nothing
        : html`<p class="chance"><b class="num">${percent(plan.probability, lang)}</b><span class="quiet">${p.probability}</span></p>${reason ? html`<p class="small">${reason}</p>` : nothing}`}
      ${this.rail(plan)}
      <dl class="small num">${facts.filter(([, text]) => text).map(([title, text]) => html`<dt>${title}</dt><dd>${text}</dd>`)}</dl>
      ${method ? html`<p class="note small">${method}</p>` : nothing}
      <p class="note small num">${plan.backtest ? p.backtest(amount(plan.backtest.error, plan.backtest.unit, 1), number(plan.backtest.cases, lang)) : p.untested}${plan.decision ? html`<br>${term(plan.decision)}` : nothing}</p>`;
  }

  /** What is reached, what is expected and the goal on one line that begins at nothing. */
  private rail(plan: PlanForecast): TemplateResult | typeof nothing {
    const { target, reached, low, high } = plan;
    if (target === null || target <= 0 || reached === null || reached < 0) return nothing;
    const end = Math.max(target, reached, high ?? 0) * 1.04;
    const at = (value: number): string => `${(Math.min(1, Math.max(0, value / end)) * 100).toFixed(2)}%`;
    return html`<div class="rail" aria-hidden="true"><i class="reached" style="width:${at(reached)}"></i>
      ${low !== null && high !== null ? html`<i class="band" style="left:${at(low)};right:calc(100% - ${at(high)})"></i>` : nothing}<i class="goal" style="left:${at(target)}"></i></div>`;
  }
}

/** Never quite certain, never quite impossible. */
function percent(chance: number, lang: "vi" | "en"): string {
  if (chance > 0.99 && chance < 1) return `> ${number(99, lang)}\u00a0%`;
  if (chance < 0.01 && chance > 0) return `< ${number(1, lang)}\u00a0%`;
  return `${number(chance * 100, lang)}\u00a0%`;
}
