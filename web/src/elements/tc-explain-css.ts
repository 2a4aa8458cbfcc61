// How the explanation of a number looks.
import { css } from "lit";

export const explainCss = css`
  dialog { width: min(44rem, calc(100vw - 2rem)); max-width: none; height: fit-content; max-height: min(54rem, calc(100dvh - 3rem)); padding: 0; border: 0; border-radius: 1rem; background: var(--paper); color: var(--ink); box-shadow: var(--shadow-high); overflow: hidden; }
  dialog[open] { display: flex; flex-direction: column; }
  dialog::backdrop { background: rgb(8 20 28 / 0.45); }
  header { display: flex; align-items: flex-start; gap: 0.5rem; padding: 1rem 0.9rem 0.8rem 1.4rem; border-bottom: 1px solid var(--line); }
  .what { flex: 1; min-width: 0; }
  .kicker { color: var(--accent); font-weight: 600; }
  h2 { font-size: 1.125rem; line-height: 1.4; font-weight: 650; text-wrap: pretty; }
  .body { padding: 1rem 1.4rem 1.3rem; outline-offset: -2px; }
  .value { display: flex; align-items: center; gap: 0.75rem; }
  .value b { font-size: 2.5rem; line-height: 1.2; font-weight: 680; letter-spacing: -0.022em; }
  .value .blank { font-size: 1.375rem; font-weight: 600; }
  .how { color: var(--ink-2); margin-top: 0.2rem; }
  .known { display: flex; align-items: center; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 0.75rem; padding: 0.5rem 0.75rem; border-radius: var(--radius-s); background: var(--accent-soft); color: var(--accent); }
  section { margin-top: 1.25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
  h3 { font-size: 0.8125rem; font-weight: 650; line-height: 1.5; margin-bottom: 0.5rem; }
  .equation { display: flex; align-items: center; flex-wrap: wrap; gap: 0.5rem 0.75rem; }
  .fraction { display: grid; flex: 1 1 16rem; min-width: 0; }
  .fraction > div { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0.3rem 0.2rem; }
  .fraction > div + div { border-top: 1.5px solid var(--ink-2); }
  .fraction .name { color: var(--ink-2); }
  .fraction b, .fraction .why { font-weight: 620; white-space: nowrap; }
  .equation > b { font-size: 1.1875rem; }
  table { width: 100%; border-collapse: collapse; }
  th, td { padding: 0.3rem 0.4rem 0.3rem 0; font-weight: 450; text-align: left; line-height: 1.45; border-bottom: 1px solid color-mix(in srgb, var(--line) 65%, transparent); vertical-align: baseline; }
  td.end, th.end { text-align: right; padding-right: 0; white-space: nowrap; }
  thead th { color: var(--ink-3); font-weight: 550; }
  .columns { columns: 2; column-gap: 2rem; }
  .columns li { display: flex; justify-content: space-between; gap: 0.75rem; padding: 0.25rem 0; border-bottom: 1px solid color-mix(in srgb, var(--line) 65%, transparent); break-inside: avoid; line-height: 1.45; }
  .columns .why { font-weight: 600; white-space: nowrap; }
  .together { display: flex; justify-content: space-between; gap: 1rem; margin-top: 0.5rem; font-weight: 600; }
  .together .tie { color: var(--good); font-weight: 550; }
  dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.25rem 0.75rem; }
  dt { color: var(--ink-3); } dd { overflow-wrap: anywhere; }
  .flag { display: flex; gap: 0.5rem; padding: 0.5rem 0.75rem; border-radius: var(--radius-s); background: var(--warn-soft); color: var(--warn-ink); }
  .flag + .flag { margin-top: 0.4rem; }
  .flag svg { flex: none; margin-top: 0.15em; }
  .link { color: var(--accent); font-weight: 550; text-decoration: none; display: inline-flex; align-items: center; gap: 0.3rem; }
  .link:hover { text-decoration: underline; text-underline-offset: 0.2em; }
  .more { margin-top: 0.5rem; }
  .message { color: var(--ink-2); }
  footer { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1.25rem; margin-top: 1.4rem; }
  @media (max-width: 900px) {
    dialog { width: 100vw; max-height: 92dvh; margin: auto 0 0; border-radius: 1rem 1rem 0 0; }
    .columns { columns: 1; }
    header { padding-left: 1rem; } .body { padding: 0.9rem 1rem 1.2rem; }
    dl { grid-template-columns: 6rem 1fr; }
  }
`;
