// How much a figure has changed, as people say it.
import { number } from "../format";
import { words } from "../i18n";
import { store } from "../store";

/** "+2,1 %" of an amount; "+0,3 điểm %" of a percentage, whose own percentage would mislead. */
export function changed(difference: number, percent: number | null, unit: string, decimals: number): string {
  const { lang } = store.state;
  const share = /[%‰]$/.test(unit);
  if (!share && percent !== null) return `${number(percent, lang, 1, true)}\u00a0%`;
  const text = number(difference, lang, Math.max(decimals, share ? 1 : 0), true);
  return share ? `${text}\u00a0${words().panel.points(unit)}` : text;
}
