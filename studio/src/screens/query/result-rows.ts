/** A statement's result as rows, and as a file for spreadsheets. */
import type { CsvValue } from "../../components/download-csv.ts";

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

/** The rows as a file has them: the names of the columns, and the values. */
export function toTable(rows: readonly Row[], query: string): [header: string[], rows: CsvValue[][]] {
  const columns = columnsOf(rows, query);
  return [columns, rows.map((row) => columns.map((column) => toCsvValue(row[column])))];
}

function toCsvValue(value: unknown): CsvValue {
  if (value === undefined || value === null) return null;
  return typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
}
