// What the pointer is over: name, value with unit, rank.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { number, withUnit } from "../format";
import { placed, term, words } from "../i18n";
import { areasShown, coloured, type Picture } from "../picture";
import { BLANKS, type Row } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import { put, type Free } from "./place";
import { origin, signed, sureness } from "./about";
import { swatch } from "./swatch";

@customElement("tc-tooltip")
export class TcTooltip extends LitElement {
  /** What is pointed at, where it is not the picture of the page. */
  of: Picture | null = null;
  @state() private areaId: number | null = null;

  static override styles = [shared, css`
    :host { position: absolute; left: 0; top: 0; z-index: 3; pointer-events: none; width: max-content; max-width: 19rem; opacity: 0; transition: opacity var(--quick); }
    :host([open]) { opacity: 1; }
    .tip { padding: 0.6rem 0.85rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow-high); }
    .name { font-weight: 600; line-height: 1.4; }
    .value { display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.5rem; margin-top: 0.15rem; }
    .value b { font-weight: 650; font-size: 1.0625rem; white-space: nowrap; }
    .value > span:not(.rank) { flex: 1 1 0; min-width: 9rem; }
    .rank { color: var(--ink-3); }
    .carried { margin-top: 0.3rem; color: var(--ink-2); }
    .warn { display: flex; gap: 0.4rem; margin-top: 0.35rem; color: var(--warn-ink); }
    .warn svg { flex: none; margin-top: 0.15em; }
  `];

  async show(id: number | null, x: number, y: number, free: Free): Promise<void> {
    this.areaId = id;
    this.toggleAttribute("open", id !== null);
    if (id === null) return;
    await this.updateComplete; // its size follows from what it says
    const { width, height } = this.getBoundingClientRect();
    put(this, { left: x + 18 + width > free.right ? x - width - 14 : x + 18, top: y - height - 12 }, free);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.areaId === null) return nothing;
    const w = words();
    const { lang } = store.state;
    const seen = this.of ?? coloured();
    const row = seen?.byId.get(this.areaId);
    const told = row && seen?.told?.(row);
    const name = placed(row?.code ? row : areasShown().find((child) => child.id === this.areaId));
    const detail = store.data.detail.value;
    if (!name) return nothing;
    return html`<div class="tip">
      <p class="name">${name}</p>
      ${told
        ? html`<p class="value num told">${swatch(row.k, seen!.legend, store.theme)}<b class="small">${told.main}</b></p>${told.notes.map((note) => html`<p class="rank small num">${note}</p>`)}`
        : row && seen
        ? html`<p class="value num">
            ${swatch(row.k, seen.legend, store.theme)}
            ${row.value === null
              ? html`<span>${emptyText(row)}</span>`
              : html`<b>${signed(row.carried)}${withUnit(row.value, term(detail?.unit), lang, detail?.decimals)}</b>
                  ${row.rank && row.rank.of > 1 ? html`<span class="rank small">${w.panel.rank.toLowerCase()} ${w.panel.rankOf(number(row.rank.place, lang), number(row.rank.of, lang))} ${w.peers[row.rank.kind]}</span>` : nothing}`}
          </p>`
        : nothing}
      ${row?.carried && seen?.slice.carried
        ? html`<p class="carried small num">${w.reform.mark(origin(seen.slice.carried.from, seen.slice.carried.level))}: ${sureness(row.carried.estimated, row.carried.low, row.carried.high, detail?.decimals ?? 0)}</p>`
        : nothing}
      ${row && blankKey(row.k) === "unmerged" ? html`<p class="rank small">${w.reform.pressForParts}</p>` : nothing}
      ${row?.warning ? html`<p class="warn small">${term(row.warning)}</p>` : nothing}
    </div>`;
  }
}

export function blankKey(k: number): string {
  return BLANKS[-1 - k] ?? "no_data";
}

/** Why an area has no figure: what cannot be merged says why, all else which blank it is. */
export function emptyText(row: Row): string {
  const w = words();
  const key = blankKey(row.k);
  return (key === "unmerged" && row.refused && w.reform.refused[row.refused]) || (w.legend.blank[key] ?? w.panel.noValue);
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-tooltip": TcTooltip;
  }
}
