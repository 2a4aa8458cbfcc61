// What is compared, with what, and how it is seen; over the legend.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import type { State } from "../state";
import { store } from "../store";
import { shared } from "../styles/shared";
import { against, compareWith, type Kind } from "./against";
import { choices, first, possible, type Choice } from "./choices";
import { words } from "./words";

@customElement("tc-against")
export class TcAgainst extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: grid; grid-template: "label kind end" auto "which which which" auto "ways ways ways" auto / auto minmax(0, 1fr) auto; gap: 0 0.35rem; align-items: center; padding: 0.5rem 0.75rem 0.6rem 1rem; border-top: 1px solid var(--line); background: var(--accent-soft); font-size: 0.8125rem; line-height: 1.5; }
    b { grid-area: label; font-weight: 600; color: var(--accent); white-space: nowrap; }
    .pick { position: relative; display: flex; min-width: 0; grid-area: kind; }
    .pick.which { grid-area: which; margin-top: 0.35rem; }
    .pick svg { position: absolute; right: 0.35rem; top: 50%; translate: 0 -50%; pointer-events: none; color: var(--ink-3); }
    select { appearance: none; flex: 1; min-width: 0; min-height: 2rem; border: 0; padding: 0.2rem 1.5rem 0.2rem 0.55rem; border-radius: 0.4rem; background: var(--paper); box-shadow: inset 0 0 0 1px var(--accent-line); font-weight: 550; line-height: 1.5; text-overflow: ellipsis; cursor: pointer; }
    select option, select optgroup { background: var(--paper); color: var(--ink); }
    .icon-button { grid-area: end; width: 2.25rem; height: 2.25rem; margin-right: -0.4rem; }
    .ways { margin-top: 0.35rem; grid-area: ways; display: flex; padding: 0.15rem; border-radius: 0.4rem; background: var(--paper); box-shadow: inset 0 0 0 1px var(--accent-line); }
    .ways button { flex: 1 1 auto; padding: 0.15rem 0.35rem; border-radius: 0.3rem; text-align: center; font-weight: 550; white-space: nowrap; color: var(--ink-2); }
    .ways button[aria-pressed="true"] { background: var(--accent); color: var(--accent-ink); }
    @media (max-width: 900px) {
      :host { grid-template: "kind which end" auto "ways ways ways" auto / minmax(0, 2fr) minmax(0, 3fr) auto; padding: 0.35rem 0.6rem 0.45rem 0.75rem; }
      b { display: none; }
      .pick.which { margin-top: 0; }
      select { min-height: 2.5rem; }
      .ways button { min-height: 2.25rem; }
      .icon-button { width: 2.5rem; height: 2.5rem; }
    }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const wanted = against();
    this.hidden = !wanted;
    if (!wanted || !store.shown) return nothing;
    const w = words();
    const list = choices(wanted.kind);
    return html`<b>${w.what}</b>
        <span class="pick"><select class="kind" aria-label=${w.what} .value=${wanted.kind} @change=${(e: Event) => this.kind((e.target as HTMLSelectElement).value as Kind)}>
          ${possible().map((kind) => html`<option value=${kind} ?selected=${kind === wanted.kind}>${w.kinds[kind]}</option>`)}
        </select>${icons.down(14)}</span>
        <button class="icon-button" aria-label=${w.end} title=${w.end} @click=${() => compareWith(null)}>${icons.close(18)}</button>
      ${list.length ? this.which(wanted.kind, list) : nothing}
      ${wanted.kind === "period" || wanted.kind === "target" ? this.ways() : nothing}`;
  }

  private which(kind: Kind, list: Choice[]): TemplateResult {
    const w = words();
    const chosen = store.state.against;
    const label = kind === "period" ? w.choosePeriod : kind === "indicator" ? w.chooseIndicator : w.chooseArea;
    const groups = [...new Set(list.map((one) => one.group ?? ""))];
    const options = (group: string) => list.filter((one) => (one.group ?? "") === group).map((one) => html`<option value=${one.value} ?selected=${one.value === chosen}>${one.title}</option>`);
    return html`<span class="pick which"><select class="which" aria-label=${label} @change=${(e: Event) => compareWith((e.target as HTMLSelectElement).value)}>
      ${list.some((one) => one.value === chosen) ? nothing : html`<option value=${chosen ?? ""} selected>${chosen?.split(":")[1] ?? ""}</option>`}
      ${groups.map((group) => (group ? html`<optgroup label=${group}>${options(group)}</optgroup>` : options(group)))}
    </select>${icons.down(14)}</span>`;
  }

  private ways(): TemplateResult {
    const w = words();
    const share = /[%‰]$/.test(store.data.detail.value?.unit ?? "");
    const ways: [State["way"], string][] = [[null, w.difference], ...(share ? [] : [["percent", w.percent] as [State["way"], string]]), ["swipe", w.swipe], ["beside", w.beside]];
    return html`<div class="ways" role="group" aria-label=${w.ways}>
      ${ways.map(([way, title]) => html`<button aria-pressed=${store.state.way === way} @click=${() => compareWith(store.state.against, way)}>${title}</button>`)}
    </div>`;
  }

  private kind(kind: Kind): void {
    compareWith(first(kind), kind === "period" || kind === "target" ? store.state.way : null);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-against": TcAgainst;
  }
}
