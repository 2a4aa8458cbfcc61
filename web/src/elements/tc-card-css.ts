// How the card looks.
import { css } from "lit";

export const cardCss = css`
  :host { display: grid; gap: 1.5rem; }
  section { min-width: 0; }
  .story { padding: 0.6rem 0.75rem; border-left: 3px solid var(--accent); border-radius: 0 var(--radius-s) var(--radius-s) 0; background: var(--accent-soft); line-height: 1.5; }
  .figure { transition: opacity var(--quick); }
  .figure.busy { opacity: 0.72; }
  h2 { font-size: 0.9375rem; font-weight: 550; line-height: 1.45; color: var(--ink-2); text-wrap: pretty; }
  h3 { font-size: 0.8125rem; font-weight: 650; line-height: 1.5; margin: 1.4rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
  section:not(.figure) > h3:first-child { margin-top: 0; }
  .period { color: var(--ink-3); }
  .value { margin: 0.15rem 0 0.35rem; }
  .why { display: flex; align-items: baseline; flex-wrap: wrap; gap: 0 0.5rem; border-radius: 0.4rem; }
  .why:hover b { text-decoration: underline dotted 2px var(--accent-line); text-underline-offset: 0.16em; }
  .value b { font-size: 3rem; line-height: 1.15; font-weight: 680; letter-spacing: -0.025em; }
  .value b .about { color: var(--accent); font-weight: 500; font-size: inherit; }
  .why > span { font-size: 1.125rem; color: var(--ink-2); font-weight: 500; }
  .no-value { font-size: 1.625rem; line-height: 1.4; font-weight: 600; margin: 0.35rem 0 0; color: var(--ink-2); }
  .warning { display: flex; gap: 0.5rem; margin-top: 0.6rem; padding: 0.5rem 0.7rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); }
  .warning svg { flex: none; margin-top: 0.15em; }
  .target { display: flex; align-items: start; gap: 0.55rem; margin-top: 0.7rem; }
  .plans li { display: flex; align-items: start; gap: 0.55rem; margin-top: 0.35rem; }
  .target > i, .plans i { margin-top: 0.15rem; }
  .changes { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin-top: 1rem; }
  .change { padding: 0.6rem 0.75rem 0.65rem; border-radius: var(--radius-s); background: var(--paper-2); }
  .delta { display: flex; align-items: center; gap: 0.3rem; margin: 0.1rem 0; }
  .delta b { font-weight: 650; }
  .delta.good { color: var(--good); } .delta.bad { color: var(--bad); }
  .rank { margin-top: 1.1rem; }
  .rank b { font-size: 1.125rem; font-weight: 650; margin-left: 0.25rem; }
  .rank tc-strip { margin-top: 0.35rem; }
  .children { margin-top: 0.75rem; }
  .pages { display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; }
  .pages a { display: inline-flex; align-items: center; gap: 0.25rem; color: var(--accent); font-weight: 550; text-decoration: none; }
  .pages a:hover { text-decoration: underline; text-underline-offset: 0.2em; }
  .formula { display: grid; gap: 0.4rem; }
  .formula div { display: grid; grid-template-columns: 5.5rem 1fr auto; gap: 0.6rem; align-items: baseline; }
  .formula div + div { border-top: 1px solid var(--line-2); padding-top: 0.4rem; }
  .formula b { font-weight: 600; white-space: nowrap; }
  .objects { display: grid; grid-template-columns: 1fr 1fr; gap: 0.5rem; }
  .objects button { display: flex; flex-direction: column; width: 100%; height: 100%; padding: 0.55rem 0.75rem; border-radius: var(--radius-s); background: var(--paper-2); transition: background var(--quick); }
  .objects button:hover { background: var(--paper-3); }
  .objects button[aria-pressed="true"] { background: var(--accent-soft); box-shadow: inset 0 0 0 1px var(--accent-line); }
  .objects b { font-size: 1.125rem; line-height: 1.4; font-weight: 650; }
  .objects span { color: var(--ink-2); line-height: 1.4; }
  dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.3rem 0.75rem; }
  dt { color: var(--ink-3); } dd { overflow-wrap: anywhere; }
  .message { padding: 1rem; border-radius: var(--radius-s); background: var(--paper-2); color: var(--ink-2); }
`;
