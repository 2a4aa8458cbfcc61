// The course of one indicator in one area, with the path to its target and marks where figures are not final.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { term, words } from "../i18n";
import { kindOf } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import * as api from "./api";
import { Asked } from "./asked";
import { pageCss } from "./page-css";
import type { Course, Standing } from "./types";
import { said } from "./words";
import "../elements/tc-series";

@customElement("tc-trend")
export class TcTrend extends LitElement {
  @property() code = "";
  @property() area = "";
  @property() period = "";
  @property() name = "";
  @property() look = "";
  @property({ attribute: false }) row!: Standing;
  private readonly course = new Asked<Course>(this, "course");

  static override styles = [shared, pageCss, css`
    :host { display: block; }
    h2 { font-size: 1rem; margin: 0 0 0.35rem; }
    tc-series { --chart: 13rem; }
    .path { display: inline-flex; align-items: center; gap: 0.4rem; color: var(--ink-3); }
    .path::before { content: ""; width: 1.2rem; border-top: 1.5px dashed var(--ink-3); }
  `];

  protected override willUpdate(): void {
    const { lang, known } = store.state;
    const kind = kindOf(this.period);
    this.course.need(this.code && this.area && kind ? `${this.code} ${this.area} ${kind} ${known} ${lang}` : null, () => api.course(this.code, this.area, kind, known, lang));
  }

  protected override render(): TemplateResult {
    const p = said();
    const course = this.course.now;
    const { row } = this;
    if (this.course.problem) return html`<h2>${p.trend}</h2><p class="small quiet">${this.course.problem.message || words().problem.partial}</p>`;
    if (!course) return html`<h2>${p.trend}</h2><span class="bone" style="height:10rem"></span>`;
    if (course.periods.length < 2) return html`<h2>${p.trend}</h2><p class="small quiet">${p.indicator.none}</p>`;
    const due = course.targets.filter((one) => one !== null);
    const flat = new Set(due).size === 1;
    const notes = Object.fromEntries(course.periods.flatMap((one, i) => {
      const status = course.statuses[i];
      return status === "estimate" || status === "preliminary" ? [[one, words().panel.statuses[status]!]] : [];
    }));
    return html`<h2>${p.trend}</h2>
      ${due.length && !flat ? html`<p class="small"><span class="path">${p.path}</span></p>` : nothing}
      <tc-series .series=${course} period=${this.period} unit=${term(row.unit) ?? ""} .decimals=${row.decimals} .target=${flat ? due[0]! : null}
        .path=${flat ? [] : course.targets} .notes=${notes} name=${this.name} look=${this.look}></tc-series>`;
  }
}
