// All areas of the map as a table: sorted as wished, linked to the map both ways, the map of those who cannot see it.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { fold, number } from "../format";
import { named, placed, term, titled, words } from "../i18n";
import { askRanking, movements } from "../movement";
import { areasShown, coloured, type Picture } from "../picture";
import type { Row } from "../shown";
import { chooseArea } from "../choose";
import { period as periodTitle } from "../period";
import { store } from "../store";
import { shared } from "../styles/shared";
import { about } from "./about";
import { follow } from "./follow";
import { icons } from "./icons";
import { swatch } from "./swatch";
import { emptyText } from "./tc-tooltip";

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
    store.asks.add(askRanking);
    askRanking();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.off?.();
    store.asks.delete(askRanking);
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
    .kinds { display: flex; flex-wrap: wrap; gap: 0.3rem; padding-bottom: 0.6rem; }
    .kinds button { min-height: 2rem; padding: 0.15rem 0.7rem; border-radius: 99px; box-shadow: inset 0 0 0 1px var(--line-2); font-weight: 550; color: var(--ink-2); }
    .kinds button[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); box-shadow: none; }
    .moved { display: block; font-size: 0.6875rem; line-height: 1.2; white-space: nowrap; }
    .moved.up { color: var(--good); } .moved.fall { color: var(--bad); } .moved.quiet { color: var(--ink-3); }
    .better { color: var(--good); } .worse { color: var(--bad); }
    .note { margin-top: 0.25rem; color: var(--ink-3); font-size: 0.75rem; line-height: 1.45; }
    .message { padding: 1.5rem 0.5rem; color: var(--ink-2); }
    .button { width: 100%; margin-top: 0.75rem; }
  `];

  protected override render(): TemplateResult {
    const w = words();
    const seen = coloured();
    const detail = store.data.detail.value;
    const now = store.shown;
    if (!seen || !detail || !now?.period) {
      return html`<p class="message">${store.data.slice.busy || !detail ? w.loading : (store.data.slice.problem?.message || w.table.empty)}</p>`;
    }
    const asked = fold(this.text.trim());
    const kinds = this.kinds();
    const kind = kinds.some(([one]) => one === store.state.ranking) ? store.state.ranking : null;
    const rows = this.sorted(seen.rows.filter((row) => (!kind || this.kindOf.get(row.id) === kind) && (!asked || fold(`${placed(row)} ${row.code}`).includes(asked))), kind);
    return html`
      <div class="tools"><label class="field">${icons.search()}<span class="hide">${w.table.filter}</span>
        <input type="search" placeholder=${w.table.filter} .value=${this.text} @input=${(e: InputEvent) => (this.text = (e.target as HTMLInputElement).value)} /></label></div>
      ${kinds.length > 1 ? html`<div class="kinds small" role="group" aria-label=${w.table.kinds}>
        ${[["all", seen.rows.length] as const, ...kinds].map(([one, n]) => html`<button aria-pressed=${one === (kind ?? "all")} @click=${() => store.go({ ranking: one })}>${one === "all" ? w.all : w.kinds[one]} <span class="num">${number(n, store.state.lang)}</span></button>`)}
      </div>` : nothing}
      <table @mouseleave=${() => store.hover(null)}>
        <caption class="small">${w.table.caption(named(detail), periodTitle(now.period, store.state.lang))}${seen.slice.sample ? html` <span class="badge sample">${w.sample}</span>` : nothing}${this.note(seen)}</caption>
        <thead class="small"><tr>
          ${this.head("place", w.table.place)}${this.head("name", w.table.area)}${this.head("value", seen.told ? w.table.compared : `${w.table.value}${detail.unit ? ` (${term(detail.unit)})` : ""}`)}
        </tr></thead>
        <tbody>${repeat(rows.slice(0, this.most), (row) => row.id, (row) => this.row(row, seen, kind))}</tbody>
      </table>
      ${rows.length ? nothing : html`<p class="message">${w.table.nothing}</p>`}
      ${rows.length > this.most ? html`<button class="button" @click=${() => (this.most += 400)}>${w.more} (${number(rows.length - this.most, store.state.lang)})</button>` : nothing}`;
  }

  /** The selected area is brought into sight when it changes, or when the table opens. */
  protected override updated(): void {
    const selected = store.shown?.selected ?? null;
    if (!coloured() || selected === this.shownSelected) return;
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

  private kindOf = new Map<number, string>();

  /** The kinds of areas in view, the most frequent first, and how many there are of each. */
  private kinds(): [string, number][] {
    this.kindOf = new Map(areasShown().map((area) => [area.id, area.kind]));
    const counts = new Map<string, number>();
    for (const kind of this.kindOf.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  private note(seen: Picture): TemplateResult | typeof nothing {
    const before = store.data.ranking.value?.previous;
    if (seen.told || !movements().size || !before) return nothing;
    return html`<span class="note" style="display:block">${words().table.moved(periodTitle(before, store.state.lang))}</span>`;
  }

  /** Places gained or lost since the period before; grey where the figures differ by no more than usual. */
  private moved(row: Row, seen: Picture): TemplateResult | typeof nothing {
    const found = seen.told ? undefined : movements().get(row.code);
    if (!found || found.moved === null || row.value === null) return nothing;
    const { lang } = store.state;
    const w = words().table;
    const way = found.within_noise ? "quiet" : found.moved > 0 ? "up" : found.moved < 0 ? "fall" : "quiet";
    const text = found.moved === 0 ? "=" : `${found.moved > 0 ? "▲" : "▼"}${number(Math.abs(found.moved), lang)}`;
    const said = (found.moved === 0 ? w.stayed : found.moved > 0 ? w.gained(number(found.moved, lang)) : w.lost(number(-found.moved, lang))) + (found.within_noise ? `; ${w.noise}` : "");
    return html`<span class="moved num ${way}" title=${said}><span aria-hidden="true">${text}</span><span class="hide">${said}</span></span>`;
  }

  private row(row: Row, seen: Picture, kind: string | null): TemplateResult {
    const { lang } = store.state;
    const told = seen.told?.(row);
    const place = kind && row.rank ? row.rank.place : row.place;
    const decimals = store.data.detail.value?.decimals ?? 0;
    return html`<tr data-id=${row.id} aria-selected=${row.code === store.shown?.selected} @mouseenter=${() => store.hover(row.id)} @click=${() => this.choose(row)}>
      <td class="place num">${place ?? "–"}${this.moved(row, seen)}</td>
      <th scope="row"><button class="name" @focus=${() => store.hover(row.id)}>${placed(row) || row.code}</button>${row.warning ? html`<span class="warn" title=${term(row.warning)}>${icons.warning(14)}<span class="hide">${term(row.warning)}</span></span>` : nothing}${this.things(row)}</th>
      <td class="end num"><span class="val">${told ? html`<span class="${told.better === null ? "" : told.better ? "better" : "worse"}" style="white-space:normal" title=${told.notes.join("\n")}>${told.main}</span>` : row.value === null ? html`<span class="blank small">${emptyText(row)}</span>` : html`<span>${about(row)}${row.carried ? "\u00a0" : ""}${number(row.value, lang, decimals)}</span>`}${swatch(row.k, seen.legend, store.theme, "0.8rem")}</span></td>
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

  private sorted(rows: Row[], kind: string | null): Row[] {
    const sign = this.falling ? -1 : 1;
    const of = (row: Row): number | null => (kind && row.rank ? row.rank.place : row.place);
    const last = (a: number | null, b: number | null): number => (a === null ? (b === null ? 0 : 1) : b === null ? -1 : sign * (a - b));
    const compare = {
      place: (a: Row, b: Row) => last(of(a), of(b)) || a.k - b.k,
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
