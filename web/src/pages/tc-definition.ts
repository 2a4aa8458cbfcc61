// What an indicator means: its formula with linked parts, how it adds up in words, who answers for it, its bands and limits.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { date, number } from "../format";
import { named, term, titled, words } from "../i18n";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import { told } from "./figure";
import { pageCss } from "./page-css";
import type { Definition, Module, Owner } from "./types";
import { said } from "./words";

@customElement("tc-definition")
export class TcDefinition extends LitElement {
  @property({ attribute: false }) detail!: Definition;
  @property({ attribute: false }) module: Module | undefined;
  @property() look = "";

  static override styles = [shared, pageCss, css`
    :host { display: block; }
    h2 { font-size: 1rem; margin-bottom: 0.6rem; }
    dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: 0.5rem 1.1rem; }
    dt { color: var(--ink-3); } dd { overflow-wrap: anywhere; }
    dd .link { display: inline; }
    .fraction { display: inline-grid; }
    .fraction > span { padding: 0.15rem 0; }
    .fraction > span + span { border-top: 1.5px solid var(--ink-2); }
    .formula { display: flex; align-items: center; gap: 0.6rem; }
    @media (max-width: 520px) { dl { grid-template-columns: 1fr; gap: 0.1rem; } dd { margin-bottom: 0.55rem; } }
  `];

  protected override render(): TemplateResult {
    const p = said();
    const w = p.indicator;
    const one = this.detail;
    const facts: [string, unknown][] = [
      [w.formula, this.formula()],
      [w.rules, `${capital(p.space[one.space_rule] ?? one.space_rule)}; ${p.time[one.time_rule] ?? one.time_rule}.`],
      [w.unit, term(one.unit)],
      [w.window, this.window()],
      [w.direction, words().indicator[one.direction]],
      [w.plans, this.plans()],
      [w.bands, this.bands()],
      [w.limits, this.limits()],
      [w.source, term(one.source_system)],
      [w.owner, this.owners()],
      [w.basis, term(one.basis)],
      [w.level, words().levels[one.lowest_level]],
    ];
    return html`<h2>${w.definition}${one.public === false ? html` <span class="badge">${w.internal}</span>` : nothing}</h2>
      <dl class="small num">${facts.filter(([, told_]) => told_).map(([title, told_]) => html`<dt>${title}</dt><dd>${told_}</dd>`)}</dl>`;
  }

  private formula(): TemplateResult | null {
    const { formula } = this.detail;
    const { lang } = store.state;
    if (!formula) return null;
    const of = (name: string | null, english: string | null | undefined, code: string | null | undefined): TemplateResult => {
      const text = titled({ title: name ?? "", title_en: english ?? "" });
      return code ? html`<span>${this.to(code, text)}</span>` : html`<span>${text}</span>`;
    };
    return html`<span class="formula"><span class="fraction">${of(formula.numerator, formula.numerator_en, formula.numerator_code)}${formula.denominator ? of(formula.denominator, formula.denominator_en, formula.denominator_code) : nothing}</span>
      ${formula.scale === 1 ? nothing : html`<span>×&nbsp;${number(formula.scale, lang)}</span>`}</span>`;
  }

  private to(code: string, text: string): TemplateResult {
    return html`<a class="link" href=${href({ ...store.state, indicator: code.toLowerCase(), period: null }, { page: "indicator", module: null })}>${text}</a>`;
  }

  private window(): string {
    const p = said();
    const { period, calendar } = this.detail;
    return `${capital(p.usual[period] ?? period)}, ${p.windows[calendar ?? "civil"] ?? calendar}.`;
  }

  private plans(): TemplateResult | null {
    const { plans } = this.detail;
    if (!plans?.length) return null;
    const catalogue = store.data.catalogue.value?.indicators;
    return html`${plans.map((plan, i) => html`${i ? html`<br>` : nothing}${plan.title ? html`${titled({ title: plan.title, title_en: plan.title_en ?? "" })}: ` : nothing}${this.to(plan.planned, named(catalogue?.find((one) => one.code === plan.planned.toLowerCase())) || plan.planned)}`)}`;
  }

  private bands(): string | null {
    const { bands, unit, target_low: low, target_high: high, decimals } = this.detail;
    const range = this.range(low, high, unit, decimals);
    const [green, yellow, orange] = (bands ?? []).map((band) => said().points(number(Math.abs(band), store.state.lang, band % 1 ? 1 : 0)));
    const steps = green && yellow && orange ? said().bands(green, yellow, orange) : null;
    return [range && capital(said().target(range)), steps].filter(Boolean).join(". ") || null;
  }

  private limits(): string | null {
    const { low, high, limit_low, limit_high, unit, decimals } = this.detail;
    const usual = this.range(low, high, unit, decimals);
    const hard = this.range(limit_low, limit_high, unit, decimals);
    return [usual && said().plausible(usual), hard && said().hard(hard)].filter(Boolean).join(" ") || null;
  }

  private range(low: number | null | undefined, high: number | null | undefined, unit: string, decimals: number): string | null {
    const p = said();
    const of = (value: number): string => told(value, unit, decimals);
    if (typeof low === "number" && typeof high === "number") return p.between(number(low, store.state.lang, low % 1 ? decimals : 0), of(high));
    return typeof low === "number" ? p.atLeast(of(low)) : typeof high === "number" ? p.atMost(of(high)) : null;
  }

  /** The present owner first; those before with their days. */
  private owners(): unknown {
    const { owners, owner } = this.detail;
    if (!owners?.length) return term(owner);
    const w = said().indicator;
    const { lang } = store.state;
    const days = (one: Owner): string => [one.since && w.since(date(one.since, lang)), one.until && w.until(date(one.until, lang))].filter(Boolean).join(", ");
    return html`${[...owners].reverse().map((one, i) => html`${i ? html`<br>` : nothing}<span class=${one.until ? "quiet" : ""}>${term(one.name)}${days(one) ? ` (${days(one)})` : ""}</span>`)}`;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
