// The frame of every page: the way to the map and between pages, search, language and shade; below it the page itself.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { copy } from "../copy";
import { icons, mark } from "../elements/icons";
import { follow } from "../elements/follow";
import { languageButton, themeButton } from "../elements/tools";
import { moment } from "../format";
import { placed, words } from "../i18n";
import { here, href, type Page } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Found } from "../types";
import { instant } from "./api";
import { followAsked, retryAll, unreachable } from "./asked";
import { said } from "./words";
import "../elements/tc-search";

const BODIES: Record<Exclude<Page, "map">, () => Promise<TemplateResult>> = {
  modules: () => import("./tc-modules").then(() => html`<tc-modules></tc-modules>`),
  module: () => import("./tc-module").then(() => html`<tc-module></tc-module>`),
  indicator: () => import("./tc-indicator-page").then(() => html`<tc-indicator-page></tc-indicator-page>`),
  area: () => import("./tc-area").then(() => html`<tc-area></tc-area>`),
};
const PAUSE = 5000;
const PHONE = matchMedia("(max-width: 900px)");

@customElement("tc-page")
export class TcPage extends LitElement {
  @state() private body: TemplateResult | null = null;
  @state() private searching = false;
  @state() private away = false;
  @state() private copied = false;
  private timer = 0;

  constructor() {
    super();
    follow(this);
    followAsked(() => this.look());
    store.follow(() => this.look());
    this.addEventListener("choose-found", (event) => this.found(event as CustomEvent<Found>));
    addEventListener("keydown", (event) => this.key(event));
    PHONE.addEventListener("change", () => this.requestUpdate());
    if (here.page !== "map") void BODIES[here.page]().then((body) => (this.body = body));
  }

