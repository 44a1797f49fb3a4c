/** Gives a table to the browser as a file that spreadsheets open. */

export type CsvValue = string | number | null;

export function downloadCsv(name: string, header: readonly string[], rows: readonly (readonly CsvValue[])[]): void {
  const lines = [header, ...rows].map((row) => row.map(cellOf).join(","));
  // The mark at the beginning tells Excel that it is UTF-8.
  const file = new Blob([`\uFEFF${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function cellOf(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet would take such a text for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
