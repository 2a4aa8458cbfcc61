// The indicator on the map: its name, unit and rhythm; opens the catalogue.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { named, term, titled, words } from "../i18n";
import { kindOf } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-indicator")
export class TcIndicator extends LitElement {
  /** Name and sample mark only, for a narrow screen. */
  @property({ type: Boolean, reflect: true }) short = false;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; }
    button { display: block; width: 100%; padding: 0.9rem 1rem 0.8rem; border-radius: inherit; transition: background var(--quick); }
    button:hover { background: var(--paper-2); }
    .module { color: var(--accent); font-weight: 600; }
    .row { display: flex; gap: 0.75rem; align-items: flex-start; }
    h2 { flex: 1; margin-top: 0.1rem; font-size: 1.0625rem; line-height: 1.4; font-weight: 650; text-wrap: pretty; }
    .chevron { display: grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; margin-top: -0.05rem; border-radius: 99px; background: var(--accent-soft); color: var(--accent); }
    .meta { display: flex; flex-wrap: wrap; gap: 0.15rem 0.6rem; margin-top: 0.35rem; color: var(--ink-3); align-items: center; }
    .meta span + span::before { content: "·"; margin-right: 0.6rem; }
    .badge { margin-top: 0.45rem; }
    :host([short]) button { padding: 0.6rem 0.8rem 0.65rem 1rem; }
    :host([short]) .module, :host([short]) .meta { display: none; }
    :host([short]) h2 { font-size: 0.9375rem; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
    :host([short]) .badge { margin-top: 0.25rem; font-size: 0.6875rem; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const detail = store.data.detail.value;
    if (!detail) {
      return html`<div style="padding:1rem"><span class="bone" style="width:40%"></span><span class="bone" style="margin-top:.5rem;height:2.6rem"></span></div>`;
    }
    const module = store.data.catalogue.value?.modules.find((m) => m.id === detail.module);
    const now = store.shown;
    const lone = now?.periods.length === 1; // one figure has no rhythm
    const rhythm = lone ? "" : (w.indicator.kinds[now?.period ? kindOf(now.period) : detail.period] ?? "");
    const facts = [term(detail.unit), rhythm, w.indicator[detail.direction]].filter(Boolean);
    return html`<button @click=${() => this.dispatchEvent(new CustomEvent("choose-indicator", { bubbles: true, composed: true }))}
        aria-label="${w.indicator.change}: ${named(detail)}" aria-haspopup="dialog">
      <p class="module small">${titled(module)}</p>
      <div class="row"><h2>${named(detail)}</h2><span class="chevron" aria-hidden="true">${icons.down()}</span></div>
      <p class="meta small">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
      ${detail.sample ? html`<span class="badge sample" title=${w.sampleLong}>${w.sample}</span>` : nothing}
    </button>`;
  }
}
