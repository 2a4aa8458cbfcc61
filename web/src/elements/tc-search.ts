// Finds areas and indicators: without accents, by former names, by code; all by keyboard.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import * as api from "../api";
import { titled, words } from "../i18n";
import { goToPresent } from "../choose";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Found } from "../types";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-search")
export class TcSearch extends LitElement {
  @state() private text = "";
  @state() private found: Found[] | null = null;
  @state() private failed = false;
  @state() private open = false;
  @state() private active = 0;
  @query("input") private input!: HTMLInputElement;
  private asking: AbortController | null = null;
  private timer = 0;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; position: relative; }
    .field { min-height: 2.5rem; }
    kbd { font: inherit; font-size: 0.75rem; padding: 0 0.4rem; border-radius: 0.3rem; box-shadow: inset 0 0 0 1px var(--line-2); color: var(--ink-3); }
    .list { position: absolute; z-index: 20; top: calc(100% + 0.4rem); right: 0; width: max(100%, 24rem); max-width: calc(100vw - 1.5rem); max-height: min(28rem, 70vh); padding: 0.4rem; background: var(--paper); border-radius: var(--radius); box-shadow: var(--shadow-high); }
    li { display: flex; align-items: center; gap: 0.75rem; padding: 0.5rem 0.65rem; border-radius: var(--radius-s); cursor: pointer; }
    li svg { flex: none; color: var(--ink-3); }
    li[aria-selected="true"] { background: var(--accent-soft); }
    li[aria-selected="true"] svg { color: var(--accent); }
    .title { font-weight: 550; line-height: 1.45; }
    .sub { color: var(--ink-3); line-height: 1.45; }
    .message { padding: 0.75rem; color: var(--ink-2); }
    @media (max-width: 900px) { kbd { display: none; } .list { left: 0; right: auto; width: calc(100vw - 1.25rem); } }
  `];

  override focus(): void {
    this.input.focus();
    this.input.select();
  }

  protected override render(): TemplateResult {
    const w = words();
    const showing = this.open && this.text.trim() !== "";
    return html`
      <label class="field">
        <span class="hide">${w.search.label}</span>
        ${icons.search()}
        <input type="search" role="combobox" autocomplete="off" spellcheck="false" enterkeyhint="search"
          aria-expanded=${showing && !!this.found?.length} aria-controls="list" aria-autocomplete="list"
          aria-activedescendant=${showing && this.found?.length ? `r${this.active}` : nothing}
          placeholder=${w.search.placeholder} .value=${this.text}
          @input=${(e: InputEvent) => this.typed((e.target as HTMLInputElement).value)}
          @focus=${() => (this.open = true)} @blur=${() => setTimeout(() => (this.open = false), 150)} @keydown=${this.key} />
        ${this.text ? nothing : html`<kbd aria-hidden="true">/</kbd>`}
      </label>
      <p class="hide" role="status">${showing && this.found ? w.search.count(this.found.length) : ""}</p>
      ${showing && (this.found || this.failed) ? this.list() : nothing}
    `;
  }

  private list(): TemplateResult {
    const w = words();
    if (this.failed) return html`<div class="list"><p class="message">${w.search.failed}</p></div>`;
    if (!this.found?.length) return html`<div class="list"><p class="message">${w.search.nothing(this.text.trim())}</p></div>`;
    return html`<ul class="list scroll" id="list" role="listbox" aria-label=${w.search.label}>
      ${this.found.map((item, i) => html`<li id="r${i}" role="option" aria-selected=${i === this.active}
        @pointerdown=${(e: Event) => e.preventDefault()} @pointermove=${() => (this.active = i)} @click=${() => this.choose(item)}>
        ${item.type === "area" ? icons.place() : icons.chart()}
        <div><p class="title">${titled(item)}</p><p class="sub small">${(store.state.lang === "en" && item.subtitle_en) || item.subtitle}</p></div>
      </li>`)}
    </ul>`;
  }

  private typed(text: string): void {
    this.text = text;
    this.open = true;
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!text.trim()) {
      this.found = null;
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(text.trim()), 140);
  }

  private async ask(text: string): Promise<void> {
    const asking = (this.asking = new AbortController());
    try {
      const found = await api.search(text, store.state.lang, asking.signal);
      if (asking.signal.aborted) return;
      this.found = found;
      this.failed = false;
      this.active = 0;
    } catch {
      if (!asking.signal.aborted) this.failed = true;
    }
  }

  private readonly key = async (event: KeyboardEvent): Promise<void> => {
    const n = this.found?.length ?? 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (n) this.active = (this.active + (event.key === "ArrowDown" ? 1 : n - 1)) % n;
      this.updateComplete.then(() => this.shadowRoot?.getElementById(`r${this.active}`)?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      if (!this.found && this.text.trim()) {
        clearTimeout(this.timer);
        await this.ask(this.text.trim());
      }
      const item = this.found?.[this.active];
      if (item) this.choose(item);
    } else if (event.key === "Escape") {
      if (this.text) this.typed("");
      else this.input.blur();
    }
  };

  private choose(item: Found): void {
    this.text = "";
    this.found = null;
    this.open = false;
    this.input.blur();
    // A page may have another way of going there than the map.
    const own = !this.dispatchEvent(new CustomEvent("choose-found", { detail: item, bubbles: true, composed: true, cancelable: true }));
    if (own) return;
    if (item.type === "area") goToPresent(item.code);
    else store.go({ indicator: item.code.toLowerCase(), method: null }, "push");
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-search": TcSearch;
  }
}
