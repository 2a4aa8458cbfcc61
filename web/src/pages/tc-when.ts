// The period of a page: its kind, the period, a step back and forth, and the newest of all.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "../elements/icons";
import { kindOf, lastDay, period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import { chosen } from "./pick";
import { said } from "./words";

const ORDER = ["day", "week", "month", "to_date", "quarter", "half", "nine", "year", "school"];

@customElement("tc-when")
export class TcWhen extends LitElement {
  /** Every period that can be chosen, of all kinds. */
  @property({ attribute: false }) periods: string[] = [];
  /** The period that is shown where none was chosen. */
  @property() shown = "";
  @property() look = "";

  static override styles = [shared, chosen, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; }
    .steps { display: flex; align-items: center; }
    .turn svg { rotate: 180deg; }
    .newest { color: var(--accent); font-weight: 550; padding: 0.35rem 0.6rem; border-radius: var(--radius-s); }
    .newest:hover { background: var(--accent-soft); }
  `];

  protected override render(): TemplateResult | typeof nothing {
    if (!this.periods.length) return nothing;
    const w = said().when;
    const { lang, period } = store.state;
    const kinds = [...new Set(this.periods.map(kindOf))].sort((a, b) => rank(a) - rank(b));
    const shown = period ?? this.shown;
    const kind = kinds.includes(kindOf(shown)) ? kindOf(shown) : kinds[0]!;
    const list = of(this.periods, kind);
    const at = list.indexOf(shown);
    return html`
      ${kinds.length > 1
        ? html`<label class="pick"><span class="hide">${w.kind}</span><select @change=${(e: Event) => this.turn((e.target as HTMLSelectElement).value, shown)}>
            ${kinds.map((one) => html`<option value=${one} ?selected=${one === kind}>${said().kinds[one] ?? one}</option>`)}</select>${icons.down(14)}</label>`
        : nothing}
      <span class="steps">
        <button class="icon-button" aria-label=${w.previous} title=${w.previous} ?disabled=${at <= 0} @click=${() => this.go(list[at - 1]!)}>${icons.left(18)}</button>
        <label class="pick"><span class="hide">${w.period}</span><select class="num" @change=${(e: Event) => this.go((e.target as HTMLSelectElement).value)}>
          ${at < 0 ? html`<option value=${shown} selected>${periodTitle(shown, lang)}</option>` : nothing}
          ${[...list].reverse().map((one) => html`<option value=${one} ?selected=${one === shown}>${periodTitle(one, lang)}</option>`)}</select>${icons.down(14)}</label>
        <button class="icon-button turn" aria-label=${w.next} title=${w.next} ?disabled=${at < 0 || at === list.length - 1} @click=${() => this.go(list[at + 1]!)}>${icons.left(18)}</button>
      </span>
      ${period ? html`<button class="newest small" @click=${() => this.go(null)}>${w.newest}</button>` : nothing}`;
  }

  /** Another kind: its last period that ends no later than the one shown. */
  private turn(kind: string, shown: string): void {
    const list = of(this.periods, kind);
    const end = shown ? lastDay(shown) : "9999";
    this.go(list.findLast((one) => lastDay(one) <= end) ?? list[0]!);
  }

  private go(period: string | null): void {
    store.go({ period });
  }
}

const rank = (kind: string): number => ORDER.indexOf(kind.split("@")[0]!) * 2 + (kind.includes("@") ? 1 : 0);
const of = (periods: string[], kind: string): string[] => [...new Set(periods.filter((one) => kindOf(one) === kind))].sort();
