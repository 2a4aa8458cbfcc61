// History of one indicator in one area; the chart library is fetched when the first chart is needed.
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { number, period as periodTitle, withUnit, yearOf } from "../format";
import { words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { ECharts } from "../chart";

@customElement("tc-series")
export class TcSeries extends LitElement {
  @property({ attribute: false }) periods: string[] = [];
  @property({ attribute: false }) values: (number | null)[] = [];
  @property() period = "";
  @property() unit = "";
  @property({ type: Number }) decimals = 0;
  @property({ attribute: false }) target: number | null = null;
  @property() name = "";
  @property() look = "";
  @query(".chart") private holder!: HTMLElement;
  private chart: ECharts | null = null;
  private watching: ResizeObserver | null = null;

  static override styles = [shared, css`
    :host { display: block; }
    .target { display: flex; align-items: center; justify-content: flex-end; gap: 0.4rem; margin-top: -1.4rem; color: var(--ink-3); font-size: 0.75rem; line-height: 1.4rem; }
    .target::before { content: ""; width: 1.1rem; border-top: 1.5px dashed var(--ink-3); }
    .chart { height: 10.5rem; margin: 0 -0.25rem; }
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
    const ends = this.target === null ? known : [...known, this.target];
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
          const [p] = points as { dataIndex: number; value: number | null }[];
          if (!p) return "";
          const v = this.values[p.dataIndex];
          return `${periodTitle(this.periods[p.dataIndex] ?? "", lang)}<br><b>${v === null || v === undefined ? words().panel.noValue : withUnit(v, this.unit, lang, this.decimals)}</b>`;
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
      series: [{
        type: "line", data: this.values, connectNulls: false, symbol: "circle", symbolSize: 5, showSymbol: this.periods.length < 14, showAllSymbol: true,
        lineStyle: { width: 2, color: colour("--accent") }, itemStyle: { color: colour("--accent") },
        areaStyle: { color: colour("--accent"), opacity: 0.07 },
        markPoint: at >= 0 && this.values[at] !== null && this.values[at] !== undefined
          ? { animation: false, symbol: "circle", symbolSize: 11, label: { show: false }, silent: true, data: [{ coord: [at, this.values[at]!] }], itemStyle: { color: colour("--accent"), borderColor: colour("--paper"), borderWidth: 2.5 } }
          : { data: [] },
        markLine: {
          symbol: "none", silent: true, animation: false,
          data: this.target === null ? [] : [{ yAxis: this.target, lineStyle: { color: colour("--ink-3"), type: [4, 4], width: 1.2 }, label: { show: false } }],
        },
      }],
    }, true);
  }
}
