// The parts of ECharts in use, and nothing else of it.
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import { init as start, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, SVGRenderer]);

export const init = (element: HTMLElement): ECharts => start(element, null, { renderer: "svg" });
export type { ECharts };
