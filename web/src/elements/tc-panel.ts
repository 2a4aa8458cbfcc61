// The selected area: its name, and three ways to look at it.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { date } from "../format";
import { placed, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import "./tc-card";
import "./tc-figures";
import "./tc-ranking";

type Tab = "overview" | "ranking" | "figures";
const TABS: readonly Tab[] = ["overview", "ranking", "figures"];

@customElement("tc-panel")
export class TcPanel extends LitElement {
  @state() private other: Exclude<Tab, "ranking"> = "overview";

  private get tab(): Tab {
    return store.state.ranking ? "ranking" : this.other;
  }

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: flex; flex-direction: column; min-height: 0; height: 100%; background: var(--paper); }
    header { padding: 1.15rem 1.5rem 0; }
    .kind { color: var(--ink-3); }
    h1 { font-size: 1.5rem; line-height: 1.35; font-weight: 680; letter-spacing: -0.012em; text-wrap: balance; outline: none; }
    .tabs { display: flex; gap: 1.35rem; margin-top: 0.75rem; border-bottom: 1px solid var(--line); }
    .tabs button { padding: 0.5rem 0 0.6rem; color: var(--ink-3); font-weight: 550; border-bottom: 2.5px solid transparent; margin-bottom: -1px; white-space: nowrap; transition: color var(--quick); }
    .tabs button:hover { color: var(--ink); }
    .tabs button[aria-selected="true"] { color: var(--ink); border-color: var(--accent); }
    .body { flex: 1; min-height: 0; padding: 1.1rem 1.5rem 2rem; position: relative; }
    .body.table { padding-top: 0.85rem; --stick: -0.85rem; }
  `];

  /** Open one of the tabs and put the keyboard there. */
  open(tab: Tab): void {
    this.choose(tab);
    this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>("[role=tabpanel]")?.focus());
  }

  /** The table is a part of the view that an address keeps; the other tabs are not. */
  private choose(tab: Tab): void {
    if (tab !== "ranking") this.other = tab;
    store.go({ ranking: tab === "ranking" ? (store.state.ranking ?? "all") : null });
  }

  protected override render(): TemplateResult {
    const w = words();
    const focus = store.subject ?? store.data.focus.value;
    const parent = focus?.path.at(-2);
    const titles: Record<Tab, string> = { overview: w.panel.overview, ranking: w.panel.ranking, figures: w.panel.figures };
    return html`
      <header>
        <p class="kind small">${focus ? [w.kinds[focus.kind] ?? w.kinds[focus.level] ?? "", focus.valid_to && w.reform.until(date(focus.valid_to, store.state.lang)), placed(parent)].filter(Boolean).join(" · ") : "\u00a0"}</p>
        <h1 tabindex="-1">${focus ? placed(focus) : html`<span class="bone" style="width:70%"></span>`}</h1>
        <div class="tabs" role="tablist" aria-label=${w.panel.label} @keydown=${this.arrows}>
          ${TABS.map((tab) => html`<button role="tab" id="tab-${tab}" aria-controls="body" aria-selected=${this.tab === tab} tabindex=${this.tab === tab ? 0 : -1}
            @click=${() => this.choose(tab)}>${titles[tab]}</button>`)}
        </div>
      </header>
      <div class="body scroll ${this.tab === "ranking" ? "table" : ""}" id="body" role="tabpanel" tabindex="0" aria-labelledby="tab-${this.tab}">
        ${this.tab === "overview" ? html`<tc-card></tc-card>` : nothing}
        ${this.tab === "ranking" ? html`<tc-ranking></tc-ranking>` : nothing}
        ${this.tab === "figures" ? html`<tc-figures></tc-figures>` : nothing}
      </div>`;
  }

  private readonly arrows = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    this.choose(TABS[(TABS.indexOf(this.tab) + by + TABS.length) % TABS.length]!);
    this.updateComplete.then(() => this.shadowRoot?.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-panel": TcPanel;
  }
}
