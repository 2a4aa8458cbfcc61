// The tools of every header: light or dark, Vietnamese or English.
import { html, type TemplateResult } from "lit";
import { words } from "../i18n";
import { store } from "../store";
import { icons } from "./icons";

export function themeButton(): TemplateResult {
  const dark = store.theme === "dark";
  const title = dark ? words().theme.toLight : words().theme.toDark;
  return html`<button class="icon-button" aria-label=${title} title=${title} @click=${() => store.go({ theme: dark ? "light" : "dark" })}>${dark ? icons.sun() : icons.moon()}</button>`;
}

export function languageButton(): TemplateResult {
  const { lang } = store.state;
  return html`<button class="icon-button language" lang=${lang === "vi" ? "en" : "vi"} aria-label=${words().languageLabel} title=${words().languageLabel}
    @click=${() => store.go({ lang: lang === "vi" ? "en" : "vi" })}>${lang === "vi" ? "EN" : "VI"}</button>`;
}
