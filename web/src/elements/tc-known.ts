// What was known at a moment: a band that says so over the map, and the question for the moment. Fetched by those who look back.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";
import { moment } from "../api";
import { moment as told } from "../format";
import { words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-known")
export class TcKnown extends LitElement {
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("input") private input!: HTMLInputElement;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { position: absolute; z-index: 13; left: calc(var(--rail) + var(--gap) * 2); right: 4rem; top: var(--gap); display: grid; justify-items: center; pointer-events: none; }
    .band { pointer-events: auto; display: flex; flex-wrap: wrap; align-items: center; gap: 0.15rem 0.6rem; padding: 0.3rem 0.4rem 0.3rem 0.9rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); box-shadow: inset 0 0 0 1px var(--warn-line), var(--shadow-high); line-height: 1.5; }
    .band svg { flex: none; }
    .band b { font-weight: 600; }
    .band button { min-height: 2rem; padding: 0.1rem 0.7rem; border-radius: 0.4rem; font-weight: 600; text-decoration: underline; text-underline-offset: 0.2em; color: inherit; }
    .band button:hover { background: color-mix(in srgb, var(--warn-line) 45%, transparent); }
    dialog { width: min(26rem, calc(100vw - 2rem)); padding: 1.25rem 1.4rem 1.4rem; border: 0; border-radius: 1rem; background: var(--paper); color: var(--ink); box-shadow: var(--shadow-high); pointer-events: auto; }
    dialog::backdrop { background: rgb(8 20 28 / 0.45); }
    h2 { font-size: 1.0625rem; font-weight: 650; line-height: 1.4; }
    p { margin-top: 0.35rem; color: var(--ink-2); }
    input { width: 100%; min-height: 2.75rem; margin-top: 0.9rem; padding: 0.3rem 0.75rem; border: 0; border-radius: var(--radius-s); background: var(--paper-2); box-shadow: inset 0 0 0 1px var(--line-2); color: var(--ink); font: inherit; color-scheme: inherit; }
    .acts { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: flex-end; margin-top: 1rem; }
    @media (max-width: 900px) { :host { left: 0.6rem; right: 0.6rem; top: auto; bottom: calc(176px + 3rem); } .band { gap: 0.15rem; padding-left: 0.6rem; } .band b { flex: 1; font-size: 0.75rem; } .band .change { display: none; } }
  `];

  ask(): void {
    this.input.value = (store.state.known ?? nowHere()).padEnd(16, "T23:59").slice(0, 16);
    this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    const w = words().known;
    const { known, lang } = store.state;
    return html`${known
        ? html`<div class="band small" role="status">${icons.clock(16)}<b class="num">${w.band(told(moment(known), lang))}</b>
            <button class="change" @click=${() => this.ask()}>${w.change}</button><button @click=${() => this.go(null)}>${w.now}</button></div>`
        : nothing}
      <dialog aria-labelledby="asked" @click=${(event: Event) => event.target === this.dialog && this.dialog.close()}>
        <form method="dialog" @submit=${() => this.go(this.input.value || null)}>
          <h2 id="asked">${w.title}</h2>
          <p class="small">${w.why}</p>
          <input type="datetime-local" required aria-label=${w.label} max=${nowHere()} />
          <div class="acts"><button type="button" class="button" @click=${() => this.dialog.close()}>${words().close}</button><button class="button main">${w.show}</button></div>
        </form>
      </dialog>`;
  }

  private go(known: string | null): void {
    store.go({ known }, "push");
  }
}

/** The present minute by Viet Nam's clock. */
function nowHere(): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short", timeStyle: "short" }).format(new Date()).replace(" ", "T");
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-known": TcKnown;
  }
}
