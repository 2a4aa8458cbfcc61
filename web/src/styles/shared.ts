// Rules shared by all elements: controls, badges, cards, focus.
import { css } from "lit";

export const shared = css`
  *, *::before, *::after { box-sizing: border-box; }
  :host { font: inherit; color: inherit; }
  :host([hidden]), [hidden] { display: none !important; }
  h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  button, input, select { font: inherit; color: inherit; letter-spacing: inherit; }
  button { appearance: none; border: 0; background: none; padding: 0; cursor: pointer; text-align: inherit; line-height: inherit; }
  button:disabled { cursor: default; opacity: 0.45; }
  a { color: var(--accent); }
  :focus { outline: none; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.375rem; }
  svg { display: block; }
  .num { font-variant-numeric: tabular-nums lining-nums; }
  .hide { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .card { background: var(--glass); border-radius: var(--radius); box-shadow: var(--shadow); }
  .badge {
    display: inline-flex; align-items: center; gap: 0.3em; padding: 0.1em 0.6em; border-radius: 99px; font-size: 0.75rem; line-height: 1.6;
    font-weight: 550; background: var(--paper-3); color: var(--ink-2); white-space: nowrap;
  }
  .badge.sample { background: var(--warn-soft); color: var(--warn-ink); box-shadow: inset 0 0 0 1px var(--warn-line); }
  .icon-button {
    display: inline-grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: var(--radius-s); color: var(--ink-2);
    transition: background var(--quick), color var(--quick);
  }
  .icon-button:hover:not(:disabled) { background: var(--paper-3); color: var(--ink); }
  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; min-height: 2.5rem; padding: 0.35rem 1rem; border-radius: var(--radius-s);
    font-weight: 550; background: var(--paper); box-shadow: inset 0 0 0 1px var(--line-2); transition: background var(--quick);
  }
  .button:hover { background: var(--paper-2); }
  .button.main { background: var(--accent); color: var(--accent-ink); box-shadow: none; }
  .button.main:hover { filter: brightness(1.08); }
  .quiet { color: var(--ink-3); }
  .small { font-size: 0.8125rem; line-height: 1.5; }
  .scroll { overflow: auto; scrollbar-width: thin; scrollbar-color: var(--line-2) transparent; overscroll-behavior: contain; }
  .field {
    display: flex; align-items: center; gap: 0.5rem; min-height: 2.5rem; padding: 0 0.75rem; border-radius: var(--radius-s); background: var(--paper-2);
    box-shadow: inset 0 0 0 1px var(--line); color: var(--ink-3);
  }
  .field:focus-within { box-shadow: inset 0 0 0 2px var(--accent); background: var(--paper); }
  .field input { flex: 1; min-width: 0; border: 0; background: none; padding: 0.4rem 0; color: var(--ink); line-height: 1.5; }
  .field input:focus-visible { outline: none; }
  .field input::placeholder { color: var(--ink-3); opacity: 1; }
  .field input::-webkit-search-cancel-button { display: none; }
  @keyframes shimmer { from { background-position: 120% 0; } to { background-position: -120% 0; } }
  .bone {
    display: block; border-radius: 0.375rem; min-height: 1em;
    background: linear-gradient(100deg, var(--paper-3) 40%, var(--paper-2) 50%, var(--paper-3) 60%) 0 0 / 240% 100%; animation: shimmer 1.6s linear infinite;
  }
`;
