// One indicator: what it is, how it stands in an area, its history, its map, who ranks where, and whether the year will do.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { explain } from "../elements/explain";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { named, placed, titled, words } from "../i18n";
import { kindOf, period as periodTitle, yearOf } from "../period";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { IndicatorDetail } from "../types";
import * as api from "./api";
import { Asked } from "./asked";
import { asked as target, delta, figureCss, sign, value } from "./figure";
import { pageCss } from "./page-css";
import type { Explanation, Module, Standings } from "./types";
import { said } from "./words";
import "./tc-definition";
import "./tc-flags";
import "./tc-forecast";
import "./tc-ranks";
import "./tc-skyline";
import "./tc-small-map";
import "./tc-trend";
import "./tc-when";
import "./tc-where";

@customElement("tc-indicator-page")
export class TcIndicatorPage extends LitElement {
  private readonly modules = new Asked<Module[]>(this, "modules");
  private readonly standings = new Asked<Standings>(this, "standings");
  private readonly then = new Asked<Explanation>(this, "explain");
  private opened = false;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, figureCss, pageCss, css`
    .controls { flex-basis: 100%; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.4rem 1rem; margin-top: 0.3rem; }
    .code { color: var(--ink-3); font-weight: 550; }
    .now { display: flex; align-items: center; flex-wrap: wrap; gap: 0.3rem 1rem; }
    .now .why, .now > .blank { font-size: clamp(2.5rem, 4.5vw, 3.25rem); line-height: 1.2; font-weight: 680; letter-spacing: -0.025em; }
    .now > .blank { font-size: 1.5rem; letter-spacing: 0; }
    .told { display: grid; gap: 0.2rem; margin: 0.3rem 0 1rem; color: var(--ink-2); }
    .body { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: 1.1rem; align-items: start; }
    .column { display: grid; gap: 1.1rem; min-width: 0; }
    tc-forecast, tc-flags { padding: 1.1rem 1.25rem 1.25rem; border-radius: var(--radius); background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); min-width: 0; }
    @media (max-width: 1080px) { .body { grid-template-columns: minmax(0, 1fr); } }
  `];

  protected override willUpdate(): void {
    const { area, period, lang } = store.state;
    const detail = store.data.detail.value;
    const { known, indicator } = store.state;
    const asked = known && area && period && indicator ? { code: indicator, area, period, known } : null;
    this.then.need(asked && `${indicator} ${area} ${period} ${known} ${lang}`, () => api.explanation(indicator!, area!, period!, "", known, lang));
    if (asked && detail && !this.opened) void explain(asked); // a link to one number opens what is behind it
    this.opened ||= Boolean(detail);
    this.modules.need("all", () => api.modules());
    this.standings.need(area && detail ? `${detail.module} ${area} ${period} ${known} ${lang}` : null, () => api.standings(detail!.module, area!, period, known, lang));
  }

  protected override render(): TemplateResult {
    const p = said();
    const detail = store.data.detail.value;
    const focus = store.data.focus.value;
    const problem = store.data.detail.problem ?? store.data.focus.problem;
    if (problem && !problem.unreachable) return html`<p class="message" role="alert">${problem.message || words().problem.partial}</p>`;
    if (!detail || detail.code !== store.state.indicator) return html`<span class="bone" style="width:min(36rem,80%);height:2.4rem"></span><span class="bone" style="height:24rem;margin-top:1.5rem"></span>`;
    const { lang } = store.state;
    const look = lang + store.theme;
    const module = this.modules.value?.find((one) => one.id === detail.module);
    const found = this.standings.value?.area.code === store.state.area ? this.standings.value : null;
    const now = found?.rows.find((one) => one.code === detail.code);
    const then = store.state.known ? this.then.now : null;
    const row = then && now ? { ...now, period: store.state.period, value: then.value, blank: then.blank, previous: null, target: then.targets[0] ?? null, state: then.targets[0]?.state ?? null } : now;
    document.title = [named(detail), placed(focus), words().product].filter(Boolean).join(" · ");
    const year = row?.period ? Number(yearOf(row.period)) : 0;
    return html`
      <div class="head">
        <p class="trail small"><a href=${href(store.state, { page: "modules", module: null })}>${p.modules}</a>${icons.right(12)}<a href=${href(store.state, { page: "module", module: detail.module })}>${titled(module)}</a></p>
        <h1>${named(detail)}</h1>
        <span class="code small num">${detail.code.toUpperCase()}</span>
        ${detail.sample ? html`<span class="badge sample" title=${words().sampleLong}>${words().sample}</span>` : nothing}
        <div class="controls"><tc-where></tc-where><tc-when .periods=${periodsOf(detail)} shown=${row?.period ?? ""} look=${`${look}${store.state.period}`}></tc-when></div>
      </div>
      <div class="body">
        <div class="column">
          <section class="panel" aria-busy=${this.standings.busy}>
            ${row
              ? html`<div class="now">${value(row, store.state.area ?? "", named(detail))}${sign(row.state, "1.75rem")}</div>
                  <div class="told small"><p class="quiet num">${[placed(focus), row.period && periodTitle(row.period, lang)].filter(Boolean).join(" · ")}</p>
                    ${row.value === null ? nothing : delta(row)}${row.target ? html`<p class="num">${target(row.target, row.unit, row.decimals, true)}</p>` : nothing}</div>
                  ${row.period ? html`<tc-trend code=${row.code} area=${store.state.area ?? ""} period=${row.period} .row=${row} name=${named(detail)} look=${look}></tc-trend>` : nothing}`
              : html`<span class="bone" style="height:16rem"></span>`}
          </section>
          ${row?.period && store.shown
            ? html`<section class="panel"><tc-skyline look=${look}></tc-skyline></section>
                <section class="panel"><tc-ranks .code=${row.code} within=${store.shown.within} period=${row.period} look=${look}></tc-ranks></section>`
            : nothing}
        </div>
        <div class="column">
          <section class="panel"><h2>${p.indicator.map}</h2><tc-small-map></tc-small-map></section>
          <section class="panel"><tc-definition .detail=${detail} .module=${module} look=${look}></tc-definition></section>
          ${year && kindOf(row!.period!) !== "school" ? html`<tc-forecast code=${detail.code} area=${store.state.area ?? ""} year=${year} look=${look}></tc-forecast>` : nothing}
          <tc-flags code=${detail.code} area=${store.state.area ?? ""} look=${look}></tc-flags>
        </div>
      </div>`;
  }
}

/** All periods with figures on the present areas. */
export function periodsOf(detail: IndicatorDetail): string[] {
  const now = store.data.start.value?.boundaries[0]?.id;
  return detail.data.filter((set) => set.boundary === now).flatMap((set) => set.periods);
}
