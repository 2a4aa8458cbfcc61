// One sentence over the map about an address that could not be followed to the letter.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { words } from "../i18n";
import { ignored, otherPeriod } from "../ignored";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-notice")
export class TcNotice extends LitElement {
  @state() private closed = false;
  /** What is shown in place of the period asked for; looked at once, when the first figures are known. */
  private instead: { wanted: string; shown: string } | null | undefined;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { position: absolute; z-index: 14; top: 0.75rem; left: 0.75rem; right: 0.75rem; display: grid; justify-items: center; pointer-events: none; }
    .box { pointer-events: auto; display: flex; align-items: flex-start; gap: 0.6rem; max-width: 36rem; padding: 0.55rem 0.4rem 0.55rem 0.9rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); box-shadow: var(--shadow-high); line-height: 1.5; }
    .box > svg { flex: none; margin-top: 0.2em; }
    p { overflow-wrap: anywhere; }
    .icon-button { width: 1.75rem; height: 1.75rem; flex: none; color: inherit; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const start = store.data.start.value;
    if (this.closed || !start) return nothing;
    this.look();
    const w = words();
    const { lang } = store.state;
    const parts = ignored(start);
    const sentences = [
      parts.length ? w.problem.ignored(parts.join(", ")) : "",
      this.instead ? w.problem.otherPeriod(periodTitle(this.instead.wanted, lang), periodTitle(this.instead.shown, lang)) : "",
    ].filter(Boolean);
    if (!sentences.length) return nothing;
    return html`<div class="box small" role="status">${icons.warning()}<p>${sentences.join(" ")}</p>
      <button class="icon-button" aria-label=${w.close} @click=${() => (this.closed = true)}>${icons.close(16)}</button></div>`;
  }

  private look(): void {
    const now = store.shown;
    if (this.instead !== undefined || !now?.period) return;
    const wanted = otherPeriod(now);
    this.instead = wanted ? { wanted, shown: now.period } : null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-notice": TcNotice;
  }
}
