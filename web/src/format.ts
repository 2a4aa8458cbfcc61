// Numbers, dates and periods as people here read them: 1.234,5 – 14/07/2025 – Quý III/2025.
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
const QUARTERS = ["I", "II", "III", "IV"];

/** A period key ("2025", "2025-H1", "2025-Q3", "2025-07", "2025-W30", "2025-07-14") as a title. */
export function period(key: string, lang: Lang, short = false): string {
  const vi = lang === "vi";
  const [year = "", rest = ""] = key.split(/-(.*)/s);
  if (!rest) return short || !vi ? year : `Năm ${year}`;
  if (rest[0] === "H") {
    const half = rest[1] === "1";
    if (short) return `${half ? "N1" : "N2"}/${year}`;
    return vi ? `6 tháng ${half ? "đầu" : "cuối"} năm ${year}` : `${half ? "First" : "Second"} half of ${year}`;
  }
  if (rest[0] === "Q") {
    const roman = QUARTERS[Number(rest[1]) - 1] ?? rest[1];
    return vi ? `${short ? "Q." : "Quý "}${roman}/${year}` : `Q${rest[1]} ${year}`;
  }
  if (rest[0] === "W") {
    const week = Number(rest.slice(1));
    return vi ? `${short ? "T." : "Tuần "}${week}/${year}` : `${short ? "W" : "Week "}${week}, ${year}`;
  }
  if (rest.length === 2) {
    const month = Number(rest);
    if (vi) return short ? `${month}/${year}` : `Tháng ${month}/${year}`;
    return `${MONTHS[month - 1]} ${year}`;
  }
  return date(key, lang);
}

/** How often figures of this kind of period come, in the words of `indicator.kinds`. */
export function kindOf(key: string): string {
  const rest = key.split(/-(.*)/s)[1] ?? "";
  return rest === "" ? "year" : rest[0] === "H" ? "half" : rest[0] === "Q" ? "quarter" : rest[0] === "W" ? "week" : rest.length === 2 ? "month" : "day";
}

export function yearOf(key: string): string {
  return key.slice(0, 4);
}

/** Letters without marks, lower case: "Đà Lạt" → "da lat". The same folding on both sides makes search forgiving. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/g, "d");
}
