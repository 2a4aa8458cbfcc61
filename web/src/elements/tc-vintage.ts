// The one choice of areas: those of the period, today's, those before the reform, both side by side, or a lens to look through.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { lookThrough, mode, show, sideBySide, type Mode } from "../choose";
import { titled, words } from "../i18n";
import { former } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Lens, Start } from "../types";
import { follow } from "./follow";
import { icons } from "./icons";

const MODES: readonly Mode[] = ["time", "current", "former"];
const SIDES = "sides";
const LENS = "lens:";
const NARROW = matchMedia("(max-width: 1160px)");

@customElement("tc-vintage")
export class TcVintage extends LitElement {
  /** As one list as wide as what it stands in, on a phone. */
  @property({ type: Boolean }) short = false;

  constructor() {
    super();
    follow(this);
    NARROW.addEventListener("change", () => this.requestUpdate());
  }

  static override styles = [shared, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; font-size: 0.8125rem; line-height: 1.5; }
    .modes { display: flex; align-items: center; padding: 0.15rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); }
    .name { padding: 0 0.45rem 0 0.55rem; color: var(--ink-3); white-space: nowrap; }
    .modes button, .with { display: flex; align-items: center; gap: 0.4rem; min-height: 1.75rem; padding: 0.1rem 0.55rem; border-radius: 0.4rem; color: var(--ink-2); font-weight: 550; white-space: nowrap; transition: background var(--quick); }
    .modes button:hover, select:hover { background: var(--paper-3); }
    .modes button[aria-pressed="true"], select.on { background: var(--accent-soft); color: var(--accent); }
    .pick { position: relative; display: flex; min-width: 0; }
    .pick svg { position: absolute; right: 0.35rem; top: 50%; translate: 0 -50%; pointer-events: none; color: var(--ink-3); }
    select { appearance: none; min-width: 0; max-width: 10rem; min-height: 1.75rem; border: 0; border-radius: 0.4rem; background: transparent; padding: 0.1rem 1.5rem 0.1rem 0.55rem; color: var(--ink-2); font-weight: 550; line-height: 1.5; cursor: pointer; text-overflow: ellipsis; }
    select option, select optgroup { background: var(--paper); color: var(--ink); }
    .with { min-height: 2.05rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); color: var(--accent); }
    .with:hover { background: var(--accent-soft); }
    .with[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); }
    @media (max-width: 1680px) { .name { display: none; } select { max-width: 7.5rem; } }
    .list { border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); }
    .list select { min-height: 2.05rem; max-width: none; }
    :host([short]) { flex-wrap: nowrap; gap: 0; border-top: 1px solid var(--line); }
    :host([short]) .list { flex: 1; border-radius: 0; background: none; box-shadow: none; }
    :host([short]) select { flex: 1; max-width: none; min-height: 2.75rem; padding-left: 1rem; border-radius: 0; }
    :host([short]) .with { min-height: 2.75rem; padding: 0 1rem; border-radius: 0; box-shadow: none; border-left: 1px solid var(--line); }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const start = store.data.start.value;
    if (!start || !store.shown?.period || !(former(start) || start.lenses.length)) return nothing;
    return html`${this.short || NARROW.matches ? this.list(start) : this.segments(start)}${this.with()}`;
  }

  private segments(start: Start): TemplateResult {
    const w = words().reform;
    const now = mode();
    const { compare } = store.state;
    return html`<div class="modes" role="group" aria-label=${w.areas}><span class="name">${w.areas}</span>
      ${former(start) ? html`${MODES.map((one) => html`<button aria-pressed=${now === one} title=${w.modesLong[one]} @click=${() => show(one)}>${w.modes[one]}</button>`)}
        <button aria-pressed=${compare} title=${compare ? w.compareEnd : w.compareLong} @click=${() => sideBySide(!compare)}>${icons.compare()} ${w.compare}</button>` : nothing}
      ${this.lenses(start)}</div>`;
  }

  private lenses(start: Start): TemplateResult | typeof nothing {
    const w = words().reform;
    const { lens } = store.state;
    const offered = this.offered(start);
    if (!offered.length) return nothing;
    return html`<span class="pick"><select aria-label=${w.lens} class=${lens ? "on" : ""} @change=${(e: Event) => lookThrough((e.target as HTMLSelectElement).value || null)}>
      <option value="" ?selected=${!lens}>${lens ? w.noLens : `${w.lens}…`}</option>
      ${offered.map((one) => html`<option value=${one.id} ?selected=${one.id === lens}>${titled(one)}</option>`)}
    </select>${icons.down(14)}</span>`;
  }

  /** All of it as one list. */
  private list(start: Start): TemplateResult {
    const w = words().reform;
    const { compare, lens } = store.state;
    const chosen = compare ? SIDES : lens ? LENS + lens : (mode() ?? "time");
    const option = (value: string, title: string): TemplateResult => html`<option value=${value} ?selected=${value === chosen}>${title}</option>`;
    const offered = this.offered(start);
    return html`<span class="pick list"><select aria-label=${w.areas} class=${chosen === "time" ? "" : "on"} @change=${this.choose}>
      ${former(start) ? html`<optgroup label=${w.areas}>${MODES.map((one) => option(one, w.modes[one]))}${option(SIDES, w.compare)}</optgroup>` : option("time", w.modes.time)}
      ${offered.length ? html`<optgroup label=${w.lens}>${offered.map((one) => option(LENS + one.id, titled(one)))}</optgroup>` : nothing}
    </select>${icons.down(14)}</span>`;
  }

  /** The lenses that show other areas than the structure before the reform does. */
  private offered(start: Start): Lens[] {
    const now = store.shown!;
    const same = former(start) ? `former-${now.within === "VN" && store.state.level !== "commune" ? "province" : "commune"}` : "";
    return start.lenses.filter((one) => one.id !== same || one.id === store.state.lens);
  }

  private readonly choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    if (value === SIDES) sideBySide(true);
    else if (value.startsWith(LENS)) lookThrough(value.slice(LENS.length));
    else show(value as Mode);
  };

  private with(): TemplateResult {
    const { against } = store.state;
    const c = words().compare;
    return html`<button class="with" aria-pressed=${against !== null} @click=${() => store.go(against ? { against: null, way: null } : { against: beginning(), compare: false }, "push")}>
      ${icons.two()} ${against ? c.end : c.start}</button>`;
  }
}

/** A comparison starts with the period before, where there is one. */
function beginning(): string {
  const now = store.shown;
  const before = now?.periods[now.periods.indexOf(now.period ?? "") - 1];
  return before ? `period:${before}` : "months";
}
