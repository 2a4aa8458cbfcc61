// History of one indicator in one area; the chart library is fetched when the first chart is needed.
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { number, withUnit } from "../format";
import { words } from "../i18n";
import { store } from "../store";
import { signed } from "./about";
import { shared } from "../styles/shared";
import type { LineSeriesOption } from "echarts/charts";
import type { Series } from "../types";
import type { ECharts } from "../chart";
import { period as periodTitle, yearOf } from "../period";
import { reformAt } from "./tc-time";

@customElement("tc-series")
export class TcSeries extends LitElement {
  @property({ attribute: false }) series!: Series;
  @property() period = "";
  @property() unit = "";
  @property({ type: Number }) decimals = 0;
  @property({ attribute: false }) target: number | null = null;
  /** What is due by the end of each period, where the target is a path. */
  @property({ attribute: false }) path: (number | null)[] = [];
  /** What `path` is, where it is no target. */
  @property() pathName = "";
  /** Words put behind a period in the box under the pointer. */
  @property({ attribute: false }) notes: Record<string, string> = {};
  @property() name = "";
  @property() look = "";
  private get periods(): string[] {
    return this.series.periods;
  }
  private get values(): (number | null)[] {
    return this.series.values;
  }
  @query(".chart") private holder!: HTMLElement;
  private chart: ECharts | null = null;
  private watching: ResizeObserver | null = null;

  static override styles = [shared, css`
    :host { display: block; }
    .target { display: flex; align-items: center; justify-content: flex-end; gap: 0.4rem; margin-top: -1.4rem; color: var(--ink-3); font-size: 0.75rem; line-height: 1.4rem; }
    .target::before { content: ""; width: 1.1rem; border-top: 1.5px dashed var(--ink-3); }
    .chart { height: var(--chart, 10.5rem); margin: 0 -0.25rem; }
  `];

  protected override render(): TemplateResult {
    const target = this.target === null ? nothing : html`<p class="target num">${words().panel.target} ${number(this.target, store.state.lang, this.target % 1 ? 1 : 0)}</p>`;
    return html`${target}<div class="chart" role="img" aria-label=${this.described()}></div>`;
  }

  private described(): string {
    const { lang } = store.state;
    const known = this.values.flatMap((v, i) => (v === null ? [] : [[this.periods[i]!, v] as const]));
    const [first, last] = [known[0], known.at(-1)];
    const ends = first && last ? `: ${periodTitle(first[0], lang)} ${withUnit(first[1], this.unit, lang, this.decimals)} – ${periodTitle(last[0], lang)} ${withUnit(last[1], this.unit, lang, this.decimals)}` : "";
    return words().panel.chartLabel(this.name) + ends;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching?.disconnect();
    this.chart?.dispose();
    this.chart = null;
  }

  protected override updated(_: PropertyValues): void {
    void this.draw();
  }

  /** The error band of a carried value, where there is one. */
  private spread(i: number): string {
    const [low, high] = [this.series.low[i], this.series.high[i]];
    const { lang } = store.state;
    return low !== null && high !== null && low !== undefined && high !== undefined && high > low
      ? `<br>${words().reform.band(number(low, lang, this.decimals), number(high, lang, this.decimals))}` : "";
  }

  /** What was due then, and what else is to be said. */
  private told(i: number): string {
    const { lang } = store.state;
    const due = this.path[i];
    const note = this.notes[this.periods[i] ?? ""];
    return (due === null || due === undefined ? "" : `<br>${this.pathName || words().panel.target}: ${withUnit(due, this.unit, lang, this.decimals)}`) + (note ? `<br>${note}` : "");
  }

  /** Own figures as a whole line, carried ones dashed and lighter over their band; the two meet at the first own figure. */
  private lines(colour: string): LineSeriesOption[] {
    const { carried, low, high } = this.series;
    const few = this.periods.length < 14;
    const own = this.values.map((v, i) => (carried[i] ? null : v));
    const brought = this.values.map((v, i) => (carried[i] || carried[i - 1] || carried[i + 1] ? v : null));
    const line = (data: (number | null)[], more: LineSeriesOption): LineSeriesOption => ({
      type: "line", data, connectNulls: false, symbol: "circle", symbolSize: 5, showSymbol: few, showAllSymbol: true, itemStyle: { color: colour }, silent: true, ...more,
    });
    const edge = (data: (number | null)[], more: LineSeriesOption): LineSeriesOption => ({ type: "line", data, symbol: "none", silent: true, lineStyle: { opacity: 0 }, stack: "band", ...more });
    const spread = low.some((v, i) => v !== null && (high[i] ?? v) > v);
    return [
      ...(spread ? [edge(low, {}), edge(high.map((v, i) => (v === null ? null : v - (low[i] ?? v))), { areaStyle: { color: colour, opacity: 0.22 } })] : []),
      line(own, { lineStyle: { width: 2, color: colour }, areaStyle: { color: colour, opacity: 0.07 } }),
      line(brought, { lineStyle: { width: 2, color: colour, type: [5, 4], opacity: 0.65 }, symbol: few ? "emptyCircle" : "none" }),
    ];
  }

