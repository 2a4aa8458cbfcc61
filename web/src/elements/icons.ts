// Line icons, 20 units square, drawn in the colour of the text around them.
import { svg, html, type TemplateResult } from "lit";

const draw = (body: TemplateResult<2>, size = 20): TemplateResult => html`<svg
  width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"
  stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;

export const icons = {
  search: () => draw(svg`<circle cx="9" cy="9" r="5.5"/><path d="m13.200 13.200 3.800 3.800"/>`),
  close: (size = 20) => draw(svg`<path d="m5 5 10 10M15 5 5 15"/>`, size),
  down: (size = 16) => draw(svg`<path d="m5 7.500 5 5 5-5"/>`, size),
  right: (size = 16) => draw(svg`<path d="m7.500 5 5 5-5 5"/>`, size),
  left: (size = 20) => draw(svg`<path d="m12.500 5-5 5 5 5"/>`, size),
  share: () => draw(svg`<path d="M10 12V3m0 0L6.500 6.500M10 3l3.500 3.500M4 10.500V15a1.700 1.700 0 0 0 1.700 1.700h8.600A1.700 1.700 0 0 0 16 15v-4.500"/>`),
  link: () => draw(svg`<path d="M8.500 11.500a3.200 3.200 0 0 0 4.600 0l2.500-2.500A3.250 3.250 0 0 0 11 4.400l-1 1M11.500 8.500a3.200 3.200 0 0 0-4.600 0L4.400 11A3.250 3.250 0 0 0 9 15.600l1-1"/>`),
  file: () => draw(svg`<path d="M11.500 2.500H6A1.500 1.500 0 0 0 4.500 4v12A1.500 1.500 0 0 0 6 17.500h8a1.500 1.500 0 0 0 1.500-1.500V6.500zM11.500 2.500v4h4M10 9.500v5m0 0-2-2m2 2 2-2"/>`),
  moon: () => draw(svg`<path d="M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300z"/>`),
  sun: () => draw(svg`<circle cx="10" cy="10" r="3.500"/><path d="M10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100"/>`),
  play: () => draw(svg`<path d="M6.500 4.200v11.600l9-5.800z" fill="currentColor"/>`),
  pause: () => draw(svg`<path d="M6.500 4.500v11M13.500 4.500v11" stroke-width="3"/>`),
  plus: () => draw(svg`<path d="M10 4.500v11M4.500 10h11"/>`),
  minus: () => draw(svg`<path d="M4.500 10h11"/>`),
  whole: () => draw(svg`<path d="M3.500 7V4.500a1 1 0 0 1 1-1H7M13 3.500h2.500a1 1 0 0 1 1 1V7M16.500 13v2.500a1 1 0 0 1-1 1H13M7 16.500H4.500a1 1 0 0 1-1-1V13"/>`),
  layers: () => draw(svg`<path d="m10 3 7 3.700-7 3.700-7-3.700zM3 10l7 3.700 7-3.700M3 13.300 10 17l7-3.700"/>`),
  filter: (size = 16) => draw(svg`<path d="M3.500 5h13M6 10h8M8.500 15h3"/>`, size),
  info: (size = 16) => draw(svg`<circle cx="10" cy="10" r="7"/><path d="M10 9.200v4.300M10 6.500v.1"/>`, size),
  warning: (size = 16) => draw(svg`<path d="M10 3.500 17.500 16.500h-15zM10 8.500v3.500M10 14.300v.1"/>`, size),
  up: (size = 14) => draw(svg`<path d="M10 16V4.500M5 9.500l5-5 5 5" stroke-width="2.200"/>`, size),
  fall: (size = 14) => draw(svg`<path d="M10 4v11.500M5 10.500l5 5 5-5" stroke-width="2.200"/>`, size),
  check: (size = 16) => draw(svg`<path d="m4.500 10.500 3.500 3.500 7.500-8"/>`, size),
  chart: () => draw(svg`<path d="M3.500 16.500h13M5.500 13V9.500M10 13V5M14.500 13V7.500"/>`),
  list: () => draw(svg`<path d="M7.500 5h9M7.500 10h9M7.500 15h9M3.500 5h.1M3.500 10h.1M3.500 15h.1"/>`),
  key: () => draw(svg`<rect x="3.500" y="4" width="4.500" height="3.500" rx=".6"/><rect x="3.500" y="12.500" width="4.500" height="3.500" rx=".6"/><path d="M11 5.700h5.500M11 14.200h5.500"/>`),
  grid: () => draw(svg`<rect x="3.500" y="3.500" width="5" height="5" rx="1"/><rect x="11.500" y="3.500" width="5" height="5" rx="1"/><rect x="3.500" y="11.500" width="5" height="5" rx="1"/><rect x="11.500" y="11.500" width="5" height="5" rx="1"/>`),
  compare: (size = 16) => draw(svg`<path d="M10 3v14M3.500 5.500H8v9H3.500zM12 5.500h4.500v9H12M12 8l3 3"/>`, size),
  two: (size = 16) => draw(svg`<rect x="3" y="4" width="6" height="12" rx="1"/><rect x="11" y="4" width="6" height="12" rx="1" stroke-dasharray="2.200 1.800"/>`, size),
  clock: (size = 18) => draw(svg`<circle cx="10" cy="10" r="7"/><path d="M10 6v4.200l2.800 1.800"/>`, size),
  place: () => draw(svg`<path d="M10 17.500s5.500-5 5.500-9.300a5.500 5.500 0 0 0-11 0c0 4.300 5.500 9.300 5.500 9.300z"/><circle cx="10" cy="8.200" r="1.900"/>`),
};

export const mark = (): TemplateResult => html`<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#0d5568"/><path d="M5.500 20.500c3.200 0 4.200-6 7.200-6s3.600 3.500 5.800 3.500 3.300-6.500 8-7.500" fill="none" stroke="#fff" stroke-width="2.400" stroke-linecap="round"/><path d="M5.500 25.200c6-1 8.500-2.600 12.500-2.600s6 .6 8.500 0" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2.400" stroke-linecap="round"/><circle cx="11.500" cy="9" r="2.400" fill="#f2c14e"/></svg>`;
