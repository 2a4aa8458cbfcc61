// The few rules MapLibre needs; its own sheet carries controls that are not used here.
import { css } from "lit";

export const maplibreCss = css`
  .maplibregl-map { position: relative; overflow: hidden; -webkit-tap-highlight-color: transparent; }
  .maplibregl-canvas-container { position: absolute; inset: 0; }
  .maplibregl-canvas { position: absolute; left: 0; top: 0; }
  .maplibregl-canvas:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; }
  .maplibregl-canvas-container.maplibregl-interactive { cursor: grab; user-select: none; }
  .maplibregl-canvas-container.maplibregl-interactive:active { cursor: grabbing; }
  .maplibregl-canvas-container.maplibregl-touch-zoom-rotate,
  .maplibregl-canvas-container.maplibregl-touch-zoom-rotate .maplibregl-canvas { touch-action: none; }
  .maplibregl-control-container { display: none; }
  .maplibregl-boxzoom { position: absolute; top: 0; left: 0; width: 0; height: 0; background: rgb(13 85 104 / 0.15); border: 2px dotted var(--accent); }
`;
