// The profile of an area: strong and weak points, neighbours and peers, every module, where it came from.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { number, withUnit } from "../format";
import { placed, term, words } from "../i18n";
import { href } from "../route";
import { store } from "../store";
import { shared } from "../styles/shared";
import type { Area } from "../types";
import * as api from "./api";
import { Asked } from "./asked";
import { counted } from "./modules";
import { pageCss } from "./page-css";
import type { Module, Profile, Standing } from "./types";
import { said } from "./words";
import "../elements/tc-family";
import "./tc-beside";
import "./tc-points";
import "./tc-state-bar";
import "./tc-topics";
import "./tc-where";

@customElement("tc-area")
export class TcArea extends LitElement {
  private readonly modules = new Asked<Module[]>(this, "modules");
  private readonly profile = new Asked<Profile>(this, "profile");

  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, pageCss, css`
    .under { display: flex; flex-wrap: wrap; gap: 0.2rem 1.5rem; align-items: center; margin-top: 0.2rem; color: var(--ink-2); }
    .under b { font-weight: 600; color: var(--ink); }
    .sum { margin-top: 0.8rem; } .sum > * { max-width: 34rem; }
    .points { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.1rem; }
    .rest { display: grid; grid-template-columns: minmax(0, 1.55fr) minmax(0, 1fr); gap: 1.1rem; margin-top: 1.1rem; align-items: start; }
    .column { display: grid; gap: 1.1rem; min-width: 0; }
    @media (max-width: 1080px) { .points, .rest { grid-template-columns: minmax(0, 1fr); } }
  `];

  protected override willUpdate(): void {
    const { area, lang, boundary } = store.state;
    if (boundary && boundary !== "current") location.assign(href(store.state, { page: "map", module: null })); // pages speak of present areas
    this.modules.need("all", () => api.modules());
    this.profile.need(area && `${area} ${lang} ${store.state.known}`, () => api.profile(area!, lang, store.state.known));
  }

  protected override render(): TemplateResult {
    const w = words();
    const { lang, area } = store.state;
    const look = lang + store.theme;
    const { value: focus, problem } = store.data.focus;
    if (problem && !problem.unreachable) return html`<p class="message" role="alert">${problem.message || w.problem.partial}</p>`;
    const profile = this.profile.value?.area.code === area ? this.profile.value : null;
    document.title = [placed(focus), w.product].filter(Boolean).join(" · ");
    return html`
      <div class="head">
        <tc-where></tc-where>
        <h1>${focus ? placed(focus) : html`<span class="bone" style="width:18rem"></span>`}</h1>
        ${profile?.rows.some((row) => row.sample) ? html`<span class="badge sample" title=${w.sampleLong}>${w.sample}</span>` : nothing}
        ${focus ? this.facts(focus, profile) : nothing}
        ${profile ? html`<div class="sum"><tc-state-bar long .counts=${counted(profile.rows)} look=${look}></tc-state-bar></div>` : nothing}
      </div>
      ${this.profile.problem && !this.profile.problem.unreachable ? html`<p class="message" role="alert">${this.profile.problem.message || w.problem.partial}</p>` : nothing}
      ${profile
        ? html`
            ${profile.peers ? html`<div class="points">
              <section class="panel"><tc-points .profile=${profile} which="strengths" look=${look}></tc-points></section>
              <section class="panel"><tc-points .profile=${profile} which="weaknesses" look=${look}></tc-points></section>
            </div>` : nothing}
            <div class="rest">
              <section class="panel"><tc-topics .profile=${profile} .modules=${this.modules.value ?? []} look=${look}></tc-topics></section>
              <div class="column">
                ${focus && focus.level !== "country" ? html`<section class="panel"><tc-beside .profile=${profile} .area=${focus} look=${look}></tc-beside></section>` : nothing}
                ${focus && (focus.predecessors.length || focus.successors.length) ? html`<section class="panel"><tc-family .area=${focus}></tc-family></section>` : nothing}
              </div>
            </div>`
        : this.profile.problem ? nothing : html`<div class="points"><span class="bone" style="height:16rem"></span><span class="bone" style="height:16rem"></span></div>`}`;
  }

  private facts(area: Area, profile: Profile | null): TemplateResult {
    const w = words();
    const { lang } = store.state;
    const of = (code: string): string | null => {
      const row = profile?.rows.find((one: Standing) => one.code === code && one.value !== null);
      return row ? withUnit(row.value!, term(row.unit), lang, row.decimals) : null;
    };
    const name = (code: string): string => {
      const one = store.data.catalogue.value?.indicators.find((indicator) => indicator.code === code);
      return one ? ((lang === "en" && one.name_en) || one.name) : "";
    };
    const facts: [string, string | null][] = [
      [w.panel.areaSize, area.area_km2 ? withUnit(area.area_km2, "km²", lang, area.area_km2 < 100 ? 1 : 0) : null],
      ...(["nen-01", "nen-03"] as const).map((code): [string, string | null] => [name(code), of(code)]),
      [w.byLevel.commune, area.level === "province" && area.children.length ? number(area.children.length, lang) : null],
      ["", area.resolution],
    ];
    return html`<p class="under small num">${facts.filter(([, text]) => text).map(([title, text]) => html`<span><span class="quiet">${title}</span> <b>${text}</b></span>`)}
      <a class="link" href=${href(store.state, { page: "map", module: null })}>${said().openMap}${icons.right(14)}</a></p>`;
  }
}
