// All areas of the map as a table: sorted as wished, linked to the map both ways, the map of those who cannot see it.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { fold, number } from "../format";
import { named, placed, term, titled, words } from "../i18n";
import { picture } from "../picture";
import type { Row } from "../shown";
import { chooseArea } from "../choose";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import { about } from "./about";
import { follow } from "./follow";
import { icons } from "./icons";
import { swatch } from "./swatch";
import { blankKey } from "./tc-tooltip";

type Column = "place" | "name" | "value";

@customElement("tc-ranking")
export class TcRanking extends LitElement {
  @state() private column: Column = "place";
  @state() private falling = false;
  @state() private text = "";
  @state() private most = 200;
  private off: (() => void) | null = null;
  private lit: Element | null = null;

  constructor() {
    super();
    follow(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.off = store.followHover((id) => this.highlight(id));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.off?.();
  }

  static override styles = [shared, css`
    :host { display: block; }
    .tools { padding: 0.25rem 0 0.65rem; }
    table { width: 100%; border-collapse: collapse; }
    caption { text-align: left; padding-bottom: 0.5rem; color: var(--ink-2); line-height: 1.45; }
    thead th { position: sticky; top: var(--stick, 0); z-index: 1; background: var(--paper); padding: 0; font-weight: 550; box-shadow: inset 0 -1px 0 var(--line); }
    thead button { display: flex; align-items: center; gap: 0.25rem; width: 100%; padding: 0.5rem 0.35rem; color: var(--ink-3); line-height: 1.45; }
    thead button:hover { color: var(--ink); }
    th[aria-sort="ascending"] button, th[aria-sort="descending"] button { color: var(--ink); }
    th.end button { justify-content: flex-end; white-space: normal; text-align: right; }
    tbody tr { cursor: pointer; }
    tbody tr:hover, tbody tr.lit { background: var(--paper-3); }
    tbody tr[aria-selected="true"] { background: var(--accent-soft); }
    td, tbody th { padding: 0.4rem 0.35rem; font-weight: 450; text-align: left; line-height: 1.4; border-bottom: 1px solid color-mix(in srgb, var(--line) 65%, transparent); vertical-align: middle; }
    tr[aria-selected="true"] th { font-weight: 650; }
    .place { width: 3rem; color: var(--ink-3); text-align: right; padding-right: 0.7rem; }
    .end { text-align: right; white-space: nowrap; }
    th button.name { display: inline; line-height: inherit; font-weight: inherit; }
    .val { display: inline-flex; align-items: center; gap: 0.55rem; font-weight: 550; justify-content: flex-end; }
    .things { display: block; color: var(--ink-3); font-size: 0.75rem; }
    .about { color: var(--accent); }
    .blank { color: var(--ink-3); font-weight: 450; white-space: normal; }
    .warn { color: var(--warn-ink); display: inline-block; vertical-align: -0.15em; margin-left: 0.25rem; }
    .message { padding: 1.5rem 0.5rem; color: var(--ink-2); }
    .button { width: 100%; margin-top: 0.75rem; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const seen = picture();
    const detail = store.data.detail.value;
    const now = store.shown;
    if (!seen || !detail || !now?.period) {
      return html`<p class="message">${store.data.slice.busy || !detail ? w.loading : (store.data.slice.problem?.message || w.table.empty)}</p>`;
    }
    const asked = fold(this.text.trim());
    const rows = this.sorted(seen.rows.filter((row) => !asked || fold(`${placed(row)} ${row.code}`).includes(asked)));
    return html`
      <div class="tools"><label class="field">${icons.search()}<span class="hide">${w.table.filter}</span>
        <input type="search" placeholder=${w.table.filter} .value=${this.text} @input=${(e: InputEvent) => (this.text = (e.target as HTMLInputElement).value)} /></label></div>
      <table @mouseleave=${() => store.hover(null)}>
        <caption class="small">${w.table.caption(named(detail), periodTitle(now.period, store.state.lang))}${seen.slice.sample ? html` <span class="badge sample">${w.sample}</span>` : nothing}</caption>
        <thead class="small"><tr>
          ${this.head("place", w.table.place)}${this.head("name", w.table.area)}${this.head("value", `${w.table.value}${detail.unit ? ` (${term(detail.unit)})` : ""}`)}
        </tr></thead>
        <tbody>${repeat(rows.slice(0, this.most), (row) => row.id, (row) => this.row(row))}</tbody>
      </table>
      ${rows.length ? nothing : html`<p class="message">${w.table.nothing}</p>`}
      ${rows.length > this.most ? html`<button class="button" @click=${() => (this.most += 400)}>${w.more} (${number(rows.length - this.most, store.state.lang)})</button>` : nothing}`;
  }

  /** The selected area is brought into sight when it changes, or when the table opens. */
  protected override updated(): void {
    const selected = store.shown?.selected ?? null;
    if (!picture() || selected === this.shownSelected) return;
    const row = this.shadowRoot?.querySelector('tr[aria-selected="true"]');
    if (selected && !row) return;
    this.shownSelected = selected;
    row?.scrollIntoView({ block: "center" });
  }
  private shownSelected: string | null = null;

  private head(column: Column, title: string): TemplateResult {
    const on = this.column === column;
    return html`<th scope="col" class=${column === "value" ? "end" : ""} aria-sort=${on ? (this.falling ? "descending" : "ascending") : "none"}>
      <button title=${words().table.sortBy(title)} @click=${() => { this.falling = on ? !this.falling : false; this.column = column; }}>
        ${title}${on ? (this.falling ? icons.fall(12) : icons.up(12)) : nothing}</button></th>`;
  }

  private row(row: Row): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const seen = picture()!;
    const decimals = store.data.detail.value?.decimals ?? 0;
    return html`<tr data-id=${row.id} aria-selected=${row.code === store.shown?.selected} @mouseenter=${() => store.hover(row.id)} @click=${() => this.choose(row)}>
      <td class="place num">${row.place ?? "–"}</td>
      <th scope="row"><button class="name" @focus=${() => store.hover(row.id)}>${placed(row) || row.code}</button>${row.warning ? html`<span class="warn" title=${term(row.warning)}>${icons.warning(14)}<span class="hide">${term(row.warning)}</span></span>` : nothing}${this.things(row)}</th>
      <td class="end num"><span class="val">${row.value === null ? html`<span class="blank small">${(row.refused && w.reform.refused[row.refused]) || w.legend.blank[blankKey(row.k)]}</span>` : html`<span>${about(row)}${row.carried ? "\u00a0" : ""}${number(row.value, lang, decimals)}</span>`}${swatch(row.k, seen.legend, store.theme, "0.8rem")}</span></td>
    </tr>`;
  }

  /** Through a lens, how many things of the visible layers lie in an area. */
  private things(row: Row): TemplateResult | typeof nothing {
    const { start, counts } = store.data;
    if (!store.shown?.lens || !counts.value) return nothing;
    const told = counts.value.map((one) => {
      const layer = start.value?.layers.find((l) => l.id === one.layer);
      return `${titled(layer)}: ${number(one.values[one.ids.indexOf(row.id)] ?? 0, store.state.lang)}`;
    });
    return html`<span class="things num">${told.join(" · ")}</span>`;
  }

  private sorted(rows: Row[]): Row[] {
    const sign = this.falling ? -1 : 1;
    const last = (a: number | null, b: number | null): number => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : sign * (a - b));
    const compare = {
      place: (a: Row, b: Row) => last(a.place, b.place) || a.k - b.k,
      value: (a: Row, b: Row) => last(a.value, b.value),
      name: (a: Row, b: Row) => sign * a.name.localeCompare(b.name, "vi"),
    }[this.column];
    return rows.sort((a, b) => compare(a, b) || a.name.localeCompare(b.name, "vi"));
  }

  private choose(row: Row): void {
    chooseArea(row.code);
  }

  private highlight(id: number | null): void {
    this.lit?.classList.remove("lit");
    this.lit = id === null ? null : (this.shadowRoot?.querySelector(`tr[data-id="${id}"]`) ?? null);
    this.lit?.classList.add("lit");
  }
}
