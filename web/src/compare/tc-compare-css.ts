// How the divider between before and after looks; plain text, because its map lives outside a shadow root.
export const compareCss = `
  .before-canvas { position: absolute !important; inset: 0; z-index: 1; }
  .divider { position: absolute; z-index: 2; top: 0; bottom: 0; width: 2.75rem; translate: -50% 0; cursor: ew-resize; touch-action: none; pointer-events: none; outline: none; }
  .divider::before { content: ""; position: absolute; left: 50%; top: 0; bottom: 0; width: 3px; translate: -50% 0; background: var(--paper); box-shadow: 0 0 0 1px var(--ink-2); }
  .divider i { position: absolute; left: 0; top: 42%; width: 2.75rem; height: 2.75rem; border-radius: 99px; background: var(--accent); box-shadow: var(--shadow-high); pointer-events: auto; }
  .divider i::before, .divider i::after { content: ""; position: absolute; top: 50%; width: 0.5rem; height: 0.5rem; border: solid var(--accent-ink); border-width: 0 0 2.5px 2.5px; rotate: 45deg; translate: 0 -50%; }
  .divider i::before { left: 0.7rem; } .divider i::after { right: 0.7rem; rotate: 225deg; }
  .divider:focus-visible { outline: none; }
  .divider:focus-visible i { outline: 3px solid var(--ink); outline-offset: 2px; }
  .divider .side { position: absolute; margin: 0; padding: 0.35rem 0.75rem; border-radius: var(--radius-s); background: var(--glass); box-shadow: var(--shadow); font-size: 0.8125rem; line-height: 1.4; white-space: nowrap; pointer-events: auto; user-select: none; }
  .divider .side b { display: block; font-weight: 650; }
  .divider .side span { color: var(--ink-2); white-space: pre; }
  .side-wait { position: absolute; z-index: 2; top: 50%; margin: 0; translate: -50% -50%; padding: 0.4rem 0.9rem; border-radius: 99px; background: var(--glass); box-shadow: var(--shadow); color: var(--ink-2); pointer-events: none; white-space: nowrap; }
  .divider .left { right: calc(50% + 0.6rem); text-align: right; }
  .divider .side.crowded { visibility: hidden; }
  .divider .right { left: calc(50% + 0.6rem); }
  .divider.fixed { cursor: default; }
  .divider.fixed .side { pointer-events: none; }
  .divider.stacked { left: 0; right: 0; bottom: auto; width: auto; height: 2.75rem; translate: 0 -50%; }
  .divider.stacked::before { left: 0; right: 0; top: 50%; bottom: auto; width: auto; height: 3px; translate: 0 -50%; }
  @media (max-width: 900px) {
    .divider .side { padding: 0.25rem 0.55rem; font-size: 0.75rem; }
    .divider.stacked .side { left: 0.6rem; right: auto; text-align: left; }
    .divider.stacked .left { top: auto; bottom: calc(50% + 0.5rem); }
    .divider.stacked .right { top: calc(50% + 0.5rem); }
  }
`;
