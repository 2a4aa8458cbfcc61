// How many indicators are green, yellow, orange and red: a bar in proportion, and the numbers with their signs.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { stateMark } from "../elements/swatch";
import { number } from "../format";
import { words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { figureCss, stateColour, STATES } from "./figure";
import type { Counts } from "./modules";
import { said } from "./words";

@customElement("tc-state-bar")
export class TcStateBar extends LitElement {
  @property({ attribute: false }) counts!: Counts;
  /** With the words of the states, for the head of a page. */
  @property({ type: Boolean, reflect: true }) long = false;
  @property() look = "";

  static override styles = [shared, figureCss, css`
    :host { display: block; }
    .bar { display: flex; gap: 2px; height: 0.4rem; border-radius: 99px; overflow: hidden; background: var(--paper-3); }
    .bar i { background: var(--of); }
    ul { display: flex; flex-wrap: wrap; gap: 0.15rem 0.8rem; margin-top: 0.4rem; }
    li { display: inline-flex; align-items: center; gap: 0.35rem; color: var(--ink-2); }
    b { font-weight: 650; color: var(--ink); }
    :host([long]) .bar { height: 0.6rem; }
    :host([long]) ul { gap: 0.25rem 1.25rem; margin-top: 0.6rem; }
    .none { color: var(--ink-3); }
  `];

  protected override render(): TemplateResult {
    const p = said();
    const { lang } = store.state;
    const { counts } = this;
    const judged = STATES.filter((state) => counts[state]);
    return html`
      ${judged.length ? html`<div class="bar" aria-hidden="true">${judged.map((state) => html`<i style="flex:${counts[state]};--of:${stateColour(state)}"></i>`)}</div>` : nothing}
      <ul class="small num">${judged.length
        ? STATES.filter((state) => this.long || counts[state]).map((state) => html`<li title=${words().panel.states[state]}>${stateMark(state, store.theme, "1.05rem")}<b>${number(counts[state], lang)}</b>
            <span class=${this.long ? "" : "hide"}>${p.states[state]}</span></li>`)
        : html`<li class="none">${p.noStates}</li>`}
        ${counts.none && judged.length ? html`<li class="none"><span>${number(counts.none, lang)} ${p.noTarget}</span></li>` : nothing}
      </ul>`;
  }
}
