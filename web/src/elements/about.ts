// The mark of a carried value, and in a few words how sure it is.
import { html, nothing, type TemplateResult } from "lit";
import { number } from "../format";
import { words } from "../i18n";
import { former } from "../shown";
import { store } from "../store";
import type { Row } from "../shown";

/** Whose figures a carried value comes from: "các xã trước 1/7/2025". */
export function origin(boundary: string, level: string): string {
  const start = store.data.start.value;
  const old = start && former(start)?.id === boundary;
  return words().reform.from[old ? "old" : "new"][level] ?? "";
}

/** Estimated part and band: "phần ước tính 18 %, từ 91,2 đến 93,0". */
export function sureness(estimated: number, low: number | null, high: number | null, decimals: number): string {
  const w = words().reform;
  const { lang } = store.state;
  const band = low !== null && high !== null && high > low ? w.band(number(low, lang, decimals), number(high, lang, decimals)) : "";
  return [estimated > 0 ? w.estimated(number(estimated * 100, lang, estimated < 0.01 ? 1 : 0)) : w.exact, band].filter(Boolean).join(", ");
}

/** The mark of a value: "=" where figures were put together whole, "≈" where a part of it is estimated; its own has none. */
export function sign(carried: { estimated: number } | null | undefined): "" | "=" | "≈" {
  return !carried ? "" : carried.estimated > 0 ? "≈" : "=";
}

/** The mark with the space to the number after it. */
export function signed(carried: { estimated: number } | null | undefined): string {
  return carried ? `${sign(carried)}\u00a0` : "";
}

/** The mark of a carried value of the table; the reason is said to those who point at it or do not see it. */
export function about(row: Row): TemplateResult | typeof nothing {
  const carried = store.data.slice.value?.carried;
  if (!row.carried || !carried) return nothing;
  const decimals = store.data.detail.value?.decimals ?? 0;
  const why = `${words().reform.mark(origin(carried.from, carried.level))}; ${sureness(row.carried.estimated, row.carried.low, row.carried.high, decimals)}`;
  return html`<span class="about" title=${why} aria-hidden="true">${sign(row.carried)}</span><span class="hide">${why}</span>`;
}
