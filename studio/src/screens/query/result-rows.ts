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

/** All fields of the rows: the id, then those that the query names, as it does; the engine sorts them by name. */
export function columnsOf(rows: readonly Row[], query: string): string[] {
  const words: readonly string[] = query.match(/\w+/g) ?? [];
  const place = (column: string): number => {
    const index = words.indexOf(column);
    return column === "id" ? -1 : index === -1 ? Infinity : index;
  };
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return columns.toSorted((a, b) => {
    const [first, second] = [place(a), place(b)];
    return first === second ? 0 : first - second;
  });
}

/** The rows as CSV, which spreadsheets open with its accents and execute nothing of. */
export function toCsv(rows: readonly Row[], query: string): string {
  const columns = columnsOf(rows, query);
  const data = rows.map((row) => columns.map((column) => textOf(row[column])));
  return `\uFEFF${unparse({ fields: columns, data }, { escapeFormulae: true, newline: "\r\n" })}`;
}

function textOf(value: unknown): string | number | boolean {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" ? value : JSON.stringify(value);
}
