// What the colours of a comparison mean and how many areas have each: around zero, or a square of two indicators.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { background, swatch } from "../elements/swatch";
import { number } from "../format";
import { labelled, named, term, words as general } from "../i18n";
import { coloured, type Picture } from "../picture";
import { BLANKS } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import { against } from "./against";
import { edges, titles } from "./computed";
import { NO_BASE } from "./difference";
import { words } from "./words";

@customElement("tc-against-legend")
export class TcAgainstLegend extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; }
    h3 { font-size: 0.875rem; font-weight: 600; line-height: 1.45; margin-bottom: 0.35rem; }
    h4 { margin: 0.3rem 0 0.05rem; font-size: 0.75rem; font-weight: 600; color: var(--ink-3); line-height: 1.5; }
    li { display: grid; grid-template-columns: auto 1fr auto; align-items: center; gap: 0.6rem; padding: 0.13rem 0; }
    .count { color: var(--ink-2); }
    .empty span { color: var(--ink-3); }
    .blanks { margin-top: 0.45rem; padding-top: 0.4rem; border-top: 1px dashed var(--line-2); }
    .why { margin-top: 0.45rem; color: var(--ink-3); font-size: 0.75rem; line-height: 1.45; }
    .square { display: grid; grid-template-columns: 1.1rem auto repeat(3, minmax(2.4rem, 1fr)); gap: 2px; align-items: center; margin-top: 0.25rem; }
    .cell { display: grid; place-items: center; aspect-ratio: 1.35; border-radius: 3px; font-size: 0.8125rem; font-weight: 600; box-shadow: inset 0 0 0 1px rgb(128 140 148 / 0.35); }
    .up { grid-row: 1 / 4; writing-mode: vertical-rl; rotate: 180deg; text-align: center; justify-self: center; max-height: 8.5rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .along { grid-column: 3 / -1; text-align: center; line-height: 1.35; }
    .tick { color: var(--ink-3); font-size: 0.6875rem; text-align: right; padding-right: 0.25rem; }
    .tick.foot { text-align: center; padding: 0; }
    .up, .along { font-size: 0.75rem; font-weight: 550; }
  `];

  protected override render(): TemplateResult {
    const seen = coloured();
    const wanted = against();
    if (!seen?.legend || !wanted) return this.waiting();
    const counts = new Map<number, number>();
    for (const row of seen.rows) counts.set(row.k, (counts.get(row.k) ?? 0) + 1);
    const w = words();
    return html`${wanted.kind === "indicator" ? this.square(seen, counts) : this.around(seen, counts)}
      ${this.blanks(seen, counts)}
      ${seen.rows.some((row) => row.carried) ? html`<p class="why">${w.carried}</p>` : nothing}`;
  }

  private waiting(): TemplateResult {
    const { other, otherDetail, slice } = store.data;
    const problem = other.problem ?? otherDetail.problem;
    if (problem) return html`<p class="small">${problem.message || general().problem.partial}</p>`;
    if (against()?.kind === "target" && slice.of === slice.key && slice.value && !slice.value.due) return html`<p class="small">${words().noTargets}</p>`;
    return html`${[0, 1, 2, 3].map(() => html`<span class="bone" style="margin:.45rem 0;height:1rem"></span>`)}`;
  }

  /** Classes from better to worse, what says nothing between them. */
  private around(seen: Picture, counts: Map<number, number>): TemplateResult {
    const w = words();
    const detail = store.data.detail.value!;
    const neutral = detail.direction === "neutral";
    const unit = store.state.way === "percent" ? "%" : /[%‰]$/.test(detail.unit) ? w.points(detail.unit) : term(detail.unit);
    const lines = (ks: number[]): TemplateResult[] => ks.filter((k) => seen.legend!.classes[k]!.label).map((k) => this.line(seen, k, labelled(seen.legend!.classes[k]), counts.get(k) ?? 0));
    return html`<h3>${w.minus(...titles())}${unit ? html` <span class="quiet">(${unit})</span>` : nothing}</h3>
      <h4>${neutral ? w.moreHead : w.betterHead}</h4><ul>${lines([6, 5, 4])}</ul>
      <ul class="blanks">${lines([3])}</ul>
      <h4>${neutral ? w.lessHead : w.worseHead}</h4><ul>${lines([2, 1, 0])}</ul>
      ${against()?.kind === "period" ? html`<p class="why">${w.quietWhy}</p>` : nothing}`;
  }

  private square(seen: Picture, counts: Map<number, number>): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const [first, second] = [store.data.detail.value!, store.data.otherDetail.value!];
    const [across, up] = edges();
    const edge = (value: number | undefined, decimals: number): string => (value === undefined || !Number.isFinite(value) ? "" : `≥ ${number(value, lang, decimals)}`);
    const row = (y: number): TemplateResult => html`<span class="tick num">${y ? edge(up[y - 1], second.decimals) : ""}</span>${[0, 1, 2].map((x) => {
      const k = 3 * y + x;
      const n = number(counts.get(k) ?? 0, lang);
      const title = w.cell(w.thirds[x]!, w.thirds[y]!, n);
      return html`<span class="cell num" data-k=${k} title=${title} style="background:${background(k, seen.legend, store.theme)};color:${ink(seen, k)}"><span aria-hidden="true">${n}</span><span class="hide">${title}</span></span>`;
    })}`;
    const total = [...counts].reduce((sum, [k, n]) => sum + (k >= 0 ? n : 0), 0);
    return html`<div class="square">
        <span class="up" title=${named(second)}>${named(second)} →</span>${row(2)}${row(1)}${row(0)}
        <span></span><span></span>${[0, 1, 2].map((x) => html`<span class="tick foot num">${x ? edge(across[x - 1], first.decimals) : ""}</span>`)}
        <span class="along" title=${named(first)}>${named(first)} →</span>
      </div>
      <p class="why">${w.sum(number(total, lang))}. ${w.thirdsWhy}</p>`;
  }

  private blanks(seen: Picture, counts: Map<number, number>): TemplateResult | typeof nothing {
    const some = BLANKS.map((key, i) => [-1 - i, key] as const).filter(([k]) => counts.get(k));
    const none = counts.get(NO_BASE) ?? 0;
    if (!some.length && !none) return nothing;
    const noBase = against()?.kind === "target" ? general().legend.noTarget : words().noBase;
    return html`<ul class="blanks">${some.map(([k, key]) => this.line(seen, k, general().legend.blank[key]!, counts.get(k)!))}
      ${none ? this.line(seen, NO_BASE, noBase, none) : nothing}</ul>`;
  }

  private line(seen: Picture, k: number, label: string, count: number): TemplateResult {
    return html`<li class="small ${count ? "" : "empty"}" data-k=${k}>${swatch(k, seen.legend, store.theme, "1.0625rem")}<span class="num">${label}</span>
      <span class="count num">${count ? number(count, store.state.lang) : "–"}</span></li>`;
  }
}

/** Dark letters on bright cells, white ones on deep cells. */
function ink(seen: Picture, k: number): string {
  const colour = seen.legend!.classes[k]![store.theme === "dark" ? "colour_dark" : "colour"];
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#15222b" : "#ffffff";
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-against-legend": TcAgainstLegend;
  }
}
