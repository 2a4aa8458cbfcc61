// One module in one area: cards of its indicators, the chosen one on a map and in charts, ranking, and the table of all.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { named, placed, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { here, href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import * as api from "./api";
import { Asked } from "./asked";
import { WITH_MAP } from "./needs";
import { counted } from "./modules";
import { pageCss } from "./page-css";
import type { Module, Standing, Standings } from "./types";
import { said } from "./words";
import "./tc-figure-card";
import "./tc-grid";
import "./tc-ranks";
import "./tc-skyline";
import "./tc-small-map";
import "./tc-state-bar";
import "./tc-trend";
import "./tc-when";
import "./tc-where";

@customElement("tc-module")
export class TcModule extends LitElement {
  private readonly modules = new Asked<Module[]>(this, "modules");
  private readonly standings = new Asked<Standings>(this, "standings");

  constructor() {
    super();
    follow(this);
    this.addEventListener("choose-card", (event) => this.choose((event as CustomEvent<string>).detail));
  }

  static override styles = [shared, pageCss, css`
    .controls { flex-basis: 100%; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.4rem 1rem; }
    .body { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 1.1rem; align-items: start; }
    .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14.5rem), 1fr)); gap: 0.75rem; }
    .cards .lead { grid-column: 1 / -1; }
    .shown { position: sticky; top: calc(var(--header) + 1rem); display: grid; gap: 0.9rem; }
    .shown h2 { margin: 0; text-wrap: pretty; }
    .sum { margin-top: 0.6rem; } .sum > * { max-width: 34rem; }
    .wide { margin-top: 1.1rem; }
    .pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.1rem; align-items: start; margin-top: 1.1rem; }
    .still { position: sticky; top: calc(var(--header) + 1rem); }
    @media (max-width: 1080px) { .still { position: static; } .body, .pair { grid-template-columns: minmax(0, 1fr); } .shown { position: static; scroll-margin-top: 5rem; } }
  `];

  /** The module as the catalogue has it, once it is known. */
  private get module(): Module | undefined {
    return this.modules.value?.find((one) => one.id === here.module);
  }

  protected override willUpdate(): void {
    const { area, period, known, lang } = store.state;
    this.modules.need("all", () => api.modules());
    this.standings.need(area && `${here.module} ${area} ${period} ${known} ${lang}`, () => api.standings(here.module!, area!, period, known, lang));
    const { module } = this;
    if (!module) return;
    const other = !module.indicators.includes(store.state.indicator ?? "");
    if (other) store.note({ indicator: module.lead, method: null });
    if (other || !store.only?.has("slice")) {
      store.only = new Set(WITH_MAP);
      queueMicrotask(() => store.changed());
    }
  }

  protected override render(): TemplateResult {
    const p = said();
    const { lang, indicator } = store.state;
    const { module } = this;
    const focus = store.data.focus.value;
    const found = this.standings.value;
    const rows = found?.area.code === store.state.area ? found.rows : []; // never the numbers of one area under the name of another
    const row = rows.find((one) => one.code === indicator);
    const look = lang + store.theme;
    document.title = [titled(module), placed(focus), words().product].filter(Boolean).join(" · ");
    return html`
      <div class="head">
        <p class="trail small"><a href=${href(store.state, { page: "modules", module: null })}>${p.modules}</a>${icons.right(12)}<span>${module ? (p.groups[module.group] ?? module.group) : ""}</span></p>
        <h1>${module ? titled(module) : html`<span class="bone" style="width:16rem"></span>`}</h1>
        ${rows.some((one) => one.sample) ? html`<span class="badge sample" title=${words().sampleLong}>${words().sample}</span>` : nothing}
        <div class="controls"><tc-where></tc-where><tc-when .periods=${this.periods()} shown=${row?.period ?? ""} look=${`${look}${store.state.period}`}></tc-when></div>
        ${rows.length ? html`<div class="sum"><tc-state-bar .counts=${counted(rows)} look=${look}></tc-state-bar></div>` : nothing}
      </div>
      ${this.standings.problem && !this.standings.problem.unreachable ? html`<p class="message" role="alert">${this.standings.problem.message || words().problem.partial}</p>` : nothing}
      <div class="body">
        <div class="cards" aria-label=${p.cards} aria-busy=${this.standings.busy}>${rows.length ? this.ordered(rows).map((one) => this.card(one, look)) : this.bones()}</div>
        <div class="shown" id="shown">${row ? this.shown(row, look) : nothing}</div>
      </div>
      ${row && focus && store.shown
        ? html`<div class="pair">
              <section class="panel"><tc-ranks .code=${row.code} within=${this.within} period=${row.period ?? ""} look=${look}></tc-ranks></section>
              <section class="panel still"><tc-skyline look=${look}></tc-skyline></section>
            </div>
            <section class="panel wide"><tc-grid .module=${module!} .codes=${this.ordered(rows).map((one) => one.code)} .rows=${rows} look=${look}></tc-grid></section>`
        : nothing}`;
  }

  /** The chosen indicator: its name, the map, its course. */
  private shown(row: Standing, look: string): TemplateResult {
    const indicator = store.data.catalogue.value?.indicators.find((one) => one.code === row.code);
    const shown = store.shown?.period ?? row.period;
    return html`
      <section class="panel">
        <h2>${named(indicator)}</h2>
        <p class="small quiet num">${[placed(store.data.focus.value), shown && periodTitle(shown, store.state.lang)].filter(Boolean).join(" · ")}</p>
        <tc-small-map style="margin-top:.6rem"></tc-small-map>
      </section>
      <section class="panel"><tc-trend code=${row.code} area=${store.state.area ?? ""} period=${row.period ?? ""} .row=${row} name=${named(indicator)} look=${look}></tc-trend></section>`;
  }

  private card(row: Standing, look: string): TemplateResult {
    const indicator = store.data.catalogue.value?.indicators.find((one) => one.code === row.code);
    const lead = row.code === this.module?.lead;
    return html`<tc-figure-card class=${lead ? "lead" : ""} .row=${row} .indicator=${indicator} area=${store.state.area ?? ""} ?lead=${lead} ?chosen=${row.code === store.state.indicator} look=${look}></tc-figure-card>`;
  }

  private bones(): TemplateResult[] {
    return (this.module?.indicators ?? ["", "", "", ""]).map((_, i) => html`<span class="bone ${i ? "" : "lead"}" style="height:${i ? 9 : 14}rem;border-radius:.75rem"></span>`);
  }

  /** In the hand-set order, the lead first. */
  private ordered(rows: Standing[]): Standing[] {
    const lead = this.module?.lead;
    return [...rows].sort((a, b) => Number(b.code === lead) - Number(a.code === lead));
  }

  /** The area whose parts are ranked: of a commune its province. */
  private get within(): string {
    return store.shown?.within ?? "VN";
  }

  /** All periods of the chosen indicator at the levels in view. */
  private periods(): string[] {
    const detail = store.data.detail.value;
    const now = store.data.start.value?.boundaries[0]?.id;
    if (!detail || detail.code !== store.state.indicator) return [];
    return detail.data.filter((set) => set.boundary === now).flatMap((set) => set.periods);
  }

  private choose(code: string): void {
    store.go({ indicator: code, method: null }, "push");
    const shown = this.shadowRoot?.getElementById("shown");
    if (innerWidth <= 1080) shown?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }
}
