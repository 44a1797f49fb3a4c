/** The widest line: longer ones are hard to read, on a screen as on paper. */
const WIDEST = 100;

/** How many columns a line may take here. */
function lineWidth(): number {
  return Math.max(40, Math.min(process.stdout.columns ?? WIDEST, WIDEST));
}

/** Breaks a text at its spaces; every line after the first starts with `indent`. */
export function wrapText(text: string, indent: string, width: number = lineWidth()): string {
  const lines: string[] = [];
  let line = "";
  // A no-break space holds an amount or a sign together.
  for (const word of text.split(/[ \t\n]+/)) {
    const room = width - (lines.length === 0 ? 0 : indent.length);
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** No-break spaces where French wants them: within guillemets and before a colon. */
export function setFrench(text: string): string {
  return text.replaceAll("« ", "«\u00A0").replaceAll(" »", "\u00A0»").replaceAll(" :", "\u00A0:");
}

/** No line ends within an amount, a lot or a postal code. */
export function holdTogether(text: string): string {
  return text
    .replaceAll(/(?<=\d) (?=\d{3}(?!\d)|\$)/g, "\u00A0")
    .replaceAll(/\b([A-Z]\d[A-Z]) (?=\d[A-Z]\d\b)/g, "$1\u00A0");
}
