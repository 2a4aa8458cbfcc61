// One number explained: how it is computed, what it is made of, where it comes from, how it was revised, what was asked of it.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { copy } from "../copy";
import { moment as clock } from "../format";
import { named, placed, term, titled, words } from "../i18n";
import * as common from "../api";
import * as api from "../pages/api";
import { Asked } from "../pages/asked";
import { amount, blank, figureCss, sign } from "../pages/figure";
import type { Component, Explanation, Flag } from "../pages/types";
import { said } from "../pages/words";
import { period as periodTitle } from "../period";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area } from "../types";
import type { Asking } from "./explain";
import { follow } from "./follow";
import { icons } from "./icons";
import { explainCss } from "./tc-explain-css";
import { made, origin, revisions, targets, quality } from "./tc-explain-parts";

@customElement("tc-explain")
export class TcExplain extends LitElement {
  @state() private trail: Asking[] = [];
  @state() private copied = false;
  @query("dialog") private dialog!: HTMLDialogElement;
  private readonly asked = new Asked<Explanation>(this, "explain");
  private readonly flags = new Asked<Flag[]>(this, "flags");
  private readonly area = new Asked<Area>(this, "area");

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, figureCss, explainCss];

  /** Explain a number; from within an explanation the way back is kept. */
  async show(asking: Asking): Promise<void> {
    const open = this.dialog?.open ?? false;
    this.trail = open ? [...this.trail, asking] : [asking];
    await this.updateComplete;
    if (!open) this.dialog.showModal();
    this.shadowRoot?.querySelector(".body")?.scrollTo(0, 0);
  }

  private get asking(): Asking | null {
    return this.trail.at(-1) ?? null;
  }

  protected override willUpdate(): void {
    const { asking } = this;
    const { lang } = store.state;
    if (!asking) return;
    const known = asking.known ?? store.state.known;
    this.asked.need(`${asking.code} ${asking.area} ${asking.boundary} ${asking.period} ${known} ${lang}`, () => api.explanation(asking.code, asking.area, asking.period, asking.boundary ?? "", known, lang));
    this.flags.need(`${asking.code} ${asking.area} ${lang}`, () => api.flags(asking.area, asking.code, lang));
    this.area.need(`${asking.area} ${asking.boundary} ${lang}`, () => common.area(asking.area, asking.boundary ?? "", lang));
  }

  protected override render(): TemplateResult {
    const p = said().explain;
    const { asking } = this;
    const indicator = asking && store.data.catalogue.value?.indicators.find((one) => one.code === asking.code);
    const found = this.asked.now;
    return html`<dialog aria-labelledby="what" @click=${(e: Event) => e.target === this.dialog && this.dialog.close()} @close=${() => (this.trail = [])}>
      ${asking
        ? html`<header>
            ${this.trail.length > 1 ? html`<button class="icon-button" aria-label=${words().back} title=${words().back} @click=${() => (this.trail = this.trail.slice(0, -1))}>${icons.left()}</button>` : nothing}
            <div class="what"><p class="small kicker">${p.title}</p><h2 id="what">${named(indicator ?? undefined) || asking.code.toUpperCase()}</h2>
              <p class="small quiet num">${[placed(this.area.now), periodTitle(asking.period, store.state.lang)].filter(Boolean).join(" · ")}</p></div>
            <button class="icon-button" aria-label=${words().close} @click=${() => this.dialog.close()}>${icons.close()}</button>
          </header>
          <div class="body scroll" tabindex="0">${this.asked.problem ? html`<p class="message">${this.asked.problem.message || p.failed}</p>` : found ? this.told(found, asking) : html`<span class="bone" style="height:4rem;width:60%"></span><span class="bone" style="height:12rem;margin-top:1rem"></span>`}</div>`
        : nothing}
    </dialog>`;
  }

  private told(found: Explanation, asking: Asking): TemplateResult {
    const p = said().explain;
    const known = asking.known ?? store.state.known;
    const state = found.targets.find((one) => one.state)?.state ?? null;
    return html`
      ${known ? html`<p class="known small">${icons.info()}<span>${p.known(clock(api.instant(known), store.state.lang))}</span>
        ${asking.known ? html`<button class="link" @click=${() => this.ask({ ...asking, known: null })}>${p.present}</button>` : nothing}</p>` : nothing}
      <p class="value num">${found.value === null ? blank(found.blank) : html`<b>${amount(found.value, found.unit, found.decimals)}</b>`}${sign(state, "1.5rem")}</p>
      <p class="small how">${store.state.lang === "en" ? found.how_en : found.how}${found.carried ? html` ${store.state.lang === "en" ? found.carried.method_text_en : found.carried.method_text}` : nothing}${found.sample ? html` <span class="badge sample" title=${words().sampleLong}>${words().sample}</span>` : nothing}</p>
      ${found.warning ? html`<p class="flag small" style="margin-top:.6rem">${icons.warning()}<span>${term(found.warning)}</span></p>` : nothing}
      ${found.numerator || found.formula ? html`<section><h3>${p.formula}</h3>${this.formula(found)}</section>` : nothing}
      ${made(found, asking, (next) => this.ask(next))}
      ${targets(found)}
      ${origin(found)}
      ${revisions(found, asking, (next) => this.ask(next))}
      ${quality(this.flags.now?.filter((one) => !one.period || one.period === asking.period) ?? null)}
      <footer class="small">
        <button class="button" @click=${() => void this.link(found)}>${this.copied ? icons.check() : icons.link()}<span role="status">${this.copied ? words().share.copied : p.permalink}</span></button>
        <a class="link" href=${href({ ...store.state, indicator: asking.code, area: asking.area, period: asking.period }, { page: "indicator", module: null })}>${p.open}${icons.right(14)}</a>
      </footer>`;
  }

  private ask(next: Asking): void {
    if (next.code === this.asking?.code && next.area === this.asking.area && next.period === this.asking.period) this.trail = [...this.trail.slice(0, -1), next];
    else void this.show(next);
  }

  /** The formula, and the same with the numbers put in. */
  private formula(found: Explanation): TemplateResult {
    const english = store.state.lang === "en";
    const text = (english && found.formula?.text_en) || found.formula?.text;
    const { numerator, denominator, value } = found;
    const scale = found.formula?.scale ?? 1;
    const times = scale === 1 ? "" : ` × ${scale.toLocaleString(english ? "en-GB" : "vi-VN")}`;
    return html`
      ${numerator && denominator
        ? html`<div class="equation" role="group">
            <div class="fraction"><div>${this.component(numerator)}</div><div>${this.component(denominator)}</div></div>
            <span class="num">${times}</span><span>=</span><b class="num">${value === null ? "–" : amount(value, found.unit, found.decimals)}</b></div>`
        : text ? html`<p>${text}</p>` : nothing}
      ${found.weight ? html`<p class="small quiet">${words().panel.weight}: ${titledPart(found.weight)} ${found.weight.value === null ? "" : amount(found.weight.value, found.weight.unit, 0)}</p>` : nothing}`;
  }

  /** A part of the ratio; where it is an indicator of its own, it can be explained in turn. */
  private component(part: Component): TemplateResult {
    const { asking } = this;
    const name = titledPart(part);
    const figure = part.value === null ? "–" : amount(part.value, part.unit, Number.isInteger(part.value) ? 0 : 1);
    return html`<span class="name small">${name}</span> ${part.code && asking
      ? html`<button class="why num" aria-label="${figure}. ${said().explain.of(name)}" @click=${() => this.ask({ ...asking, code: part.code!.toLowerCase() })}>${figure}</button>`
      : html`<b class="num">${figure}</b>`}`;
  }

  private async link(found: Explanation): Promise<void> {
    this.copied = await copy(new URL(found.permalink, location.origin).href);
    setTimeout(() => (this.copied = false), 2500);
  }
}

const titledPart = (part: Component): string => titled({ title: part.name, title_en: part.name_en ?? "" });

declare global {
  interface HTMLElementTagNameMap {
    "tc-explain": TcExplain;
  }
}
