// Numbers and dates as people here read them: 1.234,5 – 14/07/2025.
import type { Lang } from "./types";

const formats = new Map<string, Intl.NumberFormat>();

export function number(value: number, lang: Lang, decimals = 0, sign = false): string {
  const key = `${lang}/${decimals}/${sign}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(lang === "vi" ? "vi-VN" : "en-GB", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: sign ? "exceptZero" : "auto",
    });
    formats.set(key, format);
  }
  return format.format(value).replace("-", "−");
}

/** Value and unit, held together by a no-break space. */
export function withUnit(value: number, unit: string | null | undefined, lang: Lang, decimals = 0): string {
  const text = number(value, lang, decimals);
  return unit ? `${text}\u00a0${unit}` : text;
}

export function date(iso: string | null, lang: Lang): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  if (!found) return iso ?? "";
  const [, y, m, d] = found;
  return lang === "vi" ? `${d}/${m}/${y}` : `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}`;
}

const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh", dateStyle: "short", timeStyle: "short" });

/** Date and hour by Viet Nam's clock, wherever the reader is; a bare date stays a date. */
export function moment(iso: string | null, lang: Lang): string {
  if (!iso || !iso.includes("T")) return date(iso, lang);
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const [day, hour] = CLOCK.format(at).split(" ") as [string, string];
  return `${hour} ${date(day, lang)}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Letters without marks, lower case: "Đà Lạt" → "da lat". The same folding on both sides makes search forgiving. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/g, "d");
}
