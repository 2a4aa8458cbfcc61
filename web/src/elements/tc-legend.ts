// What the colours mean, how many areas have each, how classes are made, and which blanks there are.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { number } from "../format";
import { labelled, placed, words } from "../i18n";
import { comparing, recoloured } from "../comparing";
import { picture } from "../picture";
import { BLANKS, type Row } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Carried, Legend, Method } from "../types";
import { origin, sign } from "./about";
import { follow } from "./follow";
import { icons } from "./icons";
import { swatch } from "./swatch";

@customElement("tc-legend")
export class TcLegend extends LitElement {
  @state() private allBlanks = false;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; padding: 0.8rem 1rem 0.9rem; border-top: 1px solid var(--line); }
    .method { display: flex; align-items: center; gap: 0.5rem; margin: -0.15rem 0 0.45rem; }
    .method label { color: var(--ink-3); white-space: nowrap; }
    select { appearance: none; flex: 1; min-width: 0; border: 0; background: transparent; padding: 0.3rem 1.5rem 0.3rem 0.5rem; border-radius: 0.4rem; font-weight: 550; line-height: 1.5; cursor: pointer; color: var(--ink); text-align: right; text-align-last: right; }
    select:hover { background: var(--paper-2); }
    select option { background: var(--paper); color: var(--ink); }
    .pick { position: relative; flex: 1; display: flex; min-width: 0; }
    .pick svg { position: absolute; right: 0.35rem; top: 50%; translate: 0 -50%; pointer-events: none; color: var(--ink-3); }
    li { display: grid; grid-template-columns: auto minmax(0, auto) minmax(0.75rem, 1fr) auto; align-items: center; gap: 0.6rem; padding: 0.16rem 0; }
    .label { line-height: 1.45; }
    .count { color: var(--ink-2); min-width: 3ch; text-align: right; }
    .bar { justify-self: end; height: 0.4rem; border-radius: 0.2rem; background: var(--line-2); opacity: 0.7; }
    .empty .label, .empty .count { color: var(--ink-3); }
    .blanks { margin-top: 0.45rem; padding-top: 0.45rem; border-top: 1px dashed var(--line-2); }
    .why { grid-column: 2 / -1; color: var(--ink-3); font-size: 0.75rem; line-height: 1.45; margin-top: -0.25rem; }
    .more { display: flex; align-items: center; gap: 0.35rem; margin-top: 0.3rem; color: var(--accent); font-weight: 550; padding: 0.2rem 0; }
    .level { display: flex; margin-bottom: 0.6rem; padding: 0.2rem; border-radius: var(--radius-s); background: var(--paper-3); }
    .level button { flex: 1; padding: 0.3rem 0.5rem; border-radius: 0.4rem; text-align: center; font-weight: 550; color: var(--ink-2); }
    .level button[aria-pressed="true"] { background: var(--paper); color: var(--ink); box-shadow: var(--shadow); }
    .carried { margin-top: 0.45rem; padding-top: 0.45rem; border-top: 1px dashed var(--line-2); }
    .note { color: var(--ink-2); }
    .mark { width: 1.33rem; text-align: center; color: var(--accent); }
    h3 { margin-top: 0.6rem; font-size: 0.8125rem; font-weight: 650; line-height: 1.45; }
    section + section { margin-top: 0.5rem; border-top: 1px solid var(--line); }
    .act { margin-top: 0.6rem; width: 100%; }
  `];

  protected override render(): TemplateResult {
    return html`${this.levelChoice()}${this.unloaded()}${this.body()}`;
  }

  private levelChoice(): TemplateResult | typeof nothing {
    const detail = store.data.detail.value;
    const start = store.data.start.value;
    const now = store.shown;
    if (!detail || !now || now.within !== "VN" || store.state.area !== "VN" || now.lens || !detail.levels.includes("commune")) return nothing;
    if (!start?.boundaries.find((b) => b.id === now.boundary)?.communes_of.length) return nothing;
    const w = words();
    return html`<div class="level small" role="group" aria-label=${w.byLevel.label}>
      ${(["province", "commune"] as const).map((level) => html`<button aria-pressed=${now.level === level}
        @click=${() => store.go({ level: level === "commune" ? "commune" : null }, "push")}>${w.byLevel[level]}</button>`)}
    </div>`;
  }

  private unloaded(): TemplateResult | typeof nothing {
    const focus = store.data.focus.value;
    const now = store.shown;
    const current = store.data.start.value?.boundaries[0]?.id;
    if (focus?.level !== "province" || now?.level !== "province" || now.boundary !== current) return nothing;
    return html`<p class="note small" style="margin-bottom:.6rem">${words().panel.openCommunes(placed(focus))}</p>`;
  }

  private body(): TemplateResult | typeof nothing {
    const w = words();
    const detail = store.data.detail.value;
    const now = store.shown;
    const { legend: asked } = store.data;
    if (recoloured() && now?.period) return html`<tc-against-legend></tc-against-legend>`;
    if (detail && now && !now.period) return this.noFigures();
    const { slice } = store.data;
    if (slice.problem && !slice.problem.unreachable) {
      return html`<p class="note small">${slice.problem.message || w.problem.partial}</p>
        <button class="button act small" @click=${() => store.retry()}>${w.retry}</button>`;
    }
    const seen = picture();
    const legend = seen?.legend ?? (asked.busy ? null : asked.value);
    if (!legend) {
      if (asked.problem) return html`<p class="note small">${asked.problem.message || w.legend.failed}</p>`;
      return html`${[0, 1, 2, 3, 4].map(() => html`<span class="bone" style="margin:.45rem 0;height:1rem"></span>`)}`;
    }
    const sides = store.state.compare ? comparing() : null;
    const before = sides?.left()?.picture ?? null;
    return html`
      <div class="method small">
        <label for="method">${w.legend.method}</label>
        <span class="pick">
          <select id="method" title=${w.legend.explain[legend.method] ?? ""} @change=${(e: Event) => store.go({ method: (e.target as HTMLSelectElement).value as Method })}>
            ${legend.methods.map((m) => html`<option value=${m} ?selected=${m === legend.method}>${w.legend.methods[m] ?? m}</option>`)}
          </select>${icons.down(14)}
        </span>
      </div>
      ${sides && before?.legend && seen
        ? html`${sides.ownScales() ? html`<p class="note small">${w.reform.ownScales}</p>` : nothing}
            ${before.slice.period !== seen.slice.period ? html`<p class="note small">${w.reform.otherPeriods}</p>` : nothing}
            ${([[before, 0], [seen, 1]] as const).map(([side, i]) => html`<section class=${i ? "right" : "left"}><h3>${sides.captions()[i].join(" · ").replace("\n", " · ")}</h3>${this.scale(side.legend ?? legend, side.rows, side.slice.carried)}</section>`)}`
        : this.scale(legend, seen?.rows ?? [], seen?.slice.carried ?? null)}
      ${legend.blanks.length
        ? html`<button class="more small" aria-expanded=${this.allBlanks} @click=${() => (this.allBlanks = !this.allBlanks)}>
              ${icons.info(14)} ${this.allBlanks ? w.legend.hideAll : w.legend.showAll}</button>`
        : nothing}`;
  }

  /** The classes of one picture, what its marks mean, and its areas without a figure. */
  private scale(legend: Legend, rows: Row[], carried: Carried | null): TemplateResult {
    const w = words();
    const counts = new Map<number, number>();
    for (const row of rows) counts.set(row.k, (counts.get(row.k) ?? 0) + 1);
    const most = Math.max(1, ...counts.values());
    const order = legend.classes.map((_, k) => k);
    if (legend.method !== "target") order.reverse(); // high values on top, as on a scale
    const line = (k: number, label: string, blank?: string): TemplateResult => this.line(legend, k, label, counts.get(k) ?? 0, most, blank);
    const blanks = legend.blanks.filter((b) => this.allBlanks || counts.get(-1 - BLANKS.indexOf(b.key)));
    return html`<ul>${order.map((k) => line(k, labelled(legend.classes[k])))}</ul>
      ${counts.get(-9) ? html`<ul class="blanks">${line(-9, w.legend.noTarget)}</ul>` : nothing}
      ${this.carried(carried, rows)}
      ${blanks.length
        ? html`<ul class="blanks" aria-label=${w.legend.blanks}>${blanks.map((b) => line(-1 - BLANKS.indexOf(b.key), labelled(b) || (w.legend.blank[b.key] ?? ""), b.key))}</ul>`
        : nothing}`;
  }

  /** That the figures were carried, what their marks mean, and how many areas have each. */
  private carried(carried: Carried | null, rows: Row[]): TemplateResult | typeof nothing {
    if (!carried) return nothing;
    const w = words().reform;
    const { lang } = store.state;
    const count = (mark: string): number => rows.filter((row) => sign(row.carried) === mark).length;
    const marks = ([["=", w.wholes, w.wholesWhy], ["≈", w.estimates, w.estimatesWhy]] as const).filter(([mark]) => count(mark));
    return html`<div class="note small carried"><p>${w.mark(origin(carried.from, carried.level))}</p>
      <ul>${marks.map(([mark, text, why]) => html`<li title=${why}><b class="mark">${mark}</b><span class="label">${text}</span><span></span><span class="count num">${number(count(mark), lang)}</span></li>`)}</ul></div>`;
  }

  private line(legend: Legend, k: number, label: string, count: number, most: number, blank?: string): TemplateResult {
    const { lang } = store.state;
    return html`<li class="small ${count ? "" : "empty"}">
      ${swatch(k, legend, store.theme, "1.0625rem")}
      <span class="label num">${label}</span>
      <span class="bar" style="width:min(${(count / most) * 3.25}rem, 100%)"></span>
      <span class="count num" title=${words().legend.areas(number(count, lang))}>${count ? number(count, lang) : "–"}</span>
      ${this.allBlanks && blank ? html`<span class="why">${words().legend.blankWhy[blank]}</span>` : nothing}
    </li>`;
  }

  private noFigures(): TemplateResult {
    const w = words();
    const detail = store.data.detail.value!;
    const now = store.shown!;
    const other = detail.levels.find((level) => level !== now.level);
    return html`<p class="note small">${detail.levels.length ? w.indicator.noLevel(w.levels[now.level]!) : w.indicator.nothingYet}</p>
      ${other === "province"
        ? html`<button class="button act small" @click=${() => store.go({ area: "VN", level: null, view: null }, "push")}>${w.indicator.seeAt(w.levels["province"]!)}</button>`
        : nothing}
      ${!detail.levels.length || other === "country"
        ? html`<button class="button act small" @click=${() => this.dispatchEvent(new CustomEvent("choose-indicator", { bubbles: true, composed: true }))}>${w.problem.pick}</button>`
        : nothing}`;
  }
}
