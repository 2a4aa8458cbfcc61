// How values, states and blanks look on pages.
import { css, html, nothing, type TemplateResult } from "lit";
import { changed } from "../elements/changed";
import { explain } from "../elements/explain";
import { icons } from "../elements/icons";
import { background, stateMark } from "../elements/swatch";
import { number, withUnit } from "../format";
import { term, words } from "../i18n";
import { period as periodTitle } from "../period";
import { BLANKS } from "../shown";
import { store } from "../store";
import type { BlankKey, Target, TargetState } from "../types";
import type { Standing } from "./types";
import { said } from "./words";

export const STATES: readonly TargetState[] = ["green", "yellow", "orange", "red"];

export const figureCss = css`
  .sign { display: inline-flex; flex: none; }
  .hatch { display: inline-block; flex: none; width: 1.1rem; height: 0.85rem; border-radius: 3px; box-shadow: inset 0 0 0 1px rgb(128 140 148 / 0.45); vertical-align: -0.08em; }
  .blank { display: inline-flex; align-items: center; gap: 0.45rem; color: var(--ink-2); font-weight: 500; }
  .why { border-radius: 0.3rem; text-decoration: underline dotted 1.5px color-mix(in srgb, var(--ink-3) 55%, transparent); text-underline-offset: 0.22em; }
  .why:hover { text-decoration-color: var(--accent); color: var(--accent); }
  .delta { display: inline-flex; align-items: center; gap: 0.2rem; font-weight: 600; white-space: nowrap; }
  .delta.good { color: var(--good); } .delta.bad { color: var(--bad); }
`;

export const stateColour = (state: TargetState | null): string => (state ? `var(--state-${state})` : "var(--line-2)");

/** The sign of a state in its colour; what it means is said to those who do not see it. */
export function sign(state: TargetState | null, size = "1.2rem"): TemplateResult | typeof nothing {
  if (!state) return nothing;
  const meaning = words().panel.states[state];
  return html`<span class="sign" title=${meaning}>${stateMark(state, store.theme, size)}<span class="hide">${meaning}</span></span>`;
}

/** One of the five blanks, by its hatch and its words. */
export function blank(key: BlankKey | null): TemplateResult {
  const known = key ?? "no_data";
  const w = words();
  return html`<span class="blank" title=${w.legend.blankWhy[known]!}><i class="hatch" style="background:${background(-1 - BLANKS.indexOf(known), null, store.theme)}"></i>${w.legend.blank[known]}</span>`;
}

export const amount = (value: number, unit: string, decimals: number): string => withUnit(value, term(unit), store.state.lang, decimals);

/** A target is rarely as fine as its indicator: 97 %, not 97,0 %. */
export const told = (value: number, unit: string, decimals: number): string => amount(value, unit, Number.isInteger(value) ? 0 : Math.max(1, Math.min(2, decimals)));

/** A value that opens its explanation. */
export function value(row: Pick<Standing, "code" | "period" | "value" | "blank" | "unit" | "decimals">, area: string, name: string, unit = true): TemplateResult {
  if (row.value === null) return blank(row.blank);
  const text = unit ? amount(row.value, row.unit, row.decimals) : number(row.value, store.state.lang, row.decimals);
  return html`<button class="why num" aria-haspopup="dialog" aria-label="${text}. ${said().explain.of(name)}"
    @click=${(event: Event) => { event.stopPropagation(); void explain({ code: row.code, area, period: row.period! }); }}>${text}</button>`;
}

/** Better, worse or neither. */
export const turn = (change: number, direction: Standing["direction"]): string =>
  change === 0 || direction === "neutral" ? "" : (change > 0) === (direction === "up") ? "good" : "bad";

export function delta(row: Standing): TemplateResult | typeof nothing {
  const { previous } = row;
  if (!previous || previous.change === null) return nothing;
  const share = /[%‰]$/.test(row.unit);
  const change = Math.abs(previous.change) < 0.5 * 10 ** -Math.max(row.decimals, share ? 1 : 0) ? 0 : previous.change; // what shows as 0,0 is no change
  const percent = previous.value ? (change / Math.abs(previous.value)) * 100 : null;
  const text = change === 0 ? words().panel.unchanged : changed(change, percent, row.unit, row.decimals);
  return html`<span class="small"><span class="delta num ${turn(change, row.direction)}">${change > 0 ? icons.up(12) : change < 0 ? icons.fall(12) : nothing}${text}</span>
    <span class="quiet num">${said().previous(periodTitle(previous.period, store.state.lang, true))}</span></span>`;
}

/** What was asked of a value: the target, the part that is due by now, the decision. */
export function asked(target: Target, unit: string, decimals: number, long = false): string {
  const p = said();
  const w = words();
  if (target.value === null) {
    const end = (one: number | null): string | null => (one === null ? null : told(one, unit, decimals));
    return p.target(w.panel.band(end(target.low), end(target.high)));
  }
  const parts = [p.target(told(target.value, unit, decimals))];
  if (target.due !== null && target.due !== target.value) parts.push(p.dueNow(told(target.due, unit, decimals)));
  if (long && target.decision) parts.push(String(term(target.decision)));
  return parts.join(" · ");
}
