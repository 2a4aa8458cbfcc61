// A table as CSV that spreadsheets open with Vietnamese letters; a blank is told by its word. Pure.
import type { BlankKey, TargetState } from "../types";

export interface Cell {
  value: number | null;
  blank: BlankKey | null;
  state: TargetState | null;
}

export function csvOf(heads: string[], lines: { code: string; name: string; cells: Cell[] }[]): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [["code", "area", ...heads], ...lines.map((line) => [line.code, line.name, ...line.cells.map((cell) => (cell.value === null ? (cell.blank ?? "") : String(cell.value)))])];
  return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}
