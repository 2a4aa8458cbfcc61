// The family tree of an area across the reform: what it was formed from, or what became of it, with the part that passed.
import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { goTo } from "../choose";
import { number } from "../format";
import { placed, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area, Related } from "../types";
import { icons } from "./icons";

const FEW = 10;

@customElement("tc-family")
export class TcFamily extends LitElement {
  @property({ attribute: false }) area!: Area;
  @state() private all = false;

  static override styles = [shared, css`
    :host { display: block; }
    summary { display: flex; justify-content: space-between; align-items: center; cursor: pointer; list-style: none; font-size: 0.8125rem; font-weight: 650; line-height: 1.5; border-top: 1px solid var(--line); padding: 1rem 0 0.5rem; }
    summary::-webkit-details-marker { display: none; }
    summary svg { color: var(--ink-3); transition: rotate var(--quick); }
    details[open] summary svg { rotate: 180deg; }
    .story { color: var(--ink-2); padding-bottom: 0.6rem; line-height: 1.5; }
    .tree { display: grid; grid-template-columns: minmax(0, 1.6fr) 2rem minmax(0, 1fr); align-items: stretch; }
    .tree.heirs { grid-template-columns: minmax(0, 1fr) 2rem minmax(0, 1.6fr); }
    .ends { display: grid; grid-template-columns: minmax(0, 1fr); min-width: 0; gap: 0.3rem; grid-auto-rows: 2.5rem; }
    .ends li { min-width: 0; }
    .end { display: flex; flex-direction: column; justify-content: center; width: 100%; height: 2.5rem; padding: 0 0.6rem; border-radius: 0.4rem; box-shadow: inset 0 0 0 1px var(--line-2); line-height: 1.25; font-weight: 550; color: var(--accent); }
    .end:hover { background: var(--accent-soft); }
    .end span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .end .part { color: var(--ink-3); font-weight: 450; font-size: 0.6875rem; }
    .self { align-self: center; padding: 0.5rem 0.6rem; border-radius: 0.4rem; background: var(--accent); color: var(--accent-ink); font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
    .tree > svg { width: 100%; height: 100%; }
    path { fill: none; stroke: var(--accent-line); vector-effect: non-scaling-stroke; }
    path.part { stroke-dasharray: 4 3; }
    .more { color: var(--accent); font-weight: 550; padding: 0.5rem 0; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const w = words().reform;
    const { area } = this;
    const heirs = area.successors.length > 0;
    const ends = heirs ? area.successors : area.predecessors;
    if (!ends.length) return nothing;
    const shown = this.all ? ends : ends.slice(0, FEW);
    return html`<details open class="small"><summary>${heirs ? w.becomes : w.came}${icons.down()}</summary>
      ${store.state.compare ? nothing : html`<p class="story">${store.state.lang === "en" ? area.story_en : area.story}</p>`}
      <div class="tree ${heirs ? "heirs" : ""}">
        ${heirs ? this.self() : this.ends(shown)}${this.branches(shown, heirs)}${heirs ? this.ends(shown) : this.self()}
      </div>
      ${ends.length > shown.length ? html`<button class="more" @click=${() => (this.all = true)}>${w.more(number(ends.length - shown.length, store.state.lang))}</button>` : nothing}
    </details>`;
  }

  private self(): TemplateResult {
    return html`<p class="self">${placed(this.area)}</p>`;
  }

  private ends(list: Related[]): TemplateResult {
    return html`<ul class="ends">${list.map((one) => html`<li><button class="end" @click=${() => goTo(one)}>
      <span title=${placed(one)}>${placed(one)}</span>${divided(one) ? html`<span class="part num">${partOf(one)}</span>` : nothing}</button></li>`)}</ul>`;
  }

  /** One line for each end, thicker the more of it passed; dashed where only a part did. */
  private branches(list: Related[], heirs: boolean): TemplateResult {
    const height = list.length;
    const middle = height / 2;
    return html`<svg viewBox="0 0 40 ${height * 10}" preserveAspectRatio="none" aria-hidden="true">${list.map((one, i) => {
      const y = (i + 0.5) * 10;
      const [from, to] = heirs ? [middle * 10, y] : [y, middle * 10];
      return svg`<path class=${divided(one) ? "part" : ""} d="M0 ${from}C20 ${from} 20 ${to} 40 ${to}" stroke-width=${1.5 + 3 * (one.share ?? 1)}/>`;
    })}</svg>`;
  }
}

/** Whether only a part of the old area passed. */
export const divided = (one: Related): boolean => one.share !== null && one.share < 0.995;

/** The part that passed, by people where they are known, else by ground. */
export function partOf(one: Related): string {
  return words().panel.part(number((one.people ?? one.share!) * 100, store.state.lang), one.people !== null);
}
