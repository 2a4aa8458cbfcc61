// The one store: the page's state, what the server has answered for it, and who wants to know.
import * as api from "./api";
import { ApiError } from "./api";
import { href, stateOf } from "./route";
import type { State } from "./state";
import { childrenDo, extentKey, extentOf, legendKey } from "./extent";
import { kindOf } from "./period";
import { cardPeriod, meant, present, shown, structure, type Shown } from "./shown";
import { empty, nothing, type Name, type Resource, type Resources } from "./resources";
import type { Area, Theme } from "./types";

class Store {
  state: State = stateOf(location);
  readonly data: Resources = nothing();
  hovered: number | null = null;
  /** How near the map is, and the coded values on the screen of layers whose legend is long. */
  inView: { zoom: number; values: Record<string, string[]> } = { zoom: 24, values: {} };
  figuresWanted = false;
  /** Code of an area that has ended, asked for without a date. */
  undated: string | null = null;
  /** What is asked for besides, by parts of the page that are fetched only when they are wanted. */
  readonly asks = new Set<() => void>();
  /** All that is asked for, on a page that does not need the rest. */
  only: ReadonlySet<Name> | null = null;
  private readonly answers = new Map<string, unknown>();
  private readonly asking = new Map<string, Promise<unknown>>();
  private readonly listeners = new Set<() => void>();
  private readonly hoverListeners = new Set<(id: number | null) => void>();
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    addEventListener("popstate", () => {
      this.state = stateOf(location);
      this.undated = null;
      this.changed();
    });
    this.dark.addEventListener("change", () => this.changed());
  }

  get theme(): Theme {
    return this.state.theme ?? (this.dark.matches ? "dark" : "light");
  }

  /** Which boundary, level, surrounding area and period the state means, given what is known so far. */
  get shown(): Shown | null {
    return shown(this.state, this.data);
  }

  /** Move to another state. Going somewhere makes a step for the Back button; looking around replaces it. */
  go(change: Partial<State>, how: "push" | "replace" = "replace"): void {
    const next = { ...this.state, ...change };
    if ((change.area !== undefined || change.lens !== undefined) && change.pick === undefined) next.pick = null;
    if (change.area !== undefined) this.undated = null;
    const before = href(this.state);
    this.state = next;
    const after = href(next);
    if (after !== before) history[how === "push" ? "pushState" : "replaceState"](null, "", after);
    this.changed();
  }

  /** Rewrite the address only: the map has moved and nobody else needs to hear of it. */
  note(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    history.replaceState(null, "", href(this.state));
  }

  hover(id: number | null): void {
    if (id === this.hovered) return;
    this.hovered = id;
    for (const listener of this.hoverListeners) listener(id);
  }

  see(zoom: number, values: Record<string, string[]>): void {
    const before = this.inView;
    this.inView = { zoom, values };
    if (Math.floor(zoom) === Math.floor(before.zoom) && JSON.stringify(values) === JSON.stringify(before.values)) return;
    for (const listener of this.listeners) listener();
  }

  follow(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  followHover(listener: (id: number | null) => void): () => void {
    this.hoverListeners.add(listener);
    return () => this.hoverListeners.delete(listener);
  }

  /** Ask again for everything that failed. */
  retry(): void {
    for (const resource of Object.values(this.data) as Resource<unknown>[]) {
      if (resource.problem) Object.assign(resource, { key: "", problem: null });
    }
    this.changed();
  }

  changed(): void {
    this.mend();
    this.advance();
    for (const listener of this.listeners) listener();
  }

  wantFigures(wanted: boolean): void {
    if (this.figuresWanted === wanted) return;
    this.figuresWanted = wanted;
    this.changed();
  }

  /** What another period needs, fetched ahead so that playing does not wait; on other areas their names, classes and style too. */
  async prefetch(period: string): Promise<void> {
    const key = this.sliceKey(period);
    const now = this.shown;
    if (!key || !now) return;
    const { lang, method, known } = this.state;
    const wanted: Record<string, () => Promise<unknown>> = { [`slice ${JSON.stringify(key)} ${lang}`]: () => api.values(key, lang) };
    if (key.boundary !== now.boundary) {
      const there = { ...now, boundary: key.boundary };
      wanted[`style ${this.theme} ${lang} ${key.boundary} null`] = () => api.style(this.theme, lang, key.boundary, null);
      wanted[`areas ${extentKey(there)} ${lang}`] = () => api.areas(extentOf(there), lang);
      wanted[`legend ${legendKey(key.indicator, there)} ${method} ${kindOf(period)} ${lang} ${known}`] = () => api.legend({ ...key, method }, lang);
    }
    await Promise.all(Object.entries(wanted).map(async ([name, ask]) => {
      if (this.answers.has(name)) return;
      // A failure is told when the same is asked for again, to be shown.
      await ask().then((value) => this.remember(name, value), () => undefined);
    }));
  }

  /** The area the panel speaks of: the one picked through a lens, else the selected one. */
  get subject(): Area | null {
    const { picked, focus } = this.data;
    return this.state.pick && this.shown?.lens ? (picked.of === picked.key ? picked.value : null) : focus.value;
  }

  sliceKey(period: string): api.SliceKey | null {
    const { detail } = this.data;
    const now = this.shown;
    if (!now || !detail.value) return null;
    return {
      ...extentOf(now), boundary: now.line.find((at) => at.period === period)?.boundary ?? now.boundary,
      indicator: detail.value.code, period, target: this.state.method === "target" || this.state.against === "target", known: this.state.known,
    };
  }

  /** Ask for whatever the present state needs and is not there yet. Safe to call at any time. */
  private advance(): void {
    const { data, state } = this;
    const { lang, known } = state;
    this.load("start", lang, () => api.start(lang));
    const start = data.start.value;
    if (!start) return;
    if (!state.area || !state.indicator) {
      this.note({ area: state.area ?? start.default.area, indicator: state.indicator ?? start.default.indicator });
    }
    const { area, indicator } = this.state;
    const own = meant(state, start);
    const current = present(start).id;
    const seen = this.shown;
    const drawn = seen?.lens ? current : (seen?.boundary ?? own);
    const lens = seen?.lens ?? null;
    this.load("style", `${this.theme} ${lang} ${drawn} ${lens}`, () => api.style(this.theme, lang, drawn, lens));
    // Without a date the server finds the area wherever it stood; one that ended is then seen in its own time.
    this.load("focus", `${area} ${own} ${lang}`, () => api.area(area!, state.boundary ? own : "", lang), "area");
    const met = data.focus.value;
    if (!state.boundary && met?.code === area && met.boundary !== own && !data.focus.busy) {
      this.note({ boundary: met.boundary });
      this.undated = area;
      return this.advance();
    }
    if (state.boundary && data.focus.problem?.problem.status === 404) this.load("former", `${area} ${lang}`, () => api.area(area!, "", lang));
    else this.drop("former");
    this.load("detail", `${indicator} ${lang}`, () => api.indicator(indicator!, lang));
    this.load("catalogue", lang, () => api.catalogue(lang));
    const now = this.shown;
    if (!now) return;
    this.load("frame", `${now.within} ${now.frame} ${lang}`, () => api.area(now.within, now.frame, lang), "area");
    if (!childrenDo(now, current)) this.load("areas", `${extentKey(now)} ${lang}`, () => api.areas(extentOf(now), lang));
    if (now.lens && state.pick) this.load("picked", `${state.pick} ${now.boundary} ${lang}`, () => api.area(state.pick!, now.boundary, lang), "area");
    else this.drop("picked");
    this.askCounts(now, start.layers.map((layer) => layer.id));
    const detail = data.detail.value;
    if (!detail || detail.code !== indicator) return;
    if (now.period) {
      const key = this.sliceKey(now.period)!;
      this.load("slice", `${JSON.stringify(key)} ${lang}`, () => api.values(key, lang));
      const legend: api.LegendKey = { ...extentOf(now), indicator: detail.code, period: now.period, method: state.method, known };
      const kind = kindOf(now.period); // classes are made from all periods of a kind
      this.load("legend", `${legendKey(detail.code, now)} ${state.method} ${kind} ${lang} ${known}`, () => api.legend(legend, lang));
    } else {
      this.drop("slice", "legend");
    }
    const subject = this.subject;
    const waiting = !subject || (!now.lens && subject.code !== area);
    const period = waiting ? null : cardPeriod(detail, subject, now, state.period);
    if (!waiting && period) {
      const boundary = subject.level === "country" ? now.boundary : subject.boundary;
      this.load("card", `${detail.code} ${subject.code} ${period} ${boundary} ${lang} ${known}`, () =>
        api.card(detail.code, subject.code, period, boundary, lang, known));
    } else if (!waiting) {
      this.drop("card");
    }
    this.askOrigins(now);
    if (this.figuresWanted && subject) {
      this.load("figures", `${subject.code} ${subject.boundary} ${lang} ${known}`, () => api.figures(subject.code, subject.boundary, lang, known));
    }
    for (const ask of this.asks) ask();
  }

  /** Things by area: of the visible layers in view, and of all layers in a subject whose page does not count them. */
  private askCounts(now: Shown, all: string[]): void {
    const things = new Set(this.data.start.value?.layers.filter((layer) => layer.counted).map((layer) => layer.id));
    const layers = this.state.layers.filter((id) => things.has(id));
    all = all.filter((id) => things.has(id));
    const each = (extent: api.Extent, ids: string[]) => () => Promise.all(ids.map((layer) => api.counts(layer, extent)));
    const view = extentOf(now);
    if (layers.length && now.lens) this.load("counts", `${layers.join(",")} ${extentKey(view)}`, each(view, layers));
    else this.drop("counts");
    const { subject } = this;
    if (!subject || subject.level === "country" || (subject.level !== "region" && !subject.valid_to)) return this.drop("held");
    const own = subject.level === "region" ? view
      : { level: subject.level, within: subject.code, boundary: subject.boundary, frame: subject.boundary, lens: null };
    this.load("held", `${all.join(",")} ${extentKey(own)}`, each(own, all), "counts");
  }

  /** The figures a carried value comes from, so that they stand beside it. */
  private askOrigins(now: Shown): void {
    const card = this.data.card.value;
    const carried = card?.carried;
    if (!carried || !card) return this.drop("origins");
    const key: api.SliceKey = {
      indicator: card.indicator, level: carried.level, boundary: carried.boundary, within: carried.level === "province" ? "VN" : now.within,
      frame: carried.level === "province" ? carried.boundary : now.frame, lens: null, period: card.period, target: false, known: this.state.known,
    };
    this.load("origins", JSON.stringify(key), () => api.values(key, this.state.lang));
  }

  /** What the server does not have is dropped: a way of making classes (another indicator), layers and boundaries of an old link. */
  private mend(): void {
    const { legend, start } = this.data;
    if (start.value) {
      const layers = this.state.layers.filter((id) => start.value!.layers.some((layer) => layer.id === id));
      const boundary = structure(this.state.boundary, start.value);
      const lens = start.value.lenses.find((one) => one.id === this.state.lens)?.id ?? null;
      if (layers.length < this.state.layers.length || boundary !== this.state.boundary || lens !== this.state.lens) this.note({ layers, boundary, lens });
    }
    if (legend.problem?.problem.parameter === "method" && this.state.method) this.note({ method: null });
  }

  drop(...names: Name[]): void {
    for (const name of names) Object.assign(this.data[name], empty());
  }

  /** Resources of one `group` share answers: the area in focus is often the frame too. */
  load<N extends Name>(name: N, key: string, ask: () => Promise<NonNullable<Resources[N]["value"]>>, group: string = name): void {
    const resource = this.data[name] as Resource<unknown>;
    if (resource.key === key || this.only?.has(name) === false) return;
    Object.assign(resource, { key, problem: null, busy: true });
    const full = `${group} ${key}`;
    const known = this.answers.get(full);
    if (known !== undefined) {
      Object.assign(resource, { value: known, of: key, busy: false });
      return;
    }
    const asked = (this.asking.get(full) as ReturnType<typeof ask> | undefined) ?? ask();
    this.asking.set(full, asked);
    asked.finally(() => this.asking.delete(full)).catch(() => undefined);
    asked.then(
      (value) => {
        this.remember(full, value);
        if (resource.key !== key) return;
        Object.assign(resource, { value, of: key, busy: false });
        this.changed();
      },
      (error: unknown) => {
        if (resource.key !== key) return;
        const problem = error instanceof ApiError ? error : new ApiError({ title: String(error), status: -1, detail: "" });
        Object.assign(resource, { value: null, busy: false, problem });
        this.changed();
      },
    );
  }

  private remember(key: string, value: unknown): void {
    this.answers.set(key, value);
    if (this.answers.size > 600) this.answers.delete(this.answers.keys().next().value!);
  }
}

export const store = new Store();
