// What looks wrong with recent figures of an indicator in an area, each with its evidence.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "../elements/icons";
import { titled } from "../i18n";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import * as api from "./api";
import { Asked } from "./asked";
import { pageCss } from "./page-css";
import type { Flag } from "./types";
import { said } from "./words";

@customElement("tc-flags")
export class TcFlags extends LitElement {
  @property() code = "";
  @property() area = "";
  @property() look = "";
  private readonly flags = new Asked<Flag[]>(this, "flags");

  static override styles = [shared, pageCss, css`
    :host { display: block; }
    :host([empty]) { display: none; }
    h2 { font-size: 1rem; margin-bottom: 0.5rem; }
    li { display: flex; gap: 0.55rem; padding: 0.5rem 0.75rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); line-height: 1.5; }
    li + li { margin-top: 0.4rem; }
    li svg { flex: none; margin-top: 0.15em; }
  `];

  protected override willUpdate(): void {
    const { lang } = store.state;
    this.flags.need(this.code && this.area ? `${this.code} ${this.area} ${lang}` : null, () => api.flags(this.area, this.code, lang));
    this.toggleAttribute("empty", this.flags.problem !== null);
  }

  protected override render(): TemplateResult | typeof nothing {
    const w = said().indicator;
    const { lang } = store.state;
    if (this.flags.problem) return nothing;
    const flags = this.flags.now;
    return html`<h2>${w.quality}</h2>${!flags ? html`<span class="bone" style="height:3rem"></span>` : flags.length
      ? html`<ul class="small">${flags.slice(0, 6).map((one) => html`<li>${icons.warning()}<span><b>${titled({ title: one.title, title_en: one.title_en ?? "" })}</b>${one.period ? html` · ${periodTitle(one.period, lang, true)}` : nothing}<br>${titled({ title: one.evidence, title_en: one.evidence_en ?? "" })}</span></li>`)}</ul>`
      : html`<p class="small quiet">${w.qualityNone}</p>`}`;
  }
}
