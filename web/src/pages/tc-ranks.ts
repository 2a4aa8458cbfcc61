// The areas in view by rank, with their moves since the last period; what lies within the usual noise is greyed.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { chooseArea } from "../choose";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { number } from "../format";
import { placed, words } from "../i18n";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import * as api from "./api";
import { Asked } from "./asked";
import { figureCss, sign, stateColour, value } from "./figure";
import { pageCss } from "./page-css";
import { chosen } from "./pick";
import type { Rank, Ranking } from "./types";
import { said } from "./words";

const FEW = 15;

@customElement("tc-ranks")
export class TcRanks extends LitElement {
  @property() code = "";
  @property() within = "";
  @property() period = "";
  @property() look = "";
  @state() private kind = "";
  @state() private whole = false;
  private readonly ranking = new Asked<Ranking>(this, "ranking");

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, figureCss, chosen, pageCss, css`
    :host { display: block; }
    .top { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: 0.3rem 1rem; margin-bottom: 0.5rem; }
    h2 { font-size: 1rem; margin: 0.3rem 0 0; }
    .pick select { min-height: 2.1rem; }
    table { width: 100%; border-collapse: collapse; margin-top: 0.5rem; table-layout: fixed; }
    th, td { padding: 0.35rem 0.4rem; text-align: left; font-weight: 450; line-height: 1.4; border-bottom: 1px solid color-mix(in srgb, var(--line) 65%, transparent); vertical-align: middle; }
    thead th { color: var(--ink-3); font-weight: 550; }
    .place { width: 2.6rem; text-align: right; color: var(--ink-3); }
    .moved { width: 3.4rem; white-space: nowrap; }
    .moved span { display: inline-flex; align-items: center; gap: 0.15rem; font-weight: 600; }
    .rose { color: var(--good); } .fell { color: var(--bad); } .noise { color: var(--ink-3); font-weight: 450 !important; opacity: 0.75; }
    .amount { width: 44%; }
    .cell { display: grid; grid-template-columns: minmax(0, 1fr) auto 1.25rem; align-items: center; gap: 0.5rem; }
    .bar { height: 0.55rem; border-radius: 2px; background: var(--of); min-width: 2px; opacity: 0.85; }
    .name { line-height: inherit; font-weight: inherit; color: var(--ink); }
    .name:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
    tr[aria-selected="true"] { background: var(--accent-soft); }
    tr[aria-selected="true"] .name { font-weight: 650; }
    tr:hover { background: var(--paper-2); }
    .more { margin-top: 0.75rem; }
    @media (max-width: 520px) { .amount { width: 46%; } .cell { grid-template-columns: minmax(0, 1fr) auto 1.1rem; gap: 0.3rem; } .moved { width: 2.7rem; } .place { width: 2rem; } th, td { padding: 0.35rem 0.2rem; } }
  `];

  protected override willUpdate(): void {
    const level = store.shown?.level;
    const { lang, known } = store.state;
    const peers = this.kind ? "kind" : "all";
    const key = this.code && this.period && level ? `${this.code} ${this.within} ${level} ${this.period} ${peers} ${known} ${lang}` : null;
    this.ranking.need(key, () => api.ranking(this.code, this.within, level!, this.period, peers, known, lang));
  }

  protected override render(): TemplateResult {
    const p = said();
    const w = words();
    const { lang } = store.state;
    const found = this.ranking.value;
    const ranking = found && found.indicator.toLowerCase() === this.code && found.within === this.within ? found : null;
    if (this.ranking.problem) return html`<h2>${p.rank.title}</h2><p class="small quiet" style="margin-top:.5rem">${this.ranking.problem.message || p.rank.failed}</p>`;
    if (!ranking) return html`<h2>${p.rank.title}</h2><span class="bone" style="height:18rem;margin-top:.75rem"></span>`;
    const kinds = [...new Set(ranking.rows.map((row) => row.area.kind))].sort();
    const rows = ranking.rows.filter((row) => !this.kind || row.area.kind === this.kind)
      .sort((a, b) => (a.rank ?? 1e9) - (b.rank ?? 1e9) || a.area.name.localeCompare(b.area.name, "vi"));
    const most = Math.max(...rows.map((row) => Math.abs(row.value ?? 0)), 0) || 1;
    const selected = store.shown?.selected;
    const shown = this.whole ? rows : rows.filter((row, i) => i < FEW || row.area.code === selected);
    return html`
      <div class="top"><h2>${p.rank.title}</h2>
        ${kinds.length > 1 && store.shown?.level === "commune"
          ? html`<label class="pick small"><span class="hide">${p.rank.peers}</span><select @change=${(e: Event) => (this.kind = (e.target as HTMLSelectElement).value)}>
              <option value="" ?selected=${!this.kind}>${p.rank.all}</option>
              ${kinds.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${w.kinds[kind] ?? kind}</option>`)}</select>${icons.down(14)}</label>`
          : nothing}</div>
      <p class="small quiet num">${periodTitle(ranking.period, lang)}. ${p.rank.note(periodTitle(ranking.previous, lang))} <span title=${lang === "en" ? ranking.noise.text_en : ranking.noise.text}>${p.rank.noise}</span></p>
      ${rows.length
        ? html`<table class="small" aria-busy=${this.ranking.busy}>
            <thead><tr><th scope="col" class="place">${p.rank.place}</th><th scope="col" class="moved"><span class="hide">±</span></th><th scope="col">${p.rank.area}</th><th scope="col" class="amount">${p.rank.value}</th></tr></thead>
            <tbody>${repeat(shown, (row) => row.area.code, (row) => this.row(row, most, row.area.code === selected))}</tbody>
          </table>`
        : html`<p class="small quiet">${p.rank.only}</p>`}
      ${rows.length > FEW ? html`<button class="button more small" @click=${() => (this.whole = !this.whole)}>${this.whole ? p.rank.less : p.rank.more(number(rows.length, lang))}</button>` : nothing}`;
  }

  private row(row: Rank, most: number, selected: boolean): TemplateResult {
    const detail = store.data.detail.value;
    const name = placed({ full_name: row.area.name, name_en: row.area.name_en });
    const figure = { code: this.code, period: this.period, value: row.value, blank: row.blank, unit: detail?.unit ?? "", decimals: detail?.decimals ?? 0 };
    return html`<tr aria-selected=${selected} @mouseenter=${() => store.hover(row.area.id)} @mouseleave=${() => store.hover(null)}>
      <td class="place num">${row.rank ?? "–"}</td>
      <td class="moved num">${this.moved(row)}</td>
      <th scope="row"><button class="name" @click=${() => chooseArea(row.area.code)}>${name}</button></th>
      <td class="amount num"><span class="cell">${row.value === null
        ? html`<span style="grid-column:1/-1">${value(figure, row.area.code, name)}</span>`
        : html`<i class="bar" aria-hidden="true" style="width:${(Math.abs(row.value) / most) * 100}%;--of:${row.state ? stateColour(row.state) : "var(--accent-line)"}"></i>${value(figure, row.area.code, name, false)}${sign(row.state)}`}</span></td>
    </tr>`;
  }

  private moved(row: Rank): TemplateResult {
    const p = said().rank;
    const { moved } = row;
    const { lang } = store.state;
    if (moved === null) return html`<span class="noise" title=${p.fresh}>·<span class="hide">${p.fresh}</span></span>`;
    const text = moved > 0 ? p.up(number(moved, lang)) : moved < 0 ? p.down(number(-moved, lang)) : p.same;
    const title = row.within_noise ? `${text}, ${p.within}` : text;
    return html`<span class=${row.within_noise || !moved ? "noise" : moved > 0 ? "rose" : "fell"} title=${title}>
      ${moved > 0 ? icons.up(11) : moved < 0 ? icons.fall(11) : "="}<span aria-hidden="true">${moved ? number(Math.abs(moved), lang) : ""}</span><span class="hide">${title}</span></span>`;
  }
}
