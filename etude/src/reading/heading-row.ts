/** A cell as far as headings are concerned; without text it is empty. */
export interface HeadingCell {
  text: string;
  bold: boolean;
}

const LONGEST_HEADING = 45;
/** Numbers that a heading may hold: « Taux par 100 $ », « Vendeur 1 ». */
const NUMBERS = /\(?\b(?:\d{1,2}|100|20\d{2})\b\)?/g;

function hasFigures({ text }: HeadingCell): boolean {
  return /\d/.test(text);
}

/** Whether the first row of a table names what stands in the others: words above figures, or bold letters above plain ones. */
export function headsColumns(rows: readonly HeadingCell[][]): boolean {
  const [head = [], ...body] = rows;
  const cells = head.filter(({ text }) => text !== "");
  const most = Math.max(...body.map((row) => row.filter(({ text }) => text !== "").length));
  if (body.length === 0 || cells.length < 2 || cells.length < most - 1) return false;
  if (cells.some(({ text }) => text.length > LONGEST_HEADING || /: ?\S/.test(text))) return false;
  const isBodyBold = body.every((row) => row.every(({ text, bold }) => bold || text === ""));
  if (cells.every(({ bold }) => bold) && !isBodyBold) return true;
  if (cells.some(({ text }) => /\d/.test(text.replaceAll(NUMBERS, "")) || /^[\d(]/.test(text))) return false;
  const columns = head.map((_, column) => body.flatMap((row) => row[column] ?? []).filter(({ text }) => text !== ""));
  const overFigures = columns.filter(
    (column) => column.length > 0 && column.filter(hasFigures).length >= 0.5 * column.length,
  );
  const areCapitals = cells.every(({ text }) => text === text.toUpperCase());
  // A label and its value are no headings: « Vendeur   Jean Tremblay ».
  if (head.length === 2) return areCapitals || overFigures.length === 2;
  return areCapitals || overFigures.length > 0;
}
