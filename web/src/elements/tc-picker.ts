// The catalogue of indicators by module, with a forgiving search and honest marks of what has figures.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { fold } from "../format";
import { named, term, titled, words } from "../i18n";
import { period } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Indicator } from "../types";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-picker")
export class TcPicker extends LitElement {
  @state() private text = "";
  @state() private onlyWith = true;
  @query("dialog") private dialog!: HTMLDialogElement;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    dialog { width: min(46rem, calc(100vw - 2rem)); height: min(46rem, calc(100vh - 4rem)); padding: 0; border: 0; border-radius: 1rem; background: var(--paper); color: var(--ink); box-shadow: var(--shadow-high); overflow: hidden; }
    dialog::backdrop { background: rgb(8 20 28 / 0.45); }
    .all { display: flex; flex-direction: column; height: 100%; }
    header { padding: 1.1rem 1.25rem 0.9rem; border-bottom: 1px solid var(--line); display: grid; gap: 0.75rem; }
    .top { display: flex; align-items: center; justify-content: space-between; }
    h2 { font-size: 1.1875rem; font-weight: 650; line-height: 1.4; }
    .options { display: flex; align-items: center; justify-content: space-between; gap: 1rem; color: var(--ink-2); }
    .options label { display: flex; gap: 0.5rem; align-items: center; cursor: pointer; }
    input[type="checkbox"] { accent-color: var(--accent); width: 1.05rem; height: 1.05rem; margin: 0; }
    .body { flex: 1; padding: 0 0.75rem 1rem; }
    h3 { position: sticky; top: 0; z-index: 1; padding: 0.9rem 0.5rem 0.35rem; font-size: 0.8125rem; line-height: 1.5; font-weight: 650; color: var(--accent); background: var(--paper); display: flex; justify-content: space-between; }
    h3 span { color: var(--ink-3); font-weight: 500; }
    .item { display: grid; grid-template-columns: 5.25rem 1fr auto; gap: 0.75rem; align-items: baseline; width: 100%; padding: 0.5rem; border-radius: var(--radius-s); }
    .item:hover, .item:focus-visible { background: var(--paper-2); }
    .item[aria-current="true"] { background: var(--accent-soft); }
    .code { color: var(--ink-3); font-size: 0.75rem; font-weight: 550; }
    .name { line-height: 1.45; }
    .tags { display: flex; flex-wrap: wrap; gap: 0.3rem; justify-content: flex-end; }
    .item.without .name { color: var(--ink-3); }
    .badge.has { background: var(--accent-soft); color: var(--accent); }
    .message { padding: 2rem 1rem; text-align: center; color: var(--ink-2); }
    @media (max-width: 900px) {
      dialog { width: 100vw; max-width: none; height: 100dvh; max-height: none; border-radius: 0; margin: 0; }
      .item { grid-template-columns: 1fr; gap: 0.15rem; padding: 0.6rem 0.5rem; }
      .tags { justify-content: flex-start; }
    }
  `];

  show(): void {
    this.text = "";
    this.dialog.showModal();
    this.updateComplete.then(() => this.shadowRoot?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "center" }));
  }

  protected override render(): TemplateResult {
    const w = words();
    const catalogue = store.data.catalogue.value;
    const wanted = this.matching(catalogue?.indicators ?? []);
    return html`<dialog aria-label=${w.indicator.title} @click=${(e: Event) => e.target === this.dialog && this.dialog.close()}>
      <div class="all">
        <header>
          <div class="top"><h2>${w.indicator.title}</h2>
            <button class="icon-button" aria-label=${w.close} @click=${() => this.dialog.close()}>${icons.close()}</button></div>
          <label class="field">${icons.search()}<span class="hide">${w.indicator.filter}</span>
            <input type="search" autofocus placeholder=${w.indicator.placeholder} .value=${this.text} autocomplete="off" spellcheck="false"
              @input=${(e: InputEvent) => this.typed((e.target as HTMLInputElement).value)} @keydown=${this.key} /></label>
          <div class="options small">
            <label><input type="checkbox" .checked=${this.onlyWith} @change=${(e: Event) => (this.onlyWith = (e.target as HTMLInputElement).checked)} />${w.indicator.onlyWith}</label>
            <span class="num" role="status">${w.indicator.count(wanted.length, catalogue?.indicators.length ?? 0)}</span>
          </div>
        </header>
        <div class="body scroll" @keydown=${this.move}>
          ${!catalogue ? html`<p class="message">${w.loading}</p>` : nothing}
          ${catalogue && !wanted.length ? html`<p class="message">${w.indicator.none}</p>` : nothing}
          ${catalogue?.modules.map((module) => {
            const list = wanted.filter((i) => i.module === module.id);
            return list.length
              ? html`<section><h3>${titled(module)}<span class="num">${list.length}</span></h3><ul>${list.map((i) => this.item(i))}</ul></section>`
              : nothing;
          })}
        </div>
      </div>
    </dialog>`;
  }

  private item(i: Indicator): TemplateResult {
    const w = words();
    const last = i.last.commune ?? i.last.province ?? i.last.country;
    return html`<li><button class="item ${i.levels.length ? "" : "without"}" aria-current=${i.code === store.state.indicator} @click=${() => this.choose(i)}>
      <span class="code num">${i.code.toUpperCase()}</span>
      <span class="name">${named(i)}${i.unit ? html` <span class="quiet">(${term(i.unit)})</span>` : nothing}</span>
      <span class="tags">
        ${i.levels.length
          ? html`${last ? html`<span class="badge has num">${period(last, store.state.lang, true)}</span>` : nothing}${i.sample ? html`<span class="badge sample">${w.sample}</span>` : nothing}`
          : html`<span class="badge">${w.indicator.without}</span>`}
      </span>
    </button></li>`;
  }

  private matching(all: Indicator[]): Indicator[] {
    const asked = fold(this.text).split(/[^\p{L}\p{N}-]+/u).filter(Boolean);
    return all.filter((i) => {
      if (this.onlyWith && !i.levels.length && i.code !== store.state.indicator) return false;
      if (!asked.length) return true;
      const text = ` ${fold(`${i.code} ${i.name} ${i.name_en}`).replace(/[^\p{L}\p{N}-]+/gu, " ")}`;
      return asked.every((word) => text.includes(` ${word}`));
    });
  }

  private typed(text: string): void {
    this.text = text;
    this.shadowRoot?.querySelector(".body")?.scrollTo(0, 0);
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault(); // else the first one only empties the field
      this.dialog.close();
    }
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    const first = this.shadowRoot?.querySelector<HTMLButtonElement>(".item");
    if (event.key === "Enter" && this.text) first?.click();
    else first?.focus();
  };

  private readonly move = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const items = [...(this.shadowRoot?.querySelectorAll<HTMLButtonElement>(".item") ?? [])];
    const at = items.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement);
    items[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  };

  private choose(i: Indicator): void {
    this.dialog.close();
    store.go({ indicator: i.code, method: null }, "push");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-picker": TcPicker;
  }
}
