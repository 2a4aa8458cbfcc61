// What all pages have in common: head, sections, cards, messages.
import { css } from "lit";

export const pageCss = css`
  :host { display: block; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.2rem 0.9rem; margin-bottom: 1.5rem; }
  .head > tc-where, .head > .trail, .head > .sum, .head > .under { flex-basis: 100%; }
  h1 { font-size: clamp(1.5rem, 2.6vw, 2.125rem); line-height: 1.3; font-weight: 690; letter-spacing: -0.018em; text-wrap: balance; }
  h2 { font-size: 1.1875rem; line-height: 1.4; font-weight: 660; letter-spacing: -0.005em; margin: 0 0 0.75rem; }
  .panel { padding: 1.1rem 1.25rem 1.25rem; border-radius: var(--radius); background: var(--paper); box-shadow: inset 0 0 0 1px var(--line); min-width: 0; }
  .panel > h2 { font-size: 1rem; margin-bottom: 0.5rem; }
  .message { padding: 1rem 1.25rem; border-radius: var(--radius); background: var(--paper); color: var(--ink-2); box-shadow: inset 0 0 0 1px var(--line); }
  .trail { display: flex; align-items: center; gap: 0.35rem; color: var(--ink-3); }
  .trail a { color: var(--accent); text-decoration: none; font-weight: 550; }
  .trail a:hover { text-decoration: underline; text-underline-offset: 0.2em; }
  .link { color: var(--accent); font-weight: 550; text-decoration: none; display: inline-flex; align-items: center; gap: 0.3rem; }
  .link:hover { text-decoration: underline; text-underline-offset: 0.2em; }
`;
