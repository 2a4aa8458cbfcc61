// One thing an element asks the server for: the last answer stays while the next is on its way.
import type { ReactiveControllerHost } from "lit";
import { ApiError } from "../api";

const answers = new Map<string, unknown>();
const alive = new Set<Asked<unknown>>();
const watchers = new Set<() => void>();

export class Asked<T> {
  value: T | null = null;
  /** The key that `value` answers. */
  of = "";
  problem: ApiError | null = null;
  private key = "";
  private ask: (() => Promise<T>) | null = null;

  constructor(private readonly host: ReactiveControllerHost, private readonly group: string) {
    host.addController({ hostConnected: () => alive.add(this as Asked<unknown>), hostDisconnected: () => alive.delete(this as Asked<unknown>) });
  }

  get busy(): boolean {
    return this.key !== "" && this.of !== this.key && !this.problem;
  }

  /** The value, once it is that of the last question. */
  get now(): T | null {
    return this.of === this.key ? this.value : null;
  }

  /** Ask, unless the same was asked before. A null key asks for nothing. */
  need(key: string | null, ask: () => Promise<T>): void {
    if (key === null) return this.forget();
    if (key === this.key) return;
    this.key = key;
    this.ask = ask;
    this.send();
  }

  private forget(): void {
    this.key = this.of = "";
    this.value = this.problem = this.ask = null;
  }

  again(): void {
    if (this.problem && this.ask) this.send();
  }

  private send(): void {
    const { key, ask } = this;
    const full = `${this.group} ${key}`;
    this.problem = null;
    const known = answers.get(full) as T | undefined;
    if (known !== undefined) return this.settle(key, known);
    ask!().then(
      (value) => {
        answers.set(full, value);
        if (answers.size > 300) answers.delete(answers.keys().next().value!);
        this.settle(key, value);
      },
      (error: unknown) => {
        if (this.key !== key) return;
        this.problem = error instanceof ApiError ? error : new ApiError({ title: String(error), status: -1, detail: "" });
        this.tell();
      },
    );
  }

  private settle(key: string, value: T): void {
    if (this.key !== key) return;
    Object.assign(this, { value, of: key });
    this.tell();
  }

  private tell(): void {
    this.host.requestUpdate();
    for (const watcher of watchers) watcher();
  }
}

/** Whether the server could not be reached for something a page has asked for. */
export const unreachable = (): boolean => [...alive].some((one) => one.problem?.unreachable);

export const retryAll = (): void => alive.forEach((one) => one.again());

export function followAsked(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
