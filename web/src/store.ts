// The one store: the page's state, what the server has answered for it, and who wants to know.
import * as api from "./api";
import { ApiError } from "./api";
import { address, parse, type State } from "./state";
import { cardPeriod, shown, type Shown } from "./shown";
import type { Area, Card, Catalogue, Family, Figures, IndicatorDetail, Legend, Slice, Start, Theme } from "./types";
import type { StyleSpecification } from "maplibre-gl";

/** One thing asked of the server: the last good answer stays while the next is on its way. */
export interface Resource<T> {
  key: string;
  /** The key that `value` answers; differs from `key` while the next answer is on its way. */
  of: string;
  value: T | null;
  problem: ApiError | null;
  busy: boolean;
}

const empty = <T>(): Resource<T> => ({ key: "", of: "", value: null, problem: null, busy: false });

export interface Resources {
  start: Resource<Start>;
  style: Resource<StyleSpecification>;
  catalogue: Resource<Catalogue>;
  focus: Resource<Area>;
  /** The area of a code that the present structure does not have, where a former one had it. */
  former: Resource<Area>;
  frame: Resource<Area>;
  detail: Resource<IndicatorDetail>;
  slice: Resource<Slice>;
  legend: Resource<Legend>;
  card: Resource<Card>;
  figures: Resource<Figures>;
  /** Communes of all loaded provinces, for the country seen by commune. */
  everywhere: Resource<Family[]>;
}

type Name = keyof Resources;

/** How the keys of all legends of one indicator, level and area begin. */
export const legendKey = (indicator: string, now: Shown): string => `${indicator} ${now.level} ${now.within}`;

class Store {
  state: State = parse(location.search);
  readonly data: Resources = {
    start: empty(), style: empty(), catalogue: empty(), focus: empty(), former: empty(), frame: empty(), detail: empty(),
    slice: empty(), legend: empty(), card: empty(), figures: empty(), everywhere: empty(),
  };
  hovered: number | null = null;
  /** How near the map is, and the coded values on the screen of layers whose legend is long. */
  inView: { zoom: number; values: Record<string, string[]> } = { zoom: 24, values: {} };
  figuresWanted = false;
  private readonly answers = new Map<string, unknown>();
  private readonly asking = new Map<string, Promise<unknown>>();
  private readonly listeners = new Set<() => void>();
  private readonly hoverListeners = new Set<(id: number | null) => void>();
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    addEventListener("popstate", () => {
      this.state = { ...parse(location.search) };
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
    const before = address(this.state);
    this.state = next;
    const after = address(next);
    if (after !== before) history[how === "push" ? "pushState" : "replaceState"](null, "", after || location.pathname);
    this.changed();
  }

  /** Rewrite the address only: the map has moved and nobody else needs to hear of it. */
  note(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    history.replaceState(null, "", address(this.state) || location.pathname);
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

  /** Values of another period, fetched ahead so that playing does not wait. */
  async prefetch(period: string): Promise<void> {
    const key = this.sliceKey(period);
    if (!key) return;
    const name = `slice ${JSON.stringify(key)} ${this.state.lang}`;
    if (this.answers.has(name)) return;
    try {
      this.remember(name, await api.values(key, this.state.lang));
    } catch {
      // The same request is made again, and its failure told, when the period is really shown.
    }
  }

  private sliceKey(period: string): api.SliceKey | null {
    const { detail } = this.data;
    const now = this.shown;
    if (!now || !detail.value) return null;
    return {
      indicator: detail.value.code, level: now.level, within: now.within, period, boundary: now.boundary,
      target: this.state.method === "target",
    };
  }

  /** Ask for whatever the present state needs and is not there yet. Safe to call at any time. */
  private advance(): void {
    const { data, state } = this;
    const { lang } = state;
    this.load("start", lang, () => api.start(lang));
    const start = data.start.value;
    if (!start) return;
    if (!state.area || !state.indicator) {
      this.note({ area: state.area ?? start.default.area, indicator: state.indicator ?? start.default.indicator });
    }
    const { area, indicator } = this.state;
    const boundary = this.shown?.boundary ?? state.boundary ?? start.boundaries[0]?.id ?? "";
    this.load("style", `${this.theme} ${lang} ${boundary}`, () => api.style(this.theme, lang, boundary));
    this.load("focus", `${area} ${boundary} ${lang}`, () => api.area(area!, boundary, lang), "area");
    if (data.focus.problem?.problem.status === 404) this.load("former", `${area} ${lang}`, () => api.area(area!, "", lang));
    else this.drop("former");
    this.load("detail", `${indicator} ${lang}`, () => api.indicator(indicator!, lang));
    this.load("catalogue", lang, () => api.catalogue(lang));
    const now = this.shown;
    if (!now) return;
    this.load("frame", `${now.within} ${boundary} ${lang}`, () => api.area(now.within, boundary, lang), "area");
    if (now.level === "commune" && now.within === "VN") {
      this.load("everywhere", `${boundary} ${lang}`, () => api.families(boundary, lang));
    }
    const detail = data.detail.value;
    if (!detail || detail.code !== indicator) return;
    if (now.period) {
      const key = this.sliceKey(now.period)!;
      this.load("slice", `${JSON.stringify(key)} ${lang}`, () => api.values(key, lang));
      const legend: api.LegendKey = {
        indicator: detail.code, level: now.level, within: now.within, method: state.method, boundary,
      };
      this.load("legend", `${legendKey(detail.code, now)} ${state.method} ${boundary} ${lang}`, () => api.legend(legend, lang));
    } else {
      this.drop("slice", "legend");
    }
    const focus = data.focus.value;
    const period = focus && cardPeriod(detail, focus.level, now);
    if (focus && focus.code === area && period) {
      this.load("card", `${detail.code} ${area} ${period} ${boundary} ${lang}`, () =>
        api.card(detail.code, focus.code, period, boundary, lang));
    } else if (focus?.code === area) {
      this.drop("card");
    }
    if (this.figuresWanted && focus) {
      this.load("figures", `${area} ${boundary} ${lang}`, () => api.figures(area!, boundary, lang));
    }
  }

  /** What the server does not have is dropped: a way of making classes (another indicator), layers and boundaries of an old link. */
  private mend(): void {
    const { legend, start } = this.data;
    if (start.value) {
      const layers = this.state.layers.filter((id) => start.value!.layers.some((layer) => layer.id === id));
      const boundary = start.value.boundaries.find((one) => one.id === this.state.boundary)?.id ?? null;
      if (layers.length < this.state.layers.length || boundary !== this.state.boundary) this.note({ layers, boundary });
    }
    if (legend.problem?.problem.parameter === "method" && this.state.method) this.note({ method: null });
  }

  private drop(...names: Name[]): void {
    for (const name of names) Object.assign(this.data[name], empty());
  }

  /** Resources of one `group` share answers: the area in focus is often the frame too. */
  private load<N extends Name>(name: N, key: string, ask: () => Promise<NonNullable<Resources[N]["value"]>>, group: string = name): void {
    const resource = this.data[name] as Resource<unknown>;
    if (resource.key === key) return;
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
