// How a choice of one out of many looks on pages.
import { css } from "lit";

export const chosen = css`
  .pick { position: relative; display: inline-flex; align-items: center; min-width: 0; }
  .pick select { appearance: none; width: 100%; min-height: 2.4rem; border: 0; border-radius: var(--radius-s); padding: 0.3rem 2rem 0.3rem 0.8rem; background: var(--paper); box-shadow: inset 0 0 0 1px var(--line-2); font-weight: 550; line-height: 1.5; cursor: pointer; text-overflow: ellipsis; }
  .pick select:hover { background: var(--paper-2); }
  .pick option { background: var(--paper); color: var(--ink); font-weight: 450; }
  .pick svg { position: absolute; right: 0.65rem; pointer-events: none; color: var(--ink-3); }
`;
