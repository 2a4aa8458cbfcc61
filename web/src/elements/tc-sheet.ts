// On a phone: everything about the map in a sheet with three heights, moved by one thumb.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { withUnit } from "../format";
import { placed, term, words } from "../i18n";
import { picture } from "../picture";
import { store } from "../store";
import { shared } from "../styles/shared";
import { signed } from "./about";
import { follow } from "./follow";
import { swatch } from "./swatch";
import { ranked } from "./tc-card";
import "./tc-figures";
import "./tc-layers";
import "./tc-legend";
import "./tc-ranking";
import "./tc-time";
import { emptyText } from "./tc-tooltip";

type Tab = "data" | "ranking" | "legend" | "layers" | "figures";
const TABS: readonly Tab[] = ["data", "ranking", "legend", "layers", "figures"];
type Stop = "peek" | "half" | "full";
const STOPS: readonly Stop[] = ["peek", "half", "full"];

@customElement("tc-sheet")
export class TcSheet extends LitElement {
  @state() private other: Exclude<Tab, "ranking"> = "data";
  @state() private stop: Stop = "peek";
  @state() private dragged: number | null = null;
  private get tab(): Tab {
    return store.state.ranking ? "ranking" : this.other;
  }
  private from = { y: 0, height: 0, time: 0 };

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { position: absolute; left: 0; right: 0; bottom: 0; z-index: 8; display: flex; flex-direction: column; background: var(--paper); border-radius: 1.1rem 1.1rem 0 0;
      box-shadow: var(--shadow-high); transition: height 260ms cubic-bezier(0.2, 0, 0, 1); padding-bottom: env(safe-area-inset-bottom); overflow: hidden; }
    :host([dragging]) { transition: none; }
    .grip { flex: none; touch-action: none; cursor: grab; }
    .handle { display: block; width: 100%; height: 1.5rem; position: relative; }
    .handle::after { content: ""; position: absolute; left: 50%; top: 0.6rem; width: 2.5rem; height: 4px; translate: -50% 0; border-radius: 4px; background: var(--line-2); }
    .now { display: flex; align-items: center; gap: 0.75rem; padding: 0 1rem 0.35rem; }
    .now div { flex: 1; min-width: 0; }
    .area { font-weight: 650; line-height: 1.4; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-size: 1.0625rem; }
    .rank { color: var(--ink-3); line-height: 1.4; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    .value { flex: none; display: flex; align-items: center; gap: 0.5rem; font-size: 1.25rem; line-height: 1.4; font-weight: 680; letter-spacing: -0.01em; }
    .value.blank { font-size: 0.875rem; font-weight: 550; color: var(--ink-2); letter-spacing: 0; max-width: 8rem; text-align: right; }
    tc-time { flex: none; border-top: 1px solid var(--line); }
    .tabs { flex: none; display: flex; gap: 0.25rem; padding: 0 0.5rem; border-block: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
    .tabs::-webkit-scrollbar { display: none; }
    .tabs button { flex: 1 0 auto; padding: 0.65rem 0.5rem; text-align: center; color: var(--ink-3); font-weight: 550; font-size: 0.875rem; line-height: 1.5; box-shadow: inset 0 -2.5px 0 transparent; min-height: 2.75rem; }
    .tabs button[aria-selected="true"] { color: var(--ink); box-shadow: inset 0 -2.5px 0 var(--accent); }
    .body { flex: 1; min-height: 0; padding: 1rem 1rem 2rem; }
    .body.flush { padding: 0 0 2rem; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("resize", this.resized);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("resize", this.resized);
  }

  private readonly resized = (): void => this.requestUpdate();

  private height(stop: Stop): number {
    const all = innerHeight;
    return stop === "peek" ? Math.min(176, all * 0.4) : stop === "half" ? Math.round(all * 0.5) : all - 68;
  }

  protected override willUpdate(): void {
    this.style.height = `${this.dragged ?? this.height(this.stop)}px`;
  }

  protected override render(): TemplateResult {
    const w = words();
    const titles: Record<Tab, string> = { data: w.phone.data, ranking: w.phone.ranking, legend: w.phone.legend, layers: w.phone.layers, figures: w.phone.figures };
    return html`
      <div class="grip" @pointerdown=${this.grab} @pointermove=${this.drag} @pointerup=${this.drop} @pointercancel=${this.drop}>
        <button class="handle" aria-label=${w.phone.larger} aria-expanded=${this.stop !== "peek"} @keydown=${this.key}></button>
        ${this.now()}
      </div>
      <tc-time></tc-time>
      <div class="tabs" role="tablist" aria-label=${w.phone.sheet}>
        ${TABS.map((tab) => html`<button role="tab" aria-selected=${this.tab === tab} aria-controls="body" @click=${() => this.choose(tab)}>${titles[tab]}</button>`)}
      </div>
      <div class="body scroll ${this.tab === "layers" || this.tab === "legend" ? "flush" : ""}" id="body" role="tabpanel" tabindex="0" ?inert=${this.stop === "peek"} style="--stick:-1rem">
        ${this.tab === "data" ? html`<tc-card></tc-card>` : nothing}
        ${this.tab === "ranking" ? html`<tc-ranking></tc-ranking>` : nothing}
        ${this.tab === "legend" ? html`<tc-legend></tc-legend>` : nothing}
        ${this.tab === "layers" ? html`<tc-layers plain></tc-layers>` : nothing}
        ${this.tab === "figures" ? html`<tc-figures></tc-figures>` : nothing}
      </div>`;
  }

  private now(): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const focus = store.subject;
    const card = store.data.card.value;
    const row = focus ? picture()?.byId.get(focus.id) : undefined;
    const fits = card && card.area.code === focus?.code && card.indicator === store.state.indicator;
    const value = row ? row.value : fits ? card.value : undefined;
    const rank = fits ? ranked(card) : null;
    const place = rank && rank.of > 1 ? `${rank.place}/${rank.of} ${rank.peers}` : "";
    const blank = fits ? card.blank : null;
    return html`<div class="now">
      <div><h1 class="area">${placed(focus) || "\u00a0"}</h1>
        <p class="rank small num">${place ? `${w.panel.rank} ${place}` : (w.kinds[focus?.kind ?? ""] ?? "\u00a0")}</p></div>
      ${value === undefined ? nothing : value === null
        ? html`<p class="value blank">${row ? emptyText(row) : w.legend.blank[blank ?? "no_data"]}</p>`
        : html`<p class="value num">${row ? swatch(row.k, picture()!.legend, store.theme) : nothing}${signed(row ? row.carried : card?.carried)}${withUnit(value, term(card?.unit ?? store.data.detail.value?.unit), lang, store.data.detail.value?.decimals)}</p>`}
    </div>`;
  }

  /** Show one of the tabs, raising the sheet if it is down. */
  choose(tab: Tab): void {
    if (tab !== "ranking") this.other = tab;
    store.go({ ranking: tab === "ranking" ? (store.state.ranking ?? "all") : null });
    if (this.stop === "peek") this.stop = "half";
  }

  private readonly grab = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.from = { y: event.clientY, height: this.height(this.stop), time: event.timeStamp };
    this.dragged = this.from.height;
    this.toggleAttribute("dragging", true);
  };

