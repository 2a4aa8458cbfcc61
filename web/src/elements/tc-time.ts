// The periods of the indicator: drag, step or play; values of the next ones are fetched ahead.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { words } from "../i18n";
import { period as periodTitle, yearOf } from "../period";
import { former, present } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import { before } from "../timeline";
import { follow } from "./follow";
import { icons } from "./icons";

const PACE = 900;

/** Index of the first period after the reform, where there are periods on both sides of it. */
export function reformAt(periods: string[]): number | null {
  const start = store.data.start.value;
  const at = start && former(start) ? before(periods, present(start).from) : 0;
  return at > 0 && at < periods.length ? at : null;
}

@customElement("tc-time")
export class TcTime extends LitElement {
  @state() private playing = false;
  private timer = 0;

  constructor() {
    super();
    follow(this);
  }

  private readonly watching = new ResizeObserver(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    for (const near of ["pointerenter", "focusin"]) this.addEventListener(near, this.acrossReform);
    this.watching.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching.disconnect();
    this.stop();
  }

  static override styles = [shared, css`
    :host { display: flex; align-items: center; gap: 0.85rem; padding: 0.55rem 1.1rem 0.55rem 0.6rem; min-width: 0; }
    .play { flex: none; width: 2.75rem; height: 2.75rem; border-radius: 99px; display: grid; place-items: center; background: var(--accent); color: var(--accent-ink); transition: filter var(--quick); }
    .play:hover { filter: brightness(1.1); }
    .now { flex: none; display: flex; align-items: center; }
    .now .icon-button { width: 2.25rem; }
    .now .turn svg { rotate: 180deg; }
    output { min-width: 8.2rem; text-align: center; font-weight: 650; font-size: 1.0625rem; line-height: 1.4; white-space: nowrap; }
    .track { flex: 1; min-width: 4rem; position: relative; padding-bottom: 1.05rem; }
    input { appearance: none; width: 100%; height: 1.5rem; margin: 0; background: transparent; cursor: pointer; display: block; position: relative; z-index: 1; }
    input::-webkit-slider-runnable-track { height: 4px; border-radius: 4px; background: linear-gradient(to right, var(--accent) var(--at), var(--line-2) var(--at)); }
    input::-moz-range-track { height: 4px; border-radius: 4px; background: linear-gradient(to right, var(--accent) var(--at), var(--line-2) var(--at)); }
    input::-webkit-slider-thumb { appearance: none; width: 1.125rem; height: 1.125rem; margin-top: calc(2px - 0.5625rem); border-radius: 99px; background: var(--paper); border: 4px solid var(--accent); box-shadow: var(--shadow); }
    input::-moz-range-thumb { width: 0.7rem; height: 0.7rem; border-radius: 99px; background: var(--paper); border: 4px solid var(--accent); }
    .ticks { position: absolute; left: 0.5625rem; right: 0.5625rem; bottom: 0; height: 1.1rem; font-size: 0.6875rem; line-height: 1.1rem; color: var(--ink-3); pointer-events: none; }
    .ticks > span { position: absolute; translate: -50% 0; white-space: nowrap; }
    .ticks > span::before { content: ""; position: absolute; left: 50%; top: -0.5rem; height: 0.38rem; width: 1px; background: var(--line-2); }
    .ticks .first { translate: -0.3rem 0; } .ticks .first::before { left: 0.3rem; }
    .ticks .last { translate: calc(-100% + 0.3rem) 0; } .ticks .last::before { left: auto; right: 0.3rem; }
    .cut { font-style: normal; position: absolute; top: -1.5rem; height: 1.6rem; width: 0; border-left: 2px dashed var(--ink-2); translate: -1px 0; pointer-events: none; z-index: 0; }
    .cut span { position: absolute; left: 50%; top: 1.5rem; translate: -50% 0; padding: 0 0.3rem; background: var(--paper); font-size: 0.6875rem; line-height: 1.1rem; font-weight: 650; color: var(--ink); white-space: nowrap; }
    .known { flex: none; margin-right: -0.6rem; }
    .known[aria-pressed="true"] { background: var(--warn-soft); color: var(--warn-ink); }
    .one { color: var(--ink-3); }
    @media (max-width: 900px) {
      :host { padding: 0.25rem 0.75rem; gap: 0.5rem; flex-wrap: nowrap; }
      .play { width: 2.75rem; height: 2.75rem; }
      output { min-width: 6.2rem; font-size: 0.9375rem; }
      .now .icon-button { display: none; }
      .now { order: 3; }
      .known { order: 4; width: 2.25rem; margin-right: -0.35rem; }
    }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const now = store.shown;
    if (!now?.period) return nothing;
    const w = words();
    const { lang } = store.state;
    const { periods, period } = now;
    const at = periods.indexOf(period);
    const title = periodTitle(period, lang);
    if (periods.length < 2) return html`<output style="padding-left:.5rem" class="num">${title}</output><span class="one small" style="flex:1">${w.time.one}</span>${this.known()}`;
    const share = (at / (periods.length - 1)) * 100;
    return html`
      <button class="play" aria-label=${this.playing ? w.time.pause : w.time.play} title=${this.playing ? w.time.pause : w.time.play} @click=${() => (this.playing ? this.stop() : this.play())}>
        ${this.playing ? icons.pause() : icons.play()}</button>
      <div class="now">
        <button class="icon-button" aria-label=${w.time.previous} ?disabled=${at === 0} @click=${() => this.step(at - 1)}>${icons.left(18)}</button>
        <output class="num" for="period" aria-live=${this.playing ? "off" : "polite"}>${title}</output>
        <button class="icon-button turn" aria-label=${w.time.next} ?disabled=${at === periods.length - 1} @click=${() => this.step(at + 1)}>${icons.left(18)}</button>
      </div>
      <div class="track" style="--at:${share}%">
        <input id="period" type="range" min="0" max=${periods.length - 1} step="1" .value=${String(at)} aria-label=${w.time.label} aria-valuetext=${title}
          @input=${(e: InputEvent) => this.step(Number((e.target as HTMLInputElement).value))} />
        <div class="ticks num" aria-hidden="true">${this.ticks(periods)}${this.cut(periods)}</div>
      </div>${this.known()}`;
  }

  private known(): TemplateResult {
    const title = words().known.ask;
    return html`<button class="icon-button known" aria-pressed=${store.state.known !== null} aria-label=${title} title=${title}
      @click=${() => this.dispatchEvent(new CustomEvent("ask-known", { bubbles: true, composed: true }))}>${icons.clock()}</button>`;
  }

  /** A mark where a year begins, thinned so that years never touch; the first and last when there is no year to mark. */
  private ticks(periods: string[]): TemplateResult[] {
    const last = periods.length - 1;
    const starts = periods.flatMap((p, i) => (i === 0 || yearOf(periods[i - 1]!) !== yearOf(p) ? [i] : []));
    const width = this.shadowRoot?.querySelector<HTMLElement>(".ticks")?.clientWidth ?? 300;
    const gap = 44 / Math.max(1, width); // room of a year, as a share of the track
    if (starts.length > 1 && (starts[1]! - starts[0]!) / last < gap) starts.shift(); // the stub of a first year yields
    const step = starts.length > 1 ? (starts.at(-1)! - starts[0]!) / (starts.length - 1) / last : 1;
    const every = Math.max(1, Math.ceil(gap / step));
    const cut = reformAt(periods);
    const free = (i: number): boolean => cut === null || Math.abs(i - cut + 0.5) / last > gap; // the date of the reform needs the room
    const shownAt = starts.filter((i, n) => (starts.length - 1 - n) % every === 0 && free(i));
    return shownAt.map((i) => {
      const edge = i === 0 ? "first" : i === last ? "last" : "";
      return html`<span class=${edge} style="left:${(i / last) * 100}%">${yearOf(periods[i]!)}</span>`;
    });
  }

  /** Where the areas changed, between two periods. */
  private cut(periods: string[]): TemplateResult | typeof nothing {
    const at = reformAt(periods);
    if (at === null) return nothing;
    const share = ((at - 0.5) / (periods.length - 1)) * 100;
    return html`<i class="cut" style="left:${share}%" title=${words().reform.cut}><span>${words().reform.cutShort}</span></i>`;
  }

  /** Whoever reaches for the time bar may cross the reform: the areas on the other side are fetched meanwhile. */
  private readonly acrossReform = (): void => {
    const line = store.shown?.line ?? [];
    const at = reformAt(line.map((one) => one.period));
    if (at === null) return;
    const other = line[at - 1]!.boundary === store.shown!.boundary ? line[at]! : line[at - 1]!;
    if (other.boundary !== store.shown!.boundary) void store.prefetch(other.period);
  };

  private step(index: number): void {
    this.stop();
    this.show(index);
  }

  private show(index: number): void {
    const periods = store.shown?.periods ?? [];
    const wanted = periods[index];
    if (!wanted) return;
    store.go({ period: wanted });
    for (const next of periods.slice(index + 1, index + 4)) void store.prefetch(next);
  }

  private play(): void {
    const now = store.shown;
    if (!now?.period) return;
    this.playing = true;
    const last = now.periods.length - 1;
    if (now.periods.indexOf(now.period) === last) this.show(0);
    const tick = async (): Promise<void> => {
      const present = store.shown;
      if (!this.playing || !present?.period) return this.stop();
      const at = present.periods.indexOf(present.period) + 1;
      if (at >= present.periods.length) return this.stop();
      await store.prefetch(present.periods[at]!); // never show a period before its figures are here
      if (!this.playing) return;
      this.show(at);
      this.timer = window.setTimeout(() => void tick(), PACE);
    };
    this.timer = window.setTimeout(() => void tick(), PACE * 0.7);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.playing = false;
  }
}
