// Everything known of one indicator in the selected area, the figure first.
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { comparing } from "../comparing";
import { moment, number, withUnit } from "../format";
import { named, term, titled, words } from "../i18n";
import { period as periodTitle } from "../period";
import { picture } from "../picture";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area, Card, Change, IndicatorDetail, Part } from "../types";
import { sign } from "./about";
import { follow } from "./follow";
import { stateMark } from "./swatch";
import { icons } from "./icons";
import { toggleLayer } from "./tc-layers";
import { changed } from "./changed";
import { explain } from "./explain";
import { cardCss } from "./tc-card-css";
import "./tc-carried";
import "./tc-extremes";
import "./tc-family";
import "./tc-series";
import "./tc-strip";

@customElement("tc-card")
export class TcCard extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, cardCss];

  protected override render(): TemplateResult {
    const { card, detail } = store.data;
    const indicator = detail.value;
    const area = store.subject;
    return html`
      ${store.state.compare && area?.story ? html`<p class="story small">${store.state.lang === "en" ? area.story_en : area.story}</p>` : nothing}
      ${store.state.against?.startsWith("area:") && comparing() ? html`<tc-two-areas></tc-two-areas>` : nothing}
      ${indicator && card.value && card.value.indicator === indicator.code ? this.figure(card.value, indicator) : this.waiting()}
      ${indicator && area && !area.valid_to && area.level !== "region" ? html`<p class="pages small">
        <a href=${href(store.state, { page: "indicator", module: null })}>${words().panel.indicatorPage}${icons.right(14)}</a>
        <a href=${href(store.state, { page: "module", module: indicator.module })}>${words().panel.modulePage}${icons.right(14)}</a>
        <a href=${href(store.state, { page: "area", module: null })}>${words().panel.areaPage}${icons.right(14)}</a></p>` : nothing}
      ${area ? html`${this.objects(area)}<tc-family .area=${area}></tc-family>` : nothing}
      ${indicator ? this.about(card.value, indicator, area) : nothing}`;
  }

  private waiting(): TemplateResult {
    const { card, detail } = store.data;
    if (card.problem) return html`<p class="message">${card.problem.message || words().problem.partial}</p>`;
    if (!card.busy && detail.value) return html`<p class="message">${words().panel.noCard}</p>`;
    return html`<div aria-busy="true"><span class="bone" style="width:60%;height:3.2rem"></span><span class="bone" style="margin-top:.75rem;height:1.2rem"></span>
      <span class="bone" style="margin-top:.5rem;height:1.2rem;width:80%"></span><span class="bone" style="margin-top:1.5rem;height:9rem"></span></div>`;
  }

  private figure(card: Card, indicator: IndicatorDetail): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const busy = store.data.card.busy;
    const rank = ranked(card);
    return html`<section class="figure ${busy ? "busy" : ""}">
      <h2>${named(indicator)}</h2>
      <p class="period small">${periodTitle(card.period, lang)}${card.status ? html` · ${w.panel.statuses[card.status]}` : nothing}</p>
      ${card.value === null && card.carried?.refused && card.carried.refused !== "few"
        ? html`<p class="no-value">${w.legend.blank["unmerged"]}</p>`
        : card.value === null
        ? html`<p class="no-value">${w.legend.blank[card.blank ?? "no_data"]}</p><p class="quiet small">${w.legend.blankWhy[card.blank ?? "no_data"]}</p>`
        : html`<p class="value num"><button class="why" aria-haspopup="dialog" aria-label="${withUnit(card.value, term(card.unit), lang, card.decimals)}. ${w.panel.explain}"
            title=${w.panel.explain} @click=${() => void explain({ code: indicator.code, area: card.area.code, period: card.period, boundary: store.subject?.boundary ?? "" })}><b>${card.carried ? html`<span class="about">${sign(card.carried)}</span>\u00a0` : nothing}${number(card.value, lang, card.decimals)}</b><span>${term(card.unit)}</span></button></p>`}
      ${card.sample ? html`<span class="badge sample" title=${w.sampleLong}>${w.sample}</span>` : nothing}
      ${card.carried ? html`<tc-carried .card=${card}></tc-carried>` : nothing}
      ${card.warning ? html`<p class="warning small">${icons.warning()}<span>${term(card.warning)}</span></p>` : nothing}
      ${card.target ? this.target(card) : nothing}
      ${card.value === null
        ? nothing
        : html`<div class="changes">${this.change(w.panel.previous, card.previous, card, indicator)}${this.change(w.panel.lastYear, card.last_year, card, indicator)}</div>`}
      ${rank && rank.of > 1
        ? html`<div class="rank"><p><span class="quiet small">${w.panel.rank}</span> <b class="num">${w.panel.rankOf(number(rank.place, lang), number(rank.of, lang))}</b></p>
            <p class="small quiet">${w.panel.among(rank.peers)}</p>
            ${store.shown?.selected === card.area.code ? html`<tc-strip .value=${card.value}></tc-strip>` : nothing}</div>`
        : nothing}
      <tc-extremes></tc-extremes>
      ${card.children && !card.warning ? html`<p class="small quiet children">${w.panel.children(number(card.children.with_value, lang), number(card.children.of, lang))}</p>` : nothing}
      ${card.rolls_up === false && card.area.level !== "commune" ? html`<p class="small quiet children">${w.panel.noRollup}</p>` : nothing}
      ${card.series.periods.length > 1
        ? html`<h3>${w.panel.history}</h3>
            <tc-series .series=${card.series} period=${card.period} unit=${term(card.unit)} .decimals=${card.decimals}
              .target=${card.target?.due ?? null} name=${named(indicator)} look=${`${store.theme}${lang}`}></tc-series>`
        : nothing}
      ${card.numerator || card.denominator
        ? html`<h3>${w.panel.formula}</h3>
            <div class="formula small">${this.ratioPart(w.panel.numerator, card.numerator)}${this.ratioPart(w.panel.denominator, card.denominator)}</div>`
        : nothing}
      ${card.weight ? html`<h3>${w.panel.formula}</h3><div class="formula small">${this.ratioPart(w.panel.weight, card.weight)}</div>` : nothing}
    </section>`;
  }

  private target(card: Card): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const target = card.target!;
    const amount = (value: number) => withUnit(value, term(card.unit), lang, value % 1 ? 1 : 0);
    const asked = target.due === null ? w.panel.band(target.low === null ? null : amount(target.low), target.high === null ? null : amount(target.high)) : amount(target.due);
    const year = target.rule !== "level" && target.value !== null && target.value !== target.due ? `, ${w.panel.wholeYear(amount(target.value))}` : "";
    const plan = target.plan && !card.plans?.length ? ` (${titled(target)})` : "";
    return html`<p class="target small">${stateMark(target.state, store.theme)}
      <span><b>${target.state === null ? w.panel.target : w.panel.states[target.state]}</b>
      <span class="quiet num"> · ${w.panel.target.toLowerCase()} ${asked}${year}${plan}${target.decision ? `, ${term(target.decision)}` : ""}</span></span></p>
      ${card.plans?.length ? html`<ul class="plans small">${card.plans.map((over) => html`<li>${stateMark(over.state, store.theme)}
        <span class="num"><b>${over.percent === null ? "–" : withUnit(over.percent, "%", lang, 2)}</b> <span class="quiet">${w.panel.ofPlan(withUnit(over.value, term(over.unit), lang, 1), titled(over))}</span></span></li>`)}</ul>` : nothing}`;
  }

  private change(title: string, change: Change | null, card: Card, indicator: IndicatorDetail): TemplateResult {
    const w = words();
    const { lang } = store.state;
    if (!change || change.change === null) return html`<div class="change"><p class="small quiet">${title}</p><p class="small quiet">${w.panel.noCompare}</p></div>`;
    const better = change.change === 0 || indicator.direction === "neutral" ? "" : (change.change > 0) === (indicator.direction === "up") ? "good" : "bad";
    const text = change.change === 0 ? w.panel.unchanged : changed(change.change, change.change_percent, card.unit, card.decimals);
    return html`<div class="change">
      <p class="small quiet">${title}</p>
      <p class="delta num ${better}">${change.change > 0 ? icons.up() : change.change < 0 ? icons.fall() : nothing}<b>${text}</b></p>
      <p class="small quiet num">${periodTitle(change.period, lang, true)}: ${number(change.value, lang, card.decimals)}</p>
    </div>`;
  }

  private ratioPart(title: string, part: Part | null): TemplateResult | typeof nothing {
    if (!part) return nothing;
    return html`<div><span class="quiet">${title}</span><span class="what">${(store.state.lang === "en" && part.name_en) || part.name}</span>
      <b class="num">${part.value === null ? "–" : withUnit(part.value, term(part.unit), store.state.lang)}</b></div>`;
  }

  /** What lies in the area, layer by layer. */
  private objects(area: Area): TemplateResult | typeof nothing {
    const w = words();
    const { lang, layers: on } = store.state;
    const layers = (store.data.start.value?.layers ?? []).filter((layer) => layer.counted);
    const held = area.valid_to || area.level === "region" ? store.data.held.value : null;
    const count = (id: string): number | null => {
      const found = held?.find((one) => one.layer === id);
      return area.valid_to || area.level === "region" ? (found?.values[found.ids.indexOf(area.id)] ?? null) : (area.counts[id] ?? 0);
    };
    if (!layers.length) return nothing;
    return html`<section><h3>${w.panel.objects}</h3>
      <ul class="objects">${layers.map((l) => html`<li><button aria-pressed=${on.includes(l.id)} title=${w.layers.toggle(titled(l))} @click=${() => toggleLayer(l.id)}>
        <b class="num">${count(l.id) === null ? "–" : number(count(l.id)!, lang)}</b><span class="small">${titled(l)}</span></button></li>`)}</ul></section>`;
  }

  private about(card: Card | null, indicator: IndicatorDetail, area: Area | null): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const facts: [string, string | null | undefined][] = [
      [w.panel.source, card?.source ?? indicator.source_system],
      [w.panel.owner, indicator.owner],
      [w.panel.basis, indicator.basis],
      [w.panel.knownAt, card?.known_at ? moment(card.known_at, lang) : null],
      [w.panel.status, card?.status ? w.panel.statuses[card.status] : null],
      [w.panel.areaSize, area?.area_km2 ? withUnit(area.area_km2, "km²", lang, area.area_km2 < 100 ? 1 : 0) : null],
      [w.panel.resolution, area?.resolution],
      [w.panel.outline, area ? area.source || (area.approximate ? w.approximate : null) : null],
    ];
    return html`<section><h3>${w.panel.about}</h3>
      <dl class="small">${facts.filter(([, v]) => v).map(([k, v]) => html`<dt>${k}</dt><dd class="num">${term(v)}</dd>`)}</dl></section>`;
  }
}

/** Where the area stands: through a lens among all that are coloured with it, else among its peers. */
export function ranked(card: Card): { place: number; of: number; peers: string } | null {
  const { lang, pick } = store.state;
  if (store.shown?.lens && pick === card.area.code) {
    const rank = picture()?.rows.find((row) => row.code === pick)?.rank;
    return rank ? { ...rank, peers: words().reform.lensPeers(words().peers[rank.kind] ?? "") } : null;
  }
  return card.rank && { ...card.rank, peers: (lang === "en" && card.rank.peers_en) || card.rank.peers };
}