  private readonly drag = (event: PointerEvent): void => {
    if (this.dragged === null) return;
    const wanted = this.from.height + this.from.y - event.clientY;
    this.dragged = Math.max(this.height("peek") * 0.8, Math.min(this.height("full"), wanted));
  };

  private readonly drop = (event: PointerEvent): void => {
    if (this.dragged === null) return;
    const by = this.from.y - event.clientY;
    const speed = by / Math.max(1, event.timeStamp - this.from.time);
    const at = STOPS.indexOf(this.stop);
    const reached = this.dragged;
    this.dragged = null;
    this.toggleAttribute("dragging", false);
    if (Math.abs(by) < 6) this.stop = STOPS[(at + 1) % STOPS.length]!; // a tap goes one step up, and round again
    else if (Math.abs(speed) > 0.5) this.stop = STOPS[Math.max(0, Math.min(2, at + Math.sign(by)))]!;
    else this.stop = [...STOPS].sort((a, b) => Math.abs(this.height(a) - reached) - Math.abs(this.height(b) - reached))[0]!;
  };

  private readonly key = (event: KeyboardEvent): void => {
    const by = { ArrowUp: 1, ArrowDown: -1, Enter: 1, " ": 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = STOPS.indexOf(this.stop) + by;
    this.stop = STOPS[event.key.startsWith("Arrow") ? Math.max(0, Math.min(2, at)) : at % 3]!;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-sheet": TcSheet;
  }
}
