// All modules by group: the lead indicator of each for one area, and how many of its indicators are in which state.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { number } from "../format";
import { named, placed, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import { Asked } from "./asked";
import * as api from "./api";
import { amount, blank, delta, figureCss, sign } from "./figure";
import { byModule, counted, groups } from "./modules";
import { pageCss } from "./page-css";
import type { Module, Profile, Standing } from "./types";
import { said } from "./words";
import "./tc-state-bar";
import "./tc-where";

@customElement("tc-modules")
export class TcModules extends LitElement {
  private readonly modules = new Asked<Module[]>(this, "modules");
  private readonly profile = new Asked<Profile>(this, "profile");

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, figureCss, pageCss, css`
    .sum { margin-top: 0.9rem; } .sum > * { max-width: 34rem; }
    section + section { margin-top: 2rem; }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0.85rem; }
    .module { display: grid; grid-template-rows: auto auto auto 1fr; gap: 0.15rem; height: 100%; padding: 1rem 1.15rem 1rem; border-radius: var(--radius); background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); color: inherit; text-decoration: none; transition: box-shadow var(--quick); }
    .module:hover { box-shadow: inset 0 0 0 1px var(--accent-line), var(--shadow); }
    .module h3 { font-size: 1.0625rem; line-height: 1.4; font-weight: 650; text-wrap: pretty; }
    .name { color: var(--ink-2); line-height: 1.4; margin-top: 0.35rem; text-wrap: pretty; }
    .value { display: flex; align-items: center; flex-wrap: wrap; gap: 0.25rem 0.6rem; margin-top: 0.1rem; }
    .value b { font-size: 1.625rem; line-height: 1.35; font-weight: 670; letter-spacing: -0.018em; }
    tc-state-bar { align-self: end; padding-top: 0.7rem; }
  `];

  protected override willUpdate(): void {
    const { area, lang } = store.state;
    this.modules.need("all", () => api.modules());
    this.profile.need(area && `${area} ${lang}`, () => api.profile(area!, lang));
  }

  protected override render(): TemplateResult {
    const p = said();
    const { lang } = store.state;
    const focus = store.data.focus.value;
    const modules = this.modules.value;
    const profile = this.profile.value;
    document.title = [p.modules, placed(focus), words().product].filter(Boolean).join(" · ");
    const rows = byModule(profile?.rows ?? []);
    return html`
      <div class="head">
        <tc-where></tc-where>
        <h1>${p.modulesLong}</h1>
        ${profile?.rows.some((row) => row.sample) ? html`<span class="badge sample" title=${words().sampleLong}>${words().sample}</span>` : nothing}
        ${profile ? html`<div class="sum"><tc-state-bar long .counts=${counted(profile.rows)} look=${lang + store.theme}></tc-state-bar></div>` : nothing}
      </div>
      ${this.profile.problem && !this.profile.problem.unreachable ? html`<p class="message">${this.profile.problem.message}</p>` : nothing}
      ${modules
        ? groups(modules).map(([group, list]) => html`<section aria-labelledby="group-${group}"><h2 id="group-${group}">${p.groups[group] ?? group}</h2>
            <ul class="grid">${list.map((one) => html`<li>${this.card(one, rows.get(one.id) ?? [])}</li>`)}</ul></section>`)
        : html`<div class="grid" aria-busy="true">${[0, 1, 2, 3, 4, 5].map(() => html`<span class="bone" style="height:9rem"></span>`)}</div>`}`;
  }

  private card(module: Module, rows: Standing[]): TemplateResult {
    const { lang } = store.state;
    const lead = rows.find((row) => row.code === module.lead);
    const indicator = store.data.catalogue.value?.indicators.find((one) => one.code === module.lead);
    return html`<a class="module" href=${href({ ...store.state, indicator: null, period: null }, { page: "module", module: module.id })}>
      <h3>${titled(module)}</h3>
      <p class="name small">${named(indicator)}${lead?.period ? html` <span class="quiet num">· ${periodTitle(lead.period, lang, true)}</span>` : nothing}</p>
      ${lead
        ? html`<p class="value num">${lead.value === null ? blank(lead.blank) : html`<b>${amount(lead.value, lead.unit, lead.decimals)}</b>`}${sign(lead.state)}${lead.value === null ? nothing : delta(lead)}</p>`
        : html`<p class="value">${this.profile.busy ? html`<span class="bone" style="width:8rem;height:1.6rem"></span>` : blank("no_data")}</p>`}
      ${rows.length ? html`<tc-state-bar .counts=${counted(rows)} look=${lang + store.theme}></tc-state-bar>` : html`<p class="small quiet">${said().figures(number(module.indicators.length, lang))}</p>`}
    </a>`;
  }
}
