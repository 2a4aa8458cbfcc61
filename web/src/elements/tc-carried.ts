// Why a value carries "=" or "≈": where its figures were collected, how they were put together, how much of it is estimated.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { goTo, seeSources } from "../choose";
import { number, withUnit } from "../format";
import { named, term, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Card, CarriedCard } from "../types";
import { origin, sign, sureness } from "./about";
import { follow } from "./follow";
import { icons } from "./icons";
import { divided, partOf } from "./tc-family";

@customElement("tc-carried")
export class TcCarried extends LitElement {
  @property({ attribute: false }) card!: Card;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; margin-top: 0.6rem; }
    details { border-radius: var(--radius-s); background: var(--paper-2); }
    summary { display: grid; grid-template-columns: 1fr auto; gap: 0.1rem 0.5rem; align-items: center; padding: 0.5rem 0.75rem; cursor: pointer; list-style: none; border-radius: inherit; }
    summary::-webkit-details-marker { display: none; }
    summary b { font-weight: 600; color: var(--ink); }
    summary .sure { grid-column: 1; color: var(--ink-2); }
    summary svg { grid-row: 1 / span 2; grid-column: 2; color: var(--ink-3); transition: rotate var(--quick); }
    details[open] summary svg { rotate: 180deg; }
    .inside { padding: 0 0.75rem 0.7rem; }
    dl { display: grid; grid-template-columns: auto 1fr; gap: 0.15rem 0.75rem; padding-bottom: 0.5rem; }
    dt { color: var(--ink-3); white-space: nowrap; }
    li { display: grid; grid-template-columns: 1fr auto; gap: 0.6rem; padding: 0.2rem 0; border-top: 1px solid var(--line); align-items: baseline; }
    button { color: var(--accent); font-weight: 550; line-height: 1.45; }
    button:hover { text-decoration: underline; text-underline-offset: 0.15em; }
    .show { display: flex; align-items: center; gap: 0.4rem; margin-top: 0.5rem; }
    .part { color: var(--ink-3); font-weight: 450; }
    li b { font-weight: 600; white-space: nowrap; }
    .refused { display: flex; gap: 0.5rem; padding: 0.5rem 0.75rem; color: var(--warn-ink); background: var(--warn-soft); border-radius: var(--radius-s); margin-bottom: 0.5rem; }
    .refused svg { flex: none; margin-top: 0.15em; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const { carried } = this.card;
    if (!carried) return nothing;
    const w = words().reform;
    if (carried.refused) {
      return html`<p class="refused small">${icons.warning()}<span>${this.text(carried.refused_text, carried.refused_text_en)}</span></p>
        <details open class="small"><summary><b>${w.sideBySide}</b>${icons.down()}</summary><div class="inside">${this.sources(carried)}
          <button class="show" @click=${() => seeSources(carried)}>${icons.place()} ${w.seeSources}</button></div></details>`;
    }
    const { low, high } = this.band();
    return html`<details class="small"><summary><b>${sign(carried)} ${w.mark(origin(carried.boundary, carried.level))}</b>${icons.down()}
        <span class="sure num">${sureness(carried.estimated, low, high, this.card.decimals)}</span></summary>
      <div class="inside"><dl><dt>${w.method}</dt><dd>${this.text(carried.method_text, carried.method_text_en)}</dd>
        ${carried.known < carried.of ? html`<dt>${w.sources}</dt><dd>${w.sourcesOf(number(carried.known, store.state.lang), number(carried.of, store.state.lang))}</dd>` : nothing}</dl>
      ${this.sources(carried)}<button class="show" @click=${() => seeSources(carried)}>${icons.place()} ${w.seeSources}</button></div></details>`;
  }

  private band(): { low: number | null; high: number | null } {
    const { series, period } = this.card;
    const at = series.periods.indexOf(period);
    return { low: series.low[at] ?? null, high: series.high[at] ?? null };
  }

  /** The areas a value comes from with their own figures, and the part of each that was taken where it was divided. */
  private sources(carried: CarriedCard): TemplateResult {
    const { lang } = store.state;
    const slice = store.data.origins.value;
    const values = new Map(slice?.period === this.card.period && slice.indicator === this.card.indicator ? slice.ids.map((id, i) => [id, slice.values[i] ?? null]) : []);
    const subject = store.subject;
    const parts = new Map(subject?.predecessors.filter(divided).map((one) => [one.id, partOf(one)]));
    return html`<ul>${carried.sources.map((one) => {
      const part = parts.get(one.id);
      const value = values.get(one.id);
      return html`<li><span><button @click=${() => goTo({ code: one.code, boundary: carried.boundary })}>${named(one)}</button>
          ${part ? html`<span class="part num">(${part})</span>` : nothing}</span>
        <b class="num">${value === undefined || value === null ? (value === null ? "–" : "") : withUnit(value, term(this.card.unit), lang, this.card.decimals)}</b></li>`;
    })}</ul>`;
  }

  private text(vi: string | null, en: string | null): string {
    return (store.state.lang === "en" ? en : vi) ?? "";
  }
}
