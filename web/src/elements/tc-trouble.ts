// What is wrong, in one sentence, and the way on: server away, unknown indicator, unknown area.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { date } from "../format";
import { goTo } from "../choose";
import { placed, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area } from "../types";
import { follow } from "./follow";

const PAUSE = 5;

@customElement("tc-trouble")
export class TcTrouble extends LitElement {
  @state() private left = PAUSE;
  private timer = 0;

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { position: absolute; inset: 0; z-index: 15; display: grid; place-items: center; padding: 1rem; pointer-events: none; }
    .box { pointer-events: auto; max-width: 27rem; padding: 1.5rem 1.75rem; border-radius: 1rem; background: var(--paper); box-shadow: var(--shadow-high); }
    h2 { font-size: 1.1875rem; line-height: 1.4; font-weight: 650; }
    p { margin-top: 0.5rem; color: var(--ink-2); }
    .acts { display: flex; flex-wrap: wrap; gap: 0.6rem; margin-top: 1.1rem; align-items: center; }
  `];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private get away(): boolean {
    return Object.values(store.data).some((resource) => resource.problem?.unreachable);
  }

  protected override updated(): void {
    if (this.away && !this.timer) {
      this.left = PAUSE;
      this.timer = window.setInterval(() => {
        this.left -= 1;
        if (this.left <= 0) {
          this.left = PAUSE;
          store.retry();
        }
      }, 1000);
    } else if (!this.away && this.timer) {
      clearInterval(this.timer);
      this.timer = 0;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const w = words();
    const { detail, focus } = store.data;
    const { indicator, area } = store.state;
    if (this.away) {
      return html`<div class="box" role="alert"><h2>${w.problem.serverTitle}</h2><p>${w.problem.server}</p>
        <div class="acts"><button class="button main" @click=${() => store.retry()}>${w.retry}</button><span class="small quiet num" aria-live="off">${w.problem.retryIn(this.left)}</span></div></div>`;
    }
    const former = store.data.former.value;
    if (focus.problem && former) return this.ended(former);
    if (focus.value && store.undated && focus.value.code === store.undated && focus.value.valid_to) return this.ended(focus.value);
    if (focus.problem && !store.data.former.busy) {
      return html`<div class="box" role="alert"><h2>${focus.problem.problem.status === 404 ? w.problem.unknownArea(area ?? "") : focus.problem.message || w.problem.partial}</h2><p>${w.problem.maybe}</p>
        <div class="acts"><button class="button main" @click=${home}>${w.problem.goHome}</button></div></div>`;
    }
    if (detail.problem && !focus.problem) {
      return html`<div class="box" role="alert"><h2>${detail.problem.problem.status === 404 ? w.problem.unknownIndicator(indicator ?? "") : detail.problem.message || w.problem.partial}</h2><p>${w.problem.maybe}</p>
        <div class="acts"><button class="button main" @click=${() => this.dispatchEvent(new CustomEvent("choose-indicator", { bubbles: true, composed: true }))}>${w.problem.pick}</button>
        <button class="button" @click=${home}>${w.problem.goHome}</button></div></div>`;
    }
    return nothing;
  }

  /** An area of the other structure: where it went, or what stood there before. */
  private ended(area: Area): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const name = placed(area);
    const ended = area.valid_to !== null;
    const others = ended ? area.successors : area.predecessors;
    return html`<div class="box" role="alert"><h2>${ended ? w.problem.ended(name, date(area.valid_to, lang)) : w.reform.notYet(name, date(area.valid_from, lang))}</h2>
      <p>${lang === "en" ? area.story_en : area.story}</p>
      <div class="acts">
        ${others.slice(0, 6).map((one, i) => html`<button class="button ${i ? "" : "main"}" @click=${() => goTo(one)}>${placed(one)}</button>`)}
        <button class="button" @click=${() => goTo(area)}>${ended ? w.problem.asItWas : w.reform.seeNow}</button>
        ${others.length ? nothing : html`<button class="button main" @click=${home}>${w.problem.goHome}</button>`}
      </div></div>`;
  }
}

function home(): void {
  const start = store.data.start.value;
  store.go({ area: start?.default.area ?? null, indicator: start?.default.indicator ?? null, period: null, level: null, method: null, view: null, boundary: null, frame: null, lens: null, compare: false }, "push");
}
