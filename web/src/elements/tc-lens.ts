// Through which areas the map is looked at: the present ones, those of before the reform, or a set of regions.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { titled, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-lens")
export class TcLens extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; padding: 0.45rem 1rem; border-top: 1px solid var(--line); }
    div { display: flex; align-items: center; gap: 0.5rem; }
    label { color: var(--ink-3); white-space: nowrap; }
    .pick { position: relative; flex: 1; display: flex; min-width: 0; }
    .pick svg { position: absolute; right: 0.35rem; top: 50%; translate: 0 -50%; pointer-events: none; color: var(--ink-3); }
    select { appearance: none; flex: 1; min-width: 0; border: 0; background: transparent; padding: 0.3rem 1.5rem 0.3rem 0.5rem; border-radius: 0.4rem; font-weight: 550; line-height: 1.5; cursor: pointer; text-align: right; text-align-last: right; text-overflow: ellipsis; }
    select:hover { background: var(--paper-2); }
    select.on { color: var(--accent); background: var(--accent-soft); }
    select option { background: var(--paper); color: var(--ink); }
    @media (max-width: 900px) { select { min-height: 2.5rem; } }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const start = store.data.start.value;
    const now = store.shown;
    this.hidden = !start?.lenses.length || !now || store.state.compare;
    if (this.hidden || !now || !start) return nothing;
    const w = words().reform;
    const own = now.within === "VN" && store.state.level !== "commune" ? "province" : "commune";
    return html`<div class="small"><label for="lens">${w.lens}</label><span class="pick">
      <select id="lens" class=${now.lens ? "on" : ""} .value=${now.lens ?? ""} @change=${this.choose}>
        <option value="" ?selected=${!now.lens}>${w.own[own]} ${now.boundary === start.boundaries[0]!.id || now.lens ? w.ofNow : w.ofThen}</option>
        ${start.lenses.map((lens) => html`<option value=${lens.id} ?selected=${lens.id === now.lens}>${titled(lens)}</option>`)}
      </select>${icons.down(14)}</span></div>`;
  }

  private readonly choose = (event: Event): void => {
    const lens = (event.target as HTMLSelectElement).value || null;
    store.go({ lens, boundary: null, frame: null }, "push");
  };
}
