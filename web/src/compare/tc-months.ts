// A year of small maps with the classes of the large one: twelve drawings of the same outlines. Choosing one goes to its period.
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { follow } from "../elements/follow";
import type { Free } from "../elements/place";
import { number } from "../format";
import { words as general } from "../i18n";
import { drawnFrom, NEUTRAL } from "../map/compose";
import { GROUND } from "../map/contrast";
import { period as periodTitle } from "../period";
import { areasShown, picture } from "../picture";
import { classOf } from "../shown";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Legend } from "../types";
import { outlines, type Outlines } from "./outlines";
import { words } from "./words";

@customElement("tc-months")
export class TcMonths extends LitElement {
  @property({ attribute: false }) free!: () => Free;
  @state() private drawn: Outlines | null = null;
  private readonly watching = new ResizeObserver(() => this.requestUpdate());

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { position: absolute; z-index: 4; display: flex; flex-direction: column; border-radius: var(--radius); background: var(--paper); box-shadow: var(--shadow-high); overflow: hidden; }
    h2 { flex: none; padding: 0.5rem 0.9rem 0.3rem; font-size: 0.875rem; font-weight: 600; line-height: 1.45; }
    .grid { flex: 1; min-height: 0; display: grid; grid-template-columns: repeat(var(--across), minmax(0, 1fr)); grid-auto-rows: minmax(7rem, 1fr); gap: 0.35rem; padding: 0 0.6rem 0.6rem; }
    button { display: flex; flex-direction: column; min-height: 0; padding: 0.25rem; border-radius: var(--radius-s); box-shadow: inset 0 0 0 1px var(--line); text-align: center; }
    button:hover { background: var(--paper-2); }
    button[aria-current="true"] { box-shadow: inset 0 0 0 2px var(--accent); }
    canvas { flex: 1; min-height: 0; width: 100%; display: block; }
    .title { flex: none; font-size: 0.75rem; line-height: 1.5; font-weight: 550; }
    .none { color: var(--ink-3); font-weight: 450; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.watching.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching.disconnect();
  }

  protected override willUpdate(): void {
    const { left, top, right, bottom } = this.free();
    Object.assign(this.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    const base = store.data.style.value;
    const now = store.shown;
    const from = base && now && drawnFrom(base, now.level, now.lens);
    const areas = areasShown();
    const { frame, start } = store.data;
    const ground = now?.within === "VN" ? start.value?.bbox : frame.value?.bbox;
    if (!base || !from || !ground || !areas.length) return;
    void outlines(base, from, new Set(areas.map((area) => area.id)), ground).then((found) => {
      if (found !== this.drawn) this.drawn = found;
    }, () => undefined); // tiles that do not come are told by the map itself
  }

  protected override render(): TemplateResult {
    const { months } = store.data;
    const w = words();
    const { lang } = store.state;
    if (months.problem) return html`<h2>${months.problem.message || general().problem.partial}</h2>`;
    const found = months.of === months.key ? months.value : null;
    if (!found) return html`<h2>${w.months.waiting}</h2>`;
    const across = this.clientWidth > 620 ? 4 : this.clientWidth > 420 ? 3 : 2;
    return html`<h2>${w.months.title(number(found.periods.length, lang))}</h2>
      <div class="grid scroll" style="--across:${across}">
        ${found.periods.map((period, i) => {
          const title = periodTitle(period, lang, true);
          const empty = found.values[i]!.every((value) => value === null);
          return html`<button data-period=${period} aria-current=${period === store.shown?.period} title=${w.months.jump(periodTitle(period, lang))} @click=${() => store.go({ period, against: null }, "push")}>
            <canvas aria-hidden="true"></canvas><span class="title num">${title}${empty ? html` <span class="none">– ${w.months.none}</span>` : nothing}</span></button>`;
        })}
      </div>`;
  }

  protected override updated(_: PropertyValues): void {
    const { months } = store.data;
    const found = months.of === months.key ? months.value : null;
    const legend = picture()?.legend;
    if (!found || !legend || !this.drawn) return;
    const canvases = this.renderRoot.querySelectorAll("canvas");
    found.periods.forEach((_period, i) => canvases[i] && paint(canvases[i]!, this.drawn!, found.ids, found.values[i]!, legend));
  }
}

function paint(canvas: HTMLCanvasElement, { paths, box }: Outlines, ids: readonly number[], values: readonly (number | null)[], legend: Legend): void {
  const { clientWidth, clientHeight } = canvas;
  const ratio = Math.min(2, devicePixelRatio);
  const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
  const pen = canvas.getContext("2d");
  if (!pen || !width || !height) return;
  canvas.width = width;
  canvas.height = height;
  const scale = Math.min(width / box.width, height / box.height) * 0.97;
  pen.setTransform(scale, 0, 0, scale, width / 2 - (box.x + box.width / 2) * scale, height / 2 - (box.y + box.height / 2) * scale);
  const dark = store.theme === "dark";
  pen.lineWidth = 0.6 / scale;
  pen.strokeStyle = GROUND[store.theme];
  ids.forEach((id, i) => {
    const path = paths.get(id);
    if (!path) return;
    const value = values[i] ?? null;
    const found = value === null || legend.method === "target" ? undefined : legend.classes[classOf(value, legend)];
    pen.fillStyle = found ? (dark ? found.colour_dark : found.colour) : NEUTRAL[store.theme];
    pen.fill(path);
    pen.stroke(path);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    "tc-months": TcMonths;
  }
}
