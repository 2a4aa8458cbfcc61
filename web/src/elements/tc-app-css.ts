// How the page is laid out.
import { css } from "lit";

export const appCss = css`
  :host { display: grid; grid-template: var(--header) minmax(0, 1fr) / minmax(0, 1fr) var(--panel); height: 100dvh; background: var(--sea); color: var(--ink); }
  .skip { position: absolute; left: -999rem; z-index: 30; padding: 0.5rem 1rem; background: var(--accent); color: var(--accent-ink); border-radius: 0 0 var(--radius-s) 0; }
  .skip:focus { left: 0; top: 0; }
  header { grid-column: 1 / -1; display: flex; align-items: center; gap: 0.75rem; padding: 0 1rem; background: var(--paper); border-bottom: 1px solid var(--line); z-index: 10; min-width: 0; }
  .brand { display: flex; align-items: center; gap: 0.65rem; flex: none; padding: 0.25rem 0.5rem 0.25rem 0.1rem; border-radius: var(--radius-s); }
  .brand b { font-size: 1.1875rem; font-weight: 700; letter-spacing: -0.015em; line-height: 1.5; }
  tc-breadcrumb { flex: 0 1 auto; min-width: 0; padding-left: 0.65rem; border-left: 1px solid var(--line); }
  .spring { flex: 1; }
  tc-search { width: 21rem; flex: 0 1 21rem; min-width: 10rem; }
  .to-modules { flex: none; padding: 0.35rem 0.75rem; border-radius: var(--radius-s); color: var(--ink-2); font-weight: 550; text-decoration: none; }
  .to-modules:hover { background: var(--paper-2); color: var(--ink); }
  .tools { display: flex; align-items: center; gap: 0.15rem; flex: none; }
  .language { font-size: 0.8125rem; font-weight: 650; letter-spacing: 0.02em; }
  main { position: relative; min-width: 0; min-height: 0; overflow: hidden; }
  aside { min-height: 0; border-left: 1px solid var(--line); background: var(--paper); overflow: hidden; }
  tc-map, tc-map .canvas { position: absolute; inset: 0; display: block; }
  .map-wait, .map-note { position: absolute; left: 50%; top: 50%; translate: -50% -50%; padding: 0.5rem 1rem; border-radius: 99px; background: var(--glass); box-shadow: var(--shadow); color: var(--ink-2); white-space: nowrap; }
  .map-note { border-radius: var(--radius); white-space: normal; width: min(24rem, 80%); }
  .rail { position: absolute; z-index: 5; left: var(--gap); top: var(--gap); height: calc(100% - var(--gap) - 1.75rem); width: var(--rail); display: flex; flex-direction: column; gap: var(--gap); pointer-events: none; overflow-x: hidden; margin: -0.6rem -0.6rem 0; padding: 0.6rem 0.6rem 1.75rem; box-sizing: content-box; scrollbar-width: none; mask-image: linear-gradient(to bottom, #000 calc(100% - 1.75rem), transparent); }
  .rail::-webkit-scrollbar { display: none; }
  tc-trouble { left: calc(var(--rail) + var(--gap)); }
  tc-notice { left: calc(var(--rail) + var(--gap) * 2); right: 4rem; }
  .rail > * { pointer-events: auto; flex: none; overflow: hidden; }
  .zoom { position: absolute; z-index: 4; right: var(--gap); top: var(--gap); display: grid; overflow: hidden; }
  .zoom .icon-button { border-radius: 0; }
  .zoom .icon-button + .icon-button { border-top: 1px solid var(--line); }
  .foot { position: absolute; z-index: 4; left: calc(var(--rail) + var(--gap) * 2); right: var(--gap); bottom: var(--gap); display: grid; gap: 0.6rem; pointer-events: none; }
  .foot .time { pointer-events: auto; }
  .foot .row { display: flex; flex-wrap: wrap-reverse; align-items: end; gap: 0.5rem 0.6rem; }
  .foot tc-vintage { pointer-events: auto; }
  .corner { justify-self: start; pointer-events: auto; }
  tc-inset { justify-self: end; pointer-events: none; }
  tc-inset[aside] { justify-self: start; }
  .busy { position: absolute; z-index: 9; left: 0; right: 0; top: 0; height: 3px; opacity: 0; transition: opacity 200ms 150ms; pointer-events: none; background: linear-gradient(90deg, transparent, var(--accent), transparent) 0 0 / 40% 100% no-repeat; }
  .busy.on { opacity: 1; animation: slide 1.1s linear infinite; }
  @keyframes slide { from { background-position: -70% 0; } to { background-position: 170% 0; } }

  @media (max-width: 1160px) { tc-inset { transform: scale(0.75); transform-origin: 100% 100%; } tc-inset[aside] { transform-origin: 0 100%; } tc-search { flex-basis: 14rem; } }
  @media (max-width: 900px) {
    :host { grid-template: 3.5rem minmax(0, 1fr) / minmax(0, 1fr); }
    header.small-head { gap: 0.1rem; padding: 0 0.4rem 0 0.6rem; }
    header.small-head tc-search { flex: 1; width: auto; }
    .up { display: flex; align-items: center; gap: 0.15rem; min-width: 0; min-height: 2.75rem; color: var(--accent); font-weight: 550; padding-right: 0.5rem; }
    .up span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .small-head .brand b { font-size: 1.0625rem; }
    .pill { position: absolute; z-index: 5; left: 0.6rem; right: 0.6rem; top: 0.6rem; overflow: hidden; }
    tc-inset.phone { position: absolute; z-index: 3; left: 0.6rem; bottom: calc(176px + 3.2rem); transform: scale(0.72); transform-origin: 0 100%; }
    tc-trouble { left: 0; bottom: 176px; }
    tc-notice { left: 0.6rem; right: 0.6rem; top: 7.5rem; }
    .corner.phone { position: absolute; z-index: 3; right: 0.6rem; bottom: calc(176px + 0.5rem); }
  }
`;