  static override styles = [shared, css`
    :host { display: block; min-height: 100dvh; color: var(--ink); }
    .skip { position: absolute; left: -999rem; z-index: 30; padding: 0.5rem 1rem; background: var(--accent); color: var(--accent-ink); border-radius: 0 0 var(--radius-s) 0; }
    .skip:focus { left: 0; top: 0; }
    header { position: sticky; top: 0; z-index: 20; display: flex; align-items: center; gap: 0.75rem; height: var(--header); padding: 0 1rem; background: var(--paper); border-bottom: 1px solid var(--line); }
    .brand { display: flex; align-items: center; gap: 0.65rem; flex: none; padding: 0.25rem 0.5rem 0.25rem 0.1rem; color: inherit; text-decoration: none; border-radius: var(--radius-s); }
    .brand b { font-size: 1.1875rem; font-weight: 700; letter-spacing: -0.015em; line-height: 1.5; }
    nav { display: flex; gap: 0.15rem; padding-left: 0.65rem; border-left: 1px solid var(--line); }
    nav a { padding: 0.35rem 0.75rem; border-radius: var(--radius-s); color: var(--ink-2); text-decoration: none; font-weight: 550; white-space: nowrap; }
    nav a:hover { background: var(--paper-2); color: var(--ink); }
    nav a[aria-current] { background: var(--accent-soft); color: var(--accent); }
    .spring { flex: 1; }
    tc-search { width: 21rem; flex: 0 1 21rem; min-width: 10rem; }
    .tools { display: flex; gap: 0.15rem; flex: none; }
    .language { font-size: 0.8125rem; font-weight: 650; letter-spacing: 0.02em; }
    main { max-width: 104rem; margin: 0 auto; padding: 1.5rem clamp(0.9rem, 2.2vw, 2.5rem) 4rem; outline: none; }
    .wait { height: 60vh; }
    .away { position: sticky; top: calc(var(--header) + 0.5rem); z-index: 19; display: flex; align-items: center; gap: 0.75rem; width: fit-content; max-width: calc(100% - 1.5rem); margin: 0.5rem auto 0; padding: 0.4rem 0.5rem 0.4rem 1rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); box-shadow: var(--shadow-high); }
    .known { background: var(--accent-soft); color: var(--accent); }
    @media (max-width: 900px) {
      header { gap: 0.25rem; padding: 0 0.4rem 0 0.6rem; height: 3.5rem; }
      .brand b { display: none; }
      nav { padding-left: 0.35rem; border-left: 0; }
      nav a { padding: 0.35rem 0.6rem; }
      tc-search { flex: 1; width: auto; min-width: 0; }
      main { padding-top: 1rem; }
    }
    @media print { header { display: none; } }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const p = said();
    const focus = store.data.focus.value;
    if (!document.title.includes("·")) document.title = [p.modules, w.product].join(" · ");
    return html`
      <button class="skip" @click=${() => this.shadowRoot?.querySelector("main")?.focus()}>${p.skip}</button>
      <header>
        ${this.searching
          ? html`<tc-search></tc-search><button class="icon-button" aria-label=${w.close} @click=${() => (this.searching = false)}>${icons.close()}</button>`
          : html`
            <a class="brand" href=${href(store.state, { page: "map", module: null })} title=${p.openMap}>${mark()}<b>${w.product}</b></a>
            <nav aria-label=${p.nav}>
              <a href=${href(store.state, { page: "map", module: null })}>${p.map}</a>
              <a href=${href(store.state, { page: "modules", module: null })} aria-current=${here.page === "modules" ? "page" : nothing}>${p.modules}</a>
              ${focus && here.page !== "area" && !PHONE.matches ? html`<a href=${href(store.state, { page: "area", module: null })}>${placed(focus)}</a>` : nothing}
            </nav>
            <span class="spring"></span>
            ${!PHONE.matches ? html`<tc-search></tc-search>` : html`<button class="icon-button" aria-label=${w.search.label} @click=${() => void this.search()}>${icons.search()}</button>`}
            <div class="tools">${this.copyButton()}${themeButton()}${languageButton()}</div>`}
      </header>
      ${this.away ? html`<div class="away small" role="alert">${p.trouble}<button class="button" @click=${() => this.retry()}>${w.retry}</button></div>` : nothing}
      ${store.state.known ? html`<p class="away known small" role="status">${p.explain.known(moment(instant(store.state.known), store.state.lang))}<button class="button" @click=${() => store.go({ known: null }, "push")}>${p.explain.present}</button></p>` : nothing}
      <main id="main" tabindex="-1">${this.body ?? html`<div class="wait" aria-busy="true"><span class="bone" style="width:40%;height:2.4rem"></span></div>`}</main>
      <p class="hide" role="status">${this.copied ? w.share.copied : ""}</p>`;
  }

  private copyButton(): TemplateResult {
    const title = this.copied ? words().share.copied : said().copy;
    return html`<button class="icon-button" aria-label=${title} title=${title} @click=${async () => {
      this.copied = await copy(location.href);
      setTimeout(() => (this.copied = false), 2500);
    }}>${this.copied ? icons.check(20) : icons.link()}</button>`;
  }

  private async search(): Promise<void> {
    this.searching = true;
    await this.updateComplete;
    this.shadowRoot?.querySelector("tc-search")?.focus();
  }

  /** An indicator that is found has a page of its own; an area is shown on this one. */
  private found(event: CustomEvent<Found>): void {
    this.searching = false;
    const { type, code } = event.detail;
    if (type !== "indicator" || here.page === "indicator") return;
    event.preventDefault();
    location.assign(href({ ...store.state, indicator: code.toLowerCase(), period: null }, { page: "indicator", module: null }));
  }

  private look(): void {
    this.away = unreachable() || Object.values(store.data).some((one) => one.problem?.unreachable);
    if (this.away && !this.timer) this.timer = window.setInterval(() => this.retry(), PAUSE);
    if (!this.away && this.timer) {
      clearInterval(this.timer);
      this.timer = 0;
    }
  }

  private retry(): void {
    retryAll();
    store.retry();
  }

  private key(event: KeyboardEvent): void {
    const inField = event.composedPath().some((t) => t instanceof HTMLInputElement || t instanceof HTMLSelectElement || t instanceof HTMLTextAreaElement);
    if (event.key !== "/" || inField || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!PHONE.matches) this.shadowRoot?.querySelector("tc-search")?.focus();
    else void this.search();
  }
}
