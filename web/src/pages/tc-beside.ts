// An area beside its neighbours by one indicator, with the middle of its peers as a mark.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icons } from "../elements/icons";
import { named, placed, term, words } from "../i18n";
import { number, withUnit } from "../format";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area } from "../types";
import * as api from "./api";
import { Asked } from "./asked";
import { blank, figureCss, sign } from "./figure";
import { pageCss } from "./page-css";
import { chosen } from "./pick";
import type { Profile, Rank, Ranking, Standing } from "./types";
import { said } from "./words";

@customElement("tc-beside")
export class TcBeside extends LitElement {
  @property({ attribute: false }) profile!: Profile;
  @property({ attribute: false }) area!: Area;
  @property() look = "";
  @state() private code = "";
  private readonly ranking = new Asked<Ranking>(this, "ranking");

  static override styles = [shared, figureCss, chosen, pageCss, css`
    :host { display: block; }
    h2 { font-size: 1rem; margin-bottom: 0.6rem; }
    .pick { width: 100%; }
    ul { margin-top: 0.8rem; display: grid; gap: 0.55rem; }
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.1rem 0.75rem; align-items: baseline; }
    .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: inherit; text-align: left; }
    button.name:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
    .self .name, .self b { font-weight: 680; }
    .figure { display: inline-flex; gap: 0.4rem; align-items: center; font-weight: 550; }
    .track { grid-column: 1 / -1; position: relative; height: 0.55rem; border-radius: 3px; background: var(--paper-3); }
    .track i { position: absolute; left: 0; top: 0; bottom: 0; border-radius: 3px; background: var(--accent-line); }
    .self .track i { background: var(--accent); }
    .track u { position: absolute; top: -0.2rem; bottom: -0.2rem; width: 2px; background: var(--ink); opacity: 0.75; }
    .middle { display: inline-flex; align-items: center; gap: 0.4rem; margin-top: 0.7rem; color: var(--ink-3); }
    .middle::before { content: ""; width: 2px; height: 0.9rem; background: var(--ink); opacity: 0.75; }
  `];

  private get row(): Standing | undefined {
    const { profile } = this;
    const wanted = this.code || profile.weaknesses[0] || profile.strengths[0] || profile.rows.find((row) => row.value !== null)?.code;
    return profile.rows.find((row) => row.code === wanted);
  }

  protected override willUpdate(): void {
    const { row, area } = this;
    const within = area.path.at(-2)?.code ?? "VN";
    const { lang, known } = store.state;
    this.ranking.need(row?.period ? `${row.code} ${within} ${area.level} ${row.period} kind ${known} ${lang}` : null,
      () => api.ranking(row!.code, within, area.level, row!.period!, "kind", known, lang));
  }

  protected override render(): TemplateResult {
    const p = said().area;
    const { lang } = store.state;
    const { row, profile } = this;
    const catalogue = store.data.catalogue.value;
    const chosenRows = profile.rows.filter((one) => one.value !== null);
    return html`<h2>${p.beside}</h2>
      <label class="pick small"><span class="hide">${p.compareBy}</span><select @change=${(e: Event) => (this.code = (e.target as HTMLSelectElement).value)}>
        ${catalogue?.modules.map((module) => {
          const list = chosenRows.filter((one) => one.module === module.id);
          return list.length ? html`<optgroup label=${(lang === "en" && module.title_en) || module.title}>${list.map((one) => html`<option value=${one.code} ?selected=${one.code === row?.code}>${named(catalogue.indicators.find((i) => i.code === one.code))}</option>`)}</optgroup>` : nothing;
        })}</select>${icons.down(14)}</label>
      ${row && this.ranking.now ? this.bars(row, this.ranking.now) : html`<span class="bone" style="height:9rem;margin-top:.8rem"></span>`}`;
  }

  private bars(row: Standing, ranking: Ranking): TemplateResult {
    const p = said().area;
    const { lang } = store.state;
    const mine = ranking.rows.find((one) => one.area.code === this.area.code);
    const beside = this.profile.neighbours.map((near) => ranking.rows.find((one) => one.area.code === near.code)).filter((one): one is Rank => one !== undefined);
    const all = [mine, ...beside].filter((one): one is Rank => one !== undefined);
    const kin = ranking.rows.filter((one) => one.area.kind === this.area.kind || this.area.level === "province").map((one) => one.value).filter((v): v is number => v !== null).sort((a, b) => a - b);
    const middle = kin.length ? (kin[(kin.length - 1) >> 1]! + kin[kin.length >> 1]!) / 2 : null;
    const most = Math.max(...all.map((one) => Math.abs(one.value ?? 0)), Math.abs(middle ?? 0)) || 1;
    const order = [...all].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
    const share = (value: number): string => `${Math.max(0, Math.min(100, (Math.abs(value) / most) * 100)).toFixed(1)}%`;
    const name = (one: Rank): string => placed({ full_name: one.area.name, name_en: one.area.name_en });
    return html`<p class="small quiet num" style="margin-top:.4rem">${periodTitle(ranking.period, lang)}${mine?.rank ? ` · ${words().panel.rank.toLowerCase()} ${words().panel.rankOf(number(mine.rank, lang), number(mine.of ?? kin.length, lang))}` : ""}</p>
      <ul class="small">${order.map((one) => html`<li class=${one === mine ? "self" : ""}>
        ${one === mine ? html`<span class="name">${name(one)}</span>` : html`<button class="name" @click=${() => store.go({ area: one.area.code }, "push")}>${name(one)}</button>`}
        <span class="figure num">${one.value === null ? blank(one.blank) : html`<b>${withUnit(one.value, term(row.unit), lang, row.decimals)}</b>`}${sign(one.state, "0.95rem")}</span>
        <span class="track" aria-hidden="true">${one.value === null ? nothing : html`<i style="width:${share(one.value)}"></i>`}${middle === null ? nothing : html`<u style="left:${share(middle)}"></u>`}</span></li>`)}</ul>
      ${middle === null ? nothing : html`<p class="middle small num">${p.middle}: ${withUnit(middle, term(row.unit), lang, row.decimals)}</p>`}`;
  }
}
