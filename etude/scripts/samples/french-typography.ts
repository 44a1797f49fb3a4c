/** Non-breaking spaces and apostrophes of a French document, so that the texts of the samples stay readable here. */

const NBSP = "\u00a0";

export interface Typography {
  /** The space between the thousands of an amount or a lot. @default a non-breaking space */
  thousandsSpace?: string;
  /** Curly apostrophes, as Word writes them. @default false */
  curlyApostrophes?: boolean;
}

export function toFrenchTypography(
  text: string,
  { thousandsSpace = NBSP, curlyApostrophes = false }: Typography,
): string {
  const spaced = text
    .replace(/« /g, `«${NBSP}`)
    .replace(/ ([»:;?%])/g, `${NBSP}$1`)
    .replace(/\b(MM?\.|Mmes?|Me) (?=\p{Lu})/gu, `$1${NBSP}`)
    .replace(/n° (?=\d)/g, `n°${NBSP}`)
    .replace(/(\d) (?=\d{3}(?!\d))/g, `$1${thousandsSpace}`)
    .replace(/(\d) (?=\$)/g, `$1${thousandsSpace}`)
    .replace(/(\d) h (\d\d)/g, `$1${NBSP}h${NBSP}$2`);
  return curlyApostrophes ? spaced.replace(/'/g, "’") : spaced;
}
