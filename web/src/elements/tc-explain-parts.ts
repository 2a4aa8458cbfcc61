// The sections of an explanation: what a number is made of, its source, its revisions, its targets, its quality.
import { html, nothing, type TemplateResult } from "lit";
import { moment as clock, number } from "../format";
import { placed, term, titled, words } from "../i18n";
import { amount, asked, blank, sign, told } from "../pages/figure";
import type { Explanation, Flag } from "../pages/types";
import { said } from "../pages/words";
import { period as periodTitle } from "../period";
import { store } from "../store";
import type { Asking } from "./explain";
import { icons } from "./icons";
import { added } from "./sum";

type Ask = (next: Asking) => void;

/** The areas below and the shorter periods that a number was put together from. */
export function made(found: Explanation, asking: Asking, ask: Ask): TemplateResult {
  const p = said().explain;
  const { lang } = store.state;
  const count = found.children_count;
  return html`
    ${found.children.length
      ? html`<section><h3>${p.children}</h3>
          ${count ? html`<p class="small quiet num">${p.childrenCount(number(count.with_value, lang), number(count.of, lang))}</p>` : nothing}
          ${list(found.children.map((one) => ({ ...one, title: placed({ full_name: one.name, name_en: one.name_en }) })), found, (one) => ask({ ...asking, area: one.code }))}
          ${together(found.children.map((one) => one.value), found)}</section>`
      : nothing}
    ${found.parts.length
      ? html`<section><h3>${p.parts}</h3>
          ${list(found.parts.map((one) => ({ ...one, code: one.period, title: periodTitle(one.period, lang) })), found, (one) => ask({ ...asking, period: one.code }))}
          ${together(found.parts.map((one) => one.value), found)}</section>`
      : nothing}`;
}

interface Item {
  code: string;
  title: string;
  value: number | null;
  blank: Explanation["blank"];
}

function list(items: Item[], found: Explanation, ask: (one: Item) => void): TemplateResult {
  const p = said().explain;
  const line = (one: Item): TemplateResult => html`<li><span>${one.title}</span>${one.value === null ? blank(one.blank)
    : html`<button class="why num" aria-label="${amount(one.value, found.unit, found.decimals)}. ${p.of(one.title)}" @click=${() => ask(one)}>${number(one.value, store.state.lang, found.decimals)}</button>`}</li>`;
  const few = 12;
  return html`<ul class="columns small">${items.slice(0, few).map(line)}</ul>
    ${items.length > few ? html`<details class="small more"><summary class="link">${p.show(number(items.length, store.state.lang))}</summary><ul class="columns">${items.slice(few).map(line)}</ul></details>` : nothing}`;
}

/** Where parts are simply added, their sum beside the value. */
function together(parts: (number | null)[], found: Explanation): TemplateResult | typeof nothing {
  const p = said().explain;
  if (found.formula || found.numerator) return nothing;
  const sum = added(parts, found.value, found.decimals);
  return sum === null ? nothing : html`<p class="together small num"><span>${p.sum}</span><span>${amount(sum, found.unit, found.decimals)} <span class="tie">✓ ${p.tie}</span></span></p>`;
}

export function targets(found: Explanation): TemplateResult | typeof nothing {
  const p = said().explain;
  if (!found.targets.length && !found.plans.length) return nothing;
  return html`<section><h3>${p.targets}</h3><ul class="small">
    ${found.targets.map((one) => html`<li style="display:flex;gap:.5rem;padding:.2rem 0">${sign(one.state, "1.05rem")}<span class="num">${one.plan ? html`<b>${titled(one)}</b> · ` : nothing}${asked(one, found.unit, found.decimals)}${one.decision ? html`<span class="quiet"> · ${term(one.decision)}</span>` : nothing}${one.before.map((was) => html`<br><span class="quiet">${p.before(clock(was.known_at, store.state.lang), was.value === null ? "–" : told(was.value, found.unit, found.decimals))}</span>`)}</span></li>`)}
    ${found.plans.map((one) => html`<li style="display:flex;gap:.5rem;padding:.2rem 0">${sign(one.state, "1.05rem")}<span class="num"><b>${one.percent === null ? "–" : amount(one.percent, "%", 2)}</b> ${words().panel.ofPlan(amount(one.value, one.unit, Number.isInteger(one.value) ? 0 : 3), titled(one))}</span></li>`)}
  </ul></section>`;
}

export function origin(found: Explanation): TemplateResult | typeof nothing {
  const p = said().explain;
  const w = words().panel;
  const { lang } = store.state;
  const { source } = found;
  if (!source) return nothing;
  const facts: [string, string | null | undefined][] = [
    [p.source, term(source.title)],
    [p.file, source.file && (source.row ? `${source.file}, ${p.row} ${number(source.row, lang)}` : source.file)],
    [p.enteredBy, term(source.entered_by)],
    [p.knownAt, source.known_at && clock(source.known_at, lang)],
    [p.status, source.status && w.statuses[source.status]],
  ];
  return html`<section><h3>${p.source}</h3><dl class="small num">${facts.filter(([, text]) => text).map(([title, text]) => html`<dt>${title}</dt><dd>${text}</dd>`)}</dl></section>`;
}

/** Newest first; each can be looked at as it was known then. */
export function revisions(found: Explanation, asking: Asking, ask: Ask): TemplateResult {
  const p = said().explain;
  const w = words().panel;
  const { lang } = store.state;
  const all = [...found.revisions].sort((a, b) => (a.known_at < b.known_at ? 1 : -1));
  if (all.length < 2 && !asking.known) return html`<section><h3>${p.revisions}</h3><p class="small quiet">${p.once}</p></section>`;
  return html`<section><h3>${p.revisions}</h3><table class="small num"><thead><tr><th scope="col">${p.knownAt}</th><th scope="col">${p.status}</th><th scope="col" class="end">${words().table.value}</th><th scope="col" class="end"><span class="hide">${p.asKnown}</span></th></tr></thead>
    <tbody>${all.map((one, i) => html`<tr><td>${clock(one.known_at, lang)}</td><td>${one.status ? w.statuses[one.status] : ""}</td>
      <td class="end">${one.value === null ? blank(one.blank) : number(one.value, lang, found.decimals)}</td>
      <td class="end">${i === 0 && !asking.known ? html`<span class="quiet">${p.now}</span>` : html`<button class="link" @click=${() => ask({ ...asking, known: i === 0 ? null : one.known_at })}>${i === 0 ? p.present : p.asKnown}</button>`}</td></tr>`)}</tbody></table></section>`;
}

/** What looks wrong with the figure; null where nobody has looked. */
export function quality(flags: Flag[] | null): TemplateResult | typeof nothing {
  const p = said().explain;
  if (!flags) return nothing;
  return html`<section><h3>${p.quality}</h3>${flags.length
    ? flags.map((one) => html`<p class="flag small">${icons.warning()}<span><b>${titled({ title: one.title, title_en: one.title_en ?? "" })}</b> ${titled({ title: one.evidence, title_en: one.evidence_en ?? "" })}</span></p>`)
    : html`<p class="small quiet">${p.noFlags}</p>`}</section>`;
}
