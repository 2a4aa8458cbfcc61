// The latest value of every indicator in the selected area, by module.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { fold, number } from "../format";
import { named, term, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Figure, Indicator } from "../types";
import { follow } from "./follow";
import { changed } from "./changed";
import { icons } from "./icons";

@customElement("tc-figures")
export class TcFigures extends LitElement {
  @state() private text = "";

  constructor() {
    super();
    follow(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    store.wantFigures(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    store.wantFigures(false);
  }

  static override styles = [shared, css`
    :host { display: block; }
    h2 { font-size: 0.8125rem; font-weight: 650; line-height: 1.5; color: var(--accent); margin: 1.1rem 0 0.2rem; }
    li button { display: grid; grid-template-columns: 0.6rem 1fr auto; gap: 0.6rem; align-items: baseline; width: calc(100% + 1rem); margin: 0 -0.5rem; padding: 0.45rem 0.5rem; border-radius: var(--radius-s); }
    li button:hover { background: var(--paper-2); }
    li button[aria-current="true"] { background: var(--accent-soft); }
    i { width: 0.6rem; height: 0.6rem; border-radius: 99px; align-self: center; }
    .name { line-height: 1.45; }
    .end { text-align: right; line-height: 1.4; }
    .end b { font-weight: 620; white-space: nowrap; }
    .end span { display: block; color: var(--ink-3); font-size: 0.75rem; white-space: nowrap; }
    .message { padding: 1.5rem 0.5rem; color: var(--ink-2); }
    .badge { margin-top: 0.5rem; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const { figures, catalogue } = store.data;
    if (figures.problem) return html`<p class="message">${figures.problem.message || w.problem.partial}</p>`;
    if (!figures.value || !catalogue.value || figures.of !== figures.key) return html`<p class="message">${w.loading}</p>`;
    const known = new Map(catalogue.value.indicators.map((i) => [i.code, i]));
    const asked = fold(this.text.trim());
    const list = figures.value.figures.flatMap((figure) => {
      const indicator = known.get(figure.code);
      return indicator && (!asked || fold(`${indicator.code} ${indicator.name} ${indicator.name_en}`).includes(asked)) ? [{ figure, indicator }] : [];
    });
    return html`
      <label class="field">${icons.search()}<span class="hide">${w.figuresList.filter}</span>
        <input type="search" placeholder=${w.figuresList.filter} .value=${this.text} @input=${(e: InputEvent) => (this.text = (e.target as HTMLInputElement).value)} /></label>
      ${list.some((x) => x.figure.sample) ? html`<span class="badge sample">${w.sample}</span>` : nothing}
      ${list.length ? nothing : html`<p class="message">${asked ? w.indicator.none : w.figuresList.empty}</p>`}
      ${catalogue.value.modules.map((module) => {
        const mine = list.filter((x) => x.indicator.module === module.id);
        return mine.length ? html`<section><h2>${titled(module)}</h2><ul>${mine.map((x) => this.line(x.figure, x.indicator))}</ul></section>` : nothing;
      })}`;
  }

  private line(figure: Figure, indicator: Indicator): TemplateResult {
    const { lang } = store.state;
    return html`<li><button aria-current=${indicator.code === store.state.indicator} @click=${() => store.go({ indicator: indicator.code, method: null }, "push")}>
      <i aria-hidden="true" style=${figure.state === null ? "" : `background:var(--state-${figure.state})`}></i>
      <span class="name">${named(indicator)}</span>
      <span class="end num"><b>${figure.value === null ? "–" : `${number(figure.value, lang, indicator.decimals)}${indicator.unit ? `\u00a0${term(indicator.unit)}` : ""}`}</b>
        <span>${periodTitle(figure.period, lang, true)}${figure.change === null ? "" : ` · ${changed(figure.change, figure.change_percent, indicator.unit, indicator.decimals)}`}</span></span>
    </button></li>`;
  }
}
