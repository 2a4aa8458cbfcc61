// Where an area is ahead of its peers, or behind them: each with its value and the share of peers it leaves behind.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { number } from "../format";
import { named } from "../i18n";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import { figureCss, sign, value } from "./figure";
import { pageCss } from "./page-css";
import type { Profile, Standing } from "./types";
import { said } from "./words";

@customElement("tc-points")
export class TcPoints extends LitElement {
  @property({ attribute: false }) profile!: Profile;
  @property() which: "strengths" | "weaknesses" = "strengths";
  @property() look = "";

  static override styles = [shared, figureCss, pageCss, css`
    :host { display: block; }
    h2 { font-size: 1rem; margin: 0; }
    .of { margin-bottom: 0.6rem; }
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto 7.5rem; align-items: center; gap: 0.3rem 0.9rem; padding: 0.45rem 0; border-top: 1px solid color-mix(in srgb, var(--line) 65%, transparent); }
    a { color: var(--ink); text-decoration: none; line-height: 1.4; }
    a:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
    .figure { display: inline-flex; align-items: center; gap: 0.45rem; font-weight: 600; }
    .ahead { display: grid; gap: 0.2rem; }
    .track { position: relative; height: 0.4rem; border-radius: 99px; background: var(--paper-3); }
    .track i { position: absolute; left: 0; top: 0; bottom: 0; border-radius: 99px; background: var(--of); }
    @media (max-width: 520px) { li { grid-template-columns: minmax(0, 1fr) auto; } .ahead { grid-column: 1 / -1; } }
  `];

  protected override render(): TemplateResult {
    const p = said().area;
    const { lang } = store.state;
    const { profile } = this;
    const rows = profile[this.which].map((code) => profile.rows.find((row) => row.code === code)).filter((row): row is Standing => row !== undefined);
    const { peers } = profile;
    return html`<h2>${p[this.which]}</h2>
      ${peers ? html`<p class="of small quiet num">${p.among(lang === "en" ? peers.title_en : peers.title, number(peers.count, lang))}</p>` : nothing}
      ${rows.length ? html`<ul class="small">${rows.map((row) => this.row(row))}</ul>` : html`<p class="small quiet">${p.none}</p>`}`;
  }

  private row(row: Standing): TemplateResult {
    const p = said().area;
    const { lang } = store.state;
    const name = named(store.data.catalogue.value?.indicators.find((one) => one.code === row.code)) || row.code.toUpperCase();
    const ahead = row.percentile ?? null;
    const colour = this.which === "strengths" ? "var(--state-green)" : "var(--state-red)";
    return html`<li><a href=${href({ ...store.state, indicator: row.code, period: null }, { page: "indicator", module: null })}>${name}</a>
      <span class="figure num">${value(row, this.profile.area.code, name)}${sign(row.state, "1rem")}</span>
      ${ahead === null ? nothing : html`<span class="ahead" title=${p.percentile(number(ahead, lang))}><span class="track" aria-hidden="true" style="--of:${colour}"><i style="width:${Math.max(2, ahead)}%"></i></span><span class="quiet num">${ahead >= 99.5 ? p.best : ahead < 0.5 ? p.worst : p.better(number(ahead, lang))}</span></span>`}</li>`;
  }
}
