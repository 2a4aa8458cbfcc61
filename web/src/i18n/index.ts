// The words of the present language.
import { store } from "../store";
import { en } from "./en";
import { english } from "./terms";
import { vi, type Words } from "./vi";

export const words = (): Words => (store.state.lang === "en" ? en : vi);

/** The title of anything that carries both languages; the Vietnamese one where English is missing. */
export function titled(thing: { title: string; title_en: string } | undefined): string {
  if (!thing) return "";
  return (store.state.lang === "en" && thing.title_en) || thing.title;
}

export function named(thing: { name: string; name_en: string } | undefined): string {
  if (!thing) return "";
  return (store.state.lang === "en" && thing.name_en) || thing.name;
}

/** The full name of an area: "Phường Xuân Hương – Đà Lạt", "Xuân Hương – Đà Lạt Ward". */
export function placed(area: { full_name: string; name_en: string } | undefined | null): string {
  if (!area) return "";
  return (store.state.lang === "en" && area.name_en) || area.full_name;
}

/** The name where room is short: without its kind, unless it is a number ("Phường 2 Bảo Lộc"). */
export function short(area: { name: string; full_name: string; name_en: string }): string {
  return /^\d/.test(area.name) ? placed(area) : area.name;
}

/** A unit, source or fixed sentence that came in Vietnamese, in the present language. */
export function term<T extends string | null | undefined>(text: T): T | string {
  if (!text || store.state.lang === "vi") return text;
  return english(text, store.data.catalogue.value?.terms ?? {});
}

export function labelled(thing: { label: string; label_en: string } | undefined): string {
  if (!thing) return "";
  return (store.state.lang === "en" && thing.label_en) || thing.label;
}
