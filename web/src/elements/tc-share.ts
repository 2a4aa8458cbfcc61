// Passing on what is on the screen: the address, or one self-contained file.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { link } from "../api";
import { copy } from "../copy";
import { words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-share")
export class TcShare extends LitElement {
  @state() private open = false;
  @state() private message = "";

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; position: relative; }
    .menu { position: absolute; z-index: 20; right: 0; top: calc(100% + 0.4rem); width: 19rem; max-width: calc(100vw - 1.5rem); padding: 0.4rem; background: var(--paper); border-radius: var(--radius); box-shadow: var(--shadow-high); }
    .menu a, .menu button { display: flex; gap: 0.75rem; width: 100%; padding: 0.6rem 0.7rem; border-radius: var(--radius-s); color: var(--ink); text-decoration: none; line-height: 1.45; }
    .menu a:hover, .menu button:hover { background: var(--paper-2); }
    .menu svg { flex: none; color: var(--accent); margin-top: 0.1rem; }
    .menu small { display: block; color: var(--ink-3); font-size: 0.8125rem; }
    .done { padding: 0.35rem 0.7rem; color: var(--good); font-weight: 550; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || !this.open) return;
      this.open = false;
      this.shadowRoot?.querySelector("button")?.focus();
    });
    this.addEventListener("focusout", (e) => {
      if (!this.shadowRoot?.contains(e.relatedTarget as Node)) setTimeout(() => !this.matches(":focus-within") && (this.open = false), 120);
    });
  }

  protected override render(): TemplateResult {
    const w = words();
    const now = store.shown;
    const { indicator, area, lang } = store.state;
    const file = link("/api/share", {
      indicator, area, period: now?.period, level: now?.lens ? null : now?.level, method: store.data.legend.value?.method ?? store.state.method, lang,
      boundary: now?.boundary, frame: now?.frame, lens: now?.lens,
    });
    return html`<button class="icon-button" aria-haspopup="true" aria-expanded=${this.open} aria-label=${w.share.title} title=${w.share.title}
        @click=${() => { this.open = !this.open; this.message = ""; }}>${icons.share()}</button>
      ${this.open
        ? html`<div class="menu">
            <button @click=${() => void this.copy()}>${icons.link()}<span>${w.share.copy}</span></button>
            ${now?.period ? html`<a href=${file} download>${icons.file()}<span>${w.share.download}<small>${w.share.downloadNote}</small></span></a>` : nothing}
            <p class="done small" role="status">${this.message}</p>
          </div>`
        : nothing}`;
  }

  private async copy(): Promise<void> {
    const w = words();
    this.message = (await copy(location.href)) ? w.share.copied : w.share.failed;
  }
}
