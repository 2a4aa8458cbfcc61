// On which areas periods are shown: those of their time, today's, or those before the reform; and the comparison of both.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { heir, mode, show, type Mode } from "../choose";
import { words } from "../i18n";
import { former } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

const MODES: readonly Mode[] = ["time", "current", "former"];

@customElement("tc-vintage")
export class TcVintage extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; font-size: 0.8125rem; line-height: 1.5; }
    .modes { display: flex; align-items: center; padding: 0.15rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); }
    .modes span { padding: 0 0.45rem 0 0.55rem; color: var(--ink-3); white-space: nowrap; }
    .modes button, .compare { min-height: 1.75rem; padding: 0.1rem 0.6rem; border-radius: 0.4rem; color: var(--ink-2); font-weight: 550; white-space: nowrap; transition: background var(--quick); }
    .modes button:hover { background: var(--paper-3); }
    .modes button[aria-pressed="true"] { background: var(--accent-soft); color: var(--accent); }
    .compare { display: flex; align-items: center; gap: 0.4rem; min-height: 2.05rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); color: var(--accent); }
    .compare:hover { background: var(--accent-soft); }
    .compare[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); }
    @media (max-width: 1680px) { .long { display: none; } }
    @media (max-width: 1160px) { .modes span { display: none; } .modes button, .compare { padding: 0.1rem 0.45rem; } }
    @media (max-width: 900px) { .modes button, .compare { min-height: 2.5rem; } .modes, .compare { box-shadow: inset 0 0 0 1px var(--line-2); } }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const start = store.data.start.value;
    if (!start || !former(start) || !store.shown?.period) return nothing;
    const w = words().reform;
    const { compare, against } = store.state;
    const c = words().compare;
    const now = mode();
    return html`<div class="modes" role="group" aria-label=${w.areas}><span>${w.areas}</span>
        ${MODES.map((one) => html`<button aria-pressed=${now === one} title=${w.modesLong[one]} @click=${() => show(one)}>${w.modes[one]}</button>`)}
      </div>
      <button class="compare" aria-pressed=${compare} @click=${() => store.go(compare ? { compare: false } : { compare: true, against: null, way: null, lens: null, boundary: null, frame: null, ...present() }, "push")}>
        ${icons.compare()} ${compare ? w.compareEnd : html`${w.compare} <span class="long">${w.cutShort}</span>`}</button>
      <button class="compare with" aria-pressed=${against !== null} @click=${() => store.go(against ? { against: null, way: null } : { against: beginning(), compare: false }, "push")}>
        ${icons.two()} ${against ? c.end : c.start}</button>`;
  }
}

/** A comparison starts with the period before, where there is one. */
function beginning(): string {
  const now = store.shown;
  const before = now?.periods[now.periods.indexOf(now.period ?? "") - 1];
  return before ? `period:${before}` : "months";
}

/** Comparing starts from a present area. */
function present(): { area?: string } {
  const focus = store.data.focus.value;
  return focus && focus.successors.length && focus.valid_to ? { area: heir(focus) } : {};
}