  /** A carried value without a band was put together whole. */
  private mark(i: number): string {
    const [low, high] = [this.series.low[i] ?? 0, this.series.high[i] ?? 0];
    return signed(this.series.carried[i] ? { estimated: high - low } : null);
  }

  private async draw(): Promise<void> {
    const { init } = await import("../chart");
    if (!this.isConnected || !this.holder) return;
    if (!this.chart) {
      this.chart = init(this.holder);
      this.watching = new ResizeObserver(() => this.chart?.resize());
      this.watching.observe(this.holder);
      this.chart.getZr().on("click", (event) => {
        const at = this.chart?.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY])?.[0];
        const wanted = at === undefined ? undefined : this.periods[Math.round(at)];
        if (wanted) store.go({ period: wanted });
      });
    }
    const css = getComputedStyle(this);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.72;
    const { lang } = store.state;
    const at = this.periods.indexOf(this.period);
    const few = this.periods.length <= 12 && /^\d{4}$/.test(this.periods[0] ?? "");
    const starts = new Set(this.periods.filter((p, i) => few || (i > 0 && yearOf(this.periods[i - 1]!) !== yearOf(p))));
    const known = this.values.filter((v): v is number => v !== null);
    const band = [...this.series.low, ...this.series.high].filter((v): v is number => v !== null);
    const ends = [...known, ...band, ...this.path.filter((v): v is number => v !== null), ...(this.target === null ? [] : [this.target])];
    const reform = reformAt(this.periods);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const room = (high - low || Math.abs(high) || 1) * 0.12;
    const text = { fontFamily: css.fontFamily, fontSize: size, color: colour("--ink-3") };
    this.chart.setOption({
      animation: false,
      grid: { left: 4, right: 10, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        trigger: "axis", confine: true, backgroundColor: colour("--paper"), borderColor: colour("--line"), padding: [6, 10],
        textStyle: { fontFamily: css.fontFamily, fontSize: size * 1.12, color: colour("--ink") },
        axisPointer: { lineStyle: { color: colour("--line-2") } },
        formatter: (points: unknown) => {
          const p = (points as { dataIndex: number }[])[0];
          if (!p) return "";
          const v = this.values[p.dataIndex];
          const value = v === null || v === undefined ? words().panel.noValue : withUnit(v, this.unit, lang, this.decimals);
          return `${periodTitle(this.periods[p.dataIndex] ?? "", lang)}<br><b>${v === null ? "" : this.mark(p.dataIndex)}${value}</b>${this.spread(p.dataIndex)}${this.told(p.dataIndex)}`;
        },
      },
      xAxis: {
        type: "category", data: this.periods, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line-2") } },
        axisLabel: { ...text, interval: (_i: number, p: string) => starts.has(p), formatter: yearOf, hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value", min: low >= 0 && low - room < 0 ? 0 : low - room, max: high + room, splitNumber: 3,
        axisLabel: { ...text, showMinLabel: false, showMaxLabel: false, formatter: (v: number) => number(v, lang, Math.abs(high - low) < 5 ? 1 : 0) },
        splitLine: { showMinLine: false, showMaxLine: false, lineStyle: { color: colour("--line") } },
      },
      series: [
        ...(this.path.some((v) => v !== null)
          ? [{ type: "line" as const, data: this.path, symbol: "none", silent: true, connectNulls: true, lineStyle: { width: 1.5, type: [5, 4], color: colour("--ink-3") } }]
          : []),
        ...this.lines(colour("--accent")),
        {
          type: "line", data: this.values, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: true },
          markPoint: {
            animation: false, symbol: "circle", symbolSize: 11, label: { show: false }, silent: true, itemStyle: { color: colour("--accent"), borderColor: colour("--paper"), borderWidth: 2.5 },
            data: [
              ...Object.keys(this.notes).map((one) => this.periods.indexOf(one)).filter((i) => i >= 0 && i !== at && typeof this.values[i] === "number")
                .map((i) => ({ coord: [i, this.values[i]!], symbolSize: 7, itemStyle: { color: colour("--paper"), borderColor: colour("--ink-2"), borderWidth: 1.6 } })),
              ...(at >= 0 && typeof this.values[at] === "number" ? [{ coord: [at, this.values[at]!] }] : []),
            ],
          },
          markLine: {
            symbol: "none", silent: true, animation: false,
            data: [
              ...(this.target === null ? [] : [{ yAxis: this.target, lineStyle: { color: colour("--ink-3"), type: [4, 4] as number[], width: 1.2 }, label: { show: false } }]),
              ...(reform === null ? [] : [{
                xAxis: reform, lineStyle: { color: colour("--ink-3"), type: [2, 3] as number[], width: 1.2 },
                label: { show: true, formatter: words().reform.cutShort, position: "end" as const, distance: 2, fontFamily: css.fontFamily, fontSize: size * 0.92, color: colour("--ink-2") },
              }]),
            ],
          },
        },
      ],
    }, true);
  }
}
