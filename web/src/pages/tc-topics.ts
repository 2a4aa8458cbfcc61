// Every module of an area: closed it tells its states, open it lists its indicators.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icons } from "../elements/icons";
import { number } from "../format";
import { named, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import { delta, figureCss, sign, value } from "./figure";
import { byModule, counted } from "./modules";
import { pageCss } from "./page-css";
import type { Module, Profile, Standing } from "./types";
import { said } from "./words";
import "./tc-state-bar";

@customElement("tc-topics")
export class TcTopics extends LitElement {
  @property({ attribute: false }) profile!: Profile;
  @property({ attribute: false }) modules: Module[] = [];
  @property() look = "";
  @state() private all = false;

  static override styles = [shared, figureCss, pageCss, css`
    :host { display: block; }
    .top { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
    h2 { font-size: 1rem; margin-bottom: 0.4rem; }
    details { border-top: 1px solid var(--line); }
    summary { display: grid; grid-template-columns: minmax(0, 1fr) minmax(8rem, 14rem) auto; gap: 0.3rem 1rem; align-items: center; padding: 0.6rem 0.2rem; cursor: pointer; list-style: none; border-radius: var(--radius-s); }
    summary::-webkit-details-marker { display: none; }
    summary:hover { background: var(--paper-2); }
    summary > b { font-weight: 600; line-height: 1.4; }
    summary > svg { color: var(--ink-3); transition: rotate var(--quick); }
    details[open] > summary > svg { rotate: 180deg; }
    .inside { padding: 0 0.2rem 0.9rem; }
    table { width: 100%; border-collapse: collapse; }
    td, th { padding: 0.35rem 0.6rem 0.35rem 0; text-align: left; font-weight: 450; line-height: 1.4; vertical-align: baseline; border-top: 1px solid color-mix(in srgb, var(--line) 60%, transparent); }
    th a { color: var(--ink); text-decoration: none; }
    th a:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
    .end { text-align: right; white-space: nowrap; }
    .figure { display: inline-flex; align-items: center; gap: 0.45rem; justify-content: flex-end; font-weight: 600; }
    .rank { color: var(--ink-3); }
    .foot { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0.3rem 1rem; margin-top: 0.6rem; }
    @media (max-width: 620px) { summary { grid-template-columns: minmax(0, 1fr) auto; } summary tc-state-bar { grid-column: 1 / -1; grid-row: 2; } .wide { display: none; } }
  `];

  protected override render(): TemplateResult {
    const p = said().area;
    const rows = byModule(this.profile.rows);
    return html`<div class="top"><h2>${p.profile}</h2><button class="link small" @click=${() => (this.all = !this.all)}>${this.all ? p.hideAll : p.showAll}</button></div>
      ${this.modules.filter((one) => rows.has(one.id)).map((one) => html`<details ?open=${this.all}><summary><b>${titled(one)}</b>
        <tc-state-bar .counts=${counted(rows.get(one.id)!)} look=${this.look}></tc-state-bar>${icons.down()}</summary><div class="inside">${this.inside(one, rows.get(one.id)!)}</div></details>`)}`;
  }

  private inside(module: Module, rows: Standing[]): TemplateResult {
    const p = said();
    const w = words();
    const { lang } = store.state;
    const known = rows.filter((row) => row.value !== null || row.blank !== "no_data");
    const missing = rows.length - known.length;
    return html`<table class="small num">${known.map((row) => {
      const name = named(store.data.catalogue.value?.indicators.find((one) => one.code === row.code)) || row.code.toUpperCase();
      return html`<tr><th scope="row"><a href=${href({ ...store.state, indicator: row.code, period: null }, { page: "indicator", module: null })}>${name}</a> <span class="quiet">${row.period ? periodTitle(row.period, lang, true) : ""}</span></th>
        <td class="wide">${row.value === null ? nothing : delta(row)}</td>
        <td class="end rank wide">${row.rank && row.rank.of > 1 ? html`<span title=${w.panel.rank}>${w.panel.rankOf(number(row.rank.place, lang), number(row.rank.of, lang))}</span>` : nothing}</td>
        <td class="end"><span class="figure">${value(row, this.profile.area.code, name)}${sign(row.state, "1rem")}</span></td></tr>`;
    })}</table>
      <p class="foot small"><a class="link" href=${href({ ...store.state, indicator: null }, { page: "module", module: module.id })}>${titled(module)}${icons.right(14)}</a>
        ${missing ? html`<span class="quiet num">${p.area.without(number(missing, lang))}</span>` : nothing}</p>`;
  }
}
