// Keys of reporting periods and their titles: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-07, 2025-TD07, 2025-2026, 2025-W30,
// 2025-07-14; a window that does not follow the civil calendar has its calendar behind an @: 2025-10@nd09.
import { date } from "./format";
import type { Lang } from "./types";

const KEY = /^(\d{4})(?:-(?:H([12])|(9M)|Q([1-4])|TD(0[1-9]|1[0-2])|W(\d\d)|(\d{4})|(0[1-9]|1[0-2])(-\d\d)?))?(?:@(nd09|1022))?$/;
const MONTHS_OF: Record<string, number> = { month: 1, quarter: 3, half: 6, nine: 9, year: 12 };
const WINDOWED: Record<string, number> = { nd09: 15, "1022": 25 };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const ROMAN = ["I", "II", "III", "IV"];

interface Read {
  kind: "year" | "half" | "nine" | "quarter" | "to_date" | "week" | "school" | "month" | "day";
  year: number;
  number: number;
  /** "" is the civil calendar. */
  calendar: string;
}

function read(key: string): Read | null {
  const [found, year, half, nine, quarter, until, week, school, month, day, calendar = ""] = KEY.exec(key) ?? [];
  if (!found) return null;
  const kind = half ? "half" : nine ? "nine" : quarter ? "quarter" : until ? "to_date" : week ? "week" : school ? "school" : day ? "day" : month ? "month" : "year";
  if (calendar && (calendar === "1022" ? kind !== "month" : !MONTHS_OF[kind])) return null;
  if (school && Number(school) !== Number(year) + 1) return null;
  return { kind, year: Number(year), number: Number(half ?? quarter ?? until ?? week ?? month ?? 1), calendar };
}

export const isPeriod = (text: string): boolean => read(text) !== null;

/** What kind of period a key is, in the words of `indicator.kinds`; "month@nd09" where it has a calendar of its own. */
export function kindOf(key: string): string {
  const it = read(key);
  return it ? it.kind + (it.calendar && `@${it.calendar}`) : "";
}

export function yearOf(key: string): string {
  return key.slice(0, 4);
}

/** The last day of a period, as 2025-09-30. */
export function lastDay(key: string): string {
  const it = read(key);
  if (!it || it.kind === "day") return key;
  if (it.kind === "week") return iso(Date.UTC(it.year, 0, 4) + (it.number * 7 - (new Date(Date.UTC(it.year, 0, 4)).getUTCDay() || 7)) * DAY);
  if (it.kind === "school") return `${it.year + 1}-08-31`;
  const month = MONTHS_OF[it.kind] ? it.number * MONTHS_OF[it.kind]! : it.number;
  return iso(it.calendar ? Date.UTC(it.year, month - 1, WINDOWED[it.calendar]! - 1) : Date.UTC(it.year, month, 0));
}

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** A period as people read it; where the window is not that of the civil calendar, its days too. */
export function period(key: string, lang: Lang, short = false): string {
  const it = read(key);
  if (!it) return key;
  if (it.kind === "day") return date(key, lang);
  const name = nameOf(it, lang === "vi", short);
  return it.calendar ? `${name} (${short ? turns(it.calendar) : windowOf(it, lang === "vi")})` : name;
}

function nameOf({ kind, year, number }: Read, vi: boolean, short: boolean): string {
  switch (kind) {
    case "half":
      if (short) return `${vi ? "N" : "H"}${number}/${year}`;
      return vi ? `6 tháng ${number === 1 ? "đầu" : "cuối"} năm ${year}` : `${number === 1 ? "First" : "Second"} half of ${year}`;
    case "nine":
      return short ? `9${vi ? "T" : "M"}/${year}` : vi ? `9 tháng năm ${year}` : `First nine months of ${year}`;
    case "quarter":
      return vi ? `${short ? "Q." : "Quý "}${ROMAN[number - 1]}/${year}` : `Q${number} ${year}`;
    case "week":
      return vi ? `${short ? "T." : "Tuần "}${number}/${year}` : `${short ? "W" : "Week "}${number}, ${year}`;
    case "school":
      return short ? `${year}–${year + 1}` : `${vi ? "Năm học" : "School year"} ${year}–${year + 1}`;
    case "to_date":
      if (short) return vi ? `LK ${number}/${year}` : `To ${MONTHS[number - 1]} ${year}`;
      return vi ? `Lũy kế đến hết tháng ${number}/${year}` : `Cumulative to the end of ${MONTHS[number - 1]} ${year}`;
    case "month":
      return vi ? `${short ? "" : "Tháng "}${number}/${year}` : `${MONTHS[number - 1]} ${year}`;
    default:
      return short || !vi ? `${year}` : `Năm ${year}`;
  }
}

function turns(calendar: string): string {
  const day = WINDOWED[calendar] ?? 1;
  return `${day}–${calendar === "1022" ? day : day - 1}`;
}

/** The days of a window: 15/9–14/10; one that turns at noon says so. */
function windowOf(it: Read, vi: boolean): string {
  const turn = WINDOWED[it.calendar] ?? 1;
  const noon = it.calendar === "1022";
  const length = MONTHS_OF[it.kind] ?? 1;
  const end = it.number * length; // the month it ends in, from 1
  const start = end - length; // 0 is the December before
  const years = start === 0;
  const day = (on: number, month: number, year: number): string =>
    (noon ? "12:00 " : "") + (vi ? `${on}/${month}` : `${on} ${MONTHS[month - 1]}`) + (years ? `${vi ? "/" : " "}${year}` : "");
  return `${day(turn, start || 12, it.year - (years ? 1 : 0))}${vi ? "–" : " – "}${day(noon ? turn : turn - 1, end, it.year)}`;
}
