// The words of the present language.
import { store } from "../store";
import { en } from "./en";
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

export function labelled(thing: { label: string; label_en: string } | undefined): string {
  if (!thing) return "";
  return (store.state.lang === "en" && thing.label_en) || thing.label;
}
