/** A statement's result as rows, and as a file for spreadsheets. */
import { unparse } from "papaparse";

/** A row of a result. */
export type Row = Readonly<Record<string, unknown>>;

/** The result's rows, or `undefined` when it is none of rows: a value, or a list of values. */
export function rowsOf(result: unknown): readonly Row[] | undefined {
  if (!Array.isArray(result)) return undefined;
  const isRow = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  return result.every(isRow) ? (result as Row[]) : undefined;
}

/** All fields of the rows, in the order in which they come. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** The rows as CSV, which spreadsheets open with its accents and execute nothing of. */
export function toCsv(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const data = rows.map((row) => columns.map((column) => textOf(row[column])));
  return `\uFEFF${unparse({ fields: columns, data }, { escapeFormulae: true, newline: "\r\n" })}`;
}

function textOf(value: unknown): string | number | boolean {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" ? value : JSON.stringify(value);
}
