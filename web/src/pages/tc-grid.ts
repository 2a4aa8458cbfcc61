// All indicators of a module by area below the one shown: a table that sorts, and the same as CSV.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import * as common from "../api";
import { chooseArea } from "../choose";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { extentKey, extentOf } from "../extent";
import { number } from "../format";
import { named, placed, term } from "../i18n";
import { areasShown } from "../picture";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Indicator, Slice } from "../types";
import { Asked } from "./asked";
import { csvOf, type Cell } from "./csv";
import { figureCss, sign, value } from "./figure";
import { pageCss } from "./page-css";
import type { Module, Standing } from "./types";
import { said } from "./words";

@customElement("tc-grid")
export class TcGrid extends LitElement {
  @property({ attribute: false }) module!: Module;
  @property({ attribute: false }) codes: string[] = [];
  @property({ attribute: false }) rows: Standing[] = [];
  @property() look = "";
  @state() private near = false;
  @state() private by = "";
  @state() private rising = true;
  private readonly slices = new Asked<Map<string, Slice>>(this, "grid");
  private readonly watching = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && (this.near = true), { rootMargin: "400px" });

  constructor() {
    super();
    follow(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watching.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching.disconnect();
  }

  static override styles = [shared, figureCss, pageCss, css`
    :host { display: block; }
    .top { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0.3rem 1rem; margin-bottom: 0.6rem; }
    h2 { font-size: 1rem; margin: 0; }
    .hold { overflow: auto; max-height: min(44rem, 80vh); border-radius: var(--radius-s); box-shadow: inset 0 0 0 1px var(--line); }
    table { border-collapse: separate; border-spacing: 0; width: 100%; }
    th, td { padding: 0.4rem 0.65rem; text-align: right; font-weight: 450; line-height: 1.4; border-bottom: 1px solid color-mix(in srgb, var(--line) 65%, transparent); white-space: nowrap; background: var(--paper); }
    thead th { position: sticky; top: 0; z-index: 2; vertical-align: bottom; background: var(--paper-2); min-width: 7.5rem; padding: 0; border-bottom-color: var(--line-2); }
    thead button { display: flex; align-items: flex-end; justify-content: flex-end; gap: 0.25rem; width: 100%; padding: 0.5rem 0.65rem; white-space: normal; text-align: right; font-weight: 550; line-height: 1.35; color: var(--ink-2); }
    thead button:hover { color: var(--ink); }
    thead .unit { color: var(--ink-3); font-weight: 450; }
    tr > :first-child { position: sticky; left: 0; z-index: 1; text-align: left; min-width: 9rem; max-width: 13rem; white-space: normal; box-shadow: 1px 0 0 var(--line); }
    thead tr > :first-child { z-index: 3; }
    thead tr > :first-child button { justify-content: flex-start; text-align: left; }
    .whole > * { background: var(--accent-soft); font-weight: 600; position: sticky; top: var(--below, 0); }
    tbody tr:hover > * { background: var(--paper-2); }
    .cell { display: inline-flex; align-items: center; justify-content: flex-end; gap: 0.4rem; }
    .cell .blank { font-size: 0.75rem; }
    .pale { opacity: 0.6; }
    .name:hover { color: var(--accent); text-decoration: underline; text-underline-offset: 0.2em; }
  `];

  protected override willUpdate(): void {
    const now = store.shown;
    const { lang } = store.state;
    const asked = this.columns;
    const ready = this.near && now && this.rows.length && areasShown().length;
    const key = ready ? `${this.module.id} ${extentKey(extentOf(now))} ${asked.map((code) => this.row(code)!.period).join(" ")} ${lang}` : null;
    this.slices.need(key, async () => {
      const answers = await Promise.all(asked.map((code) =>
        common.values({ ...extentOf(now!), indicator: code, period: this.row(code)!.period!, target: true, known: store.state.known }, lang)));
      return new Map(answers.map((slice) => [slice.indicator, slice]));
    });
  }

  /** Indicators that have figures of the level in view. */
  private get columns(): string[] {
    const level = store.shown?.level ?? "commune";
    return this.codes.filter((code) => this.row(code)?.period && this.indicator(code)?.levels.includes(level));
  }

  private row(code: string): Standing | undefined {
    return this.rows.find((one) => one.code === code);
  }

  private indicator(code: string): Indicator | undefined {
    return store.data.catalogue.value?.indicators.find((one) => one.code === code);
  }

  protected override render(): TemplateResult {
    const p = said().grid;
    const { lang } = store.state;
    const slices = this.slices.now;
    const areas = areasShown();
    if (this.slices.problem) return html`<h2>${p.title}</h2><p class="small quiet">${this.slices.problem.message}</p>`;
    if (!slices) return html`<h2>${p.title}</h2><span class="bone" style="height:16rem;margin-top:.6rem"></span>`;
    const table = this.table(slices);
    const whole = this.rows;
    return html`
      <div class="top"><h2>${p.title}</h2>
        <a class="link small" href=${this.file(table)} download="${this.module.id}-${store.state.area}.csv">${icons.file()}${p.csv}</a></div>
      ${areas.length
        ? html`<div class="hold scroll" tabindex="0" role="region" aria-label=${p.title}><table class="small num">
            <thead><tr>${this.head("", p.area)}${this.columns.map((code) => this.head(code, named(this.indicator(code)), term(this.row(code)?.unit)))}</tr></thead>
            <tbody>
              ${store.shown?.selected ? nothing : html`<tr class="whole"><th scope="row">${p.whole}</th>${this.columns.map((code) => {
                const row = whole.find((one) => one.code === code);
                return html`<td>${row ? html`<span class="cell">${value(row, store.state.area ?? "", named(this.indicator(code)), false)}${sign(row.state, "0.95rem")}</span>` : "–"}</td>`;
              })}</tr>`}
              ${repeat(table, (line) => line.code, (line) => html`<tr><th scope="row"><button class="name" @click=${() => chooseArea(line.code)}>${line.name}</button></th>
                ${line.cells.map((cell, i) => this.cell(cell, this.columns[i]!, line.code))}</tr>`)}
            </tbody></table></div>`
        : html`<p class="small quiet">${p.none}</p>`}
      <p class="hide" role="status">${number(table.length, lang)}</p>`;
  }

  private head(code: string, title: string, unit?: string | null): TemplateResult {
    const on = this.by === code;
    return html`<th scope="col" aria-sort=${on ? (this.rising ? "ascending" : "descending") : "none"}><button title=${said().grid.sort(title)}
      @click=${() => { this.rising = on ? !this.rising : code === ""; this.by = code; }}>
      <span>${title}${unit ? html` <span class="unit">(${unit})</span>` : nothing}</span>${on ? (this.rising ? icons.up(11) : icons.fall(11)) : nothing}</button></th>`;
  }

  private cell(cell: Cell, code: string, area: string): TemplateResult {
    const row = this.row(code)!;
    const figure = { code, period: row.period, value: cell.value, blank: cell.blank, unit: row.unit, decimals: row.decimals };
    return html`<td><span class="cell">${value(figure, area, named(this.indicator(code)), false)}${sign(cell.state, "0.95rem")}</span></td>`;
  }

  private table(slices: Map<string, Slice>): { code: string; name: string; cells: Cell[] }[] {
    const at = this.columns.map((code) => {
      const slice = slices.get(code);
      return { slice, place: new Map(slice?.ids.map((id, i) => [id, i])) };
    });
    const lines = areasShown().map((area) => ({
      code: area.code, name: placed(area),
      cells: at.map(({ slice, place }): Cell => {
        const i = place.get(area.id);
        const value_ = slice && i !== undefined ? (slice.values[i] ?? null) : null;
        const state = slice && i !== undefined ? (slice.states?.[i] ?? null) : null;
        return { value: value_, blank: value_ === null ? (slice?.blanks[area.id] ?? "no_data") : null, state };
      }),
    }));
    const column = this.columns.indexOf(this.by);
    const way = this.rising ? 1 : -1;
    const of = (line: (typeof lines)[number]): number | null => line.cells[column]?.value ?? null;
    return lines.sort((a, b) => {
      if (column < 0) return way * a.name.localeCompare(b.name, "vi", { numeric: true });
      const [x, y] = [of(a), of(b)];
      return x === null ? (y === null ? 0 : 1) : y === null ? -1 : way * (x - y);
    });
  }

  private file(table: { code: string; name: string; cells: Cell[] }[]): string {
    const heads = this.columns.map((code) => `${code.toUpperCase()} ${named(this.indicator(code))} (${this.row(code)?.unit ?? ""}; ${this.row(code)?.period ?? ""})`);
    return `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(heads, table))}`;
  }
}
