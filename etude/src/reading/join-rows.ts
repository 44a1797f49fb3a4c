import type { LaidRow } from "./laid-row.ts";
import type { LaidWord } from "./laid-word.ts";

/** Hyphens that a word keeps wherever its line ends: numbers, and small words. */
const KEPT_BEFORE =
  /(?:^|[-‑])(?:vingts?|trente|quarante|cinquante|soixante|septante|nonante|quatre|dix|cent|et|un|deux|trois|cinq|six|sept|huit|neuf|mille|ci|celui|celle|ceux|celles|là|peut|non|sous|sus|vice|après|avant|au|par|rez|de|demi|mi|lui|elle|eux|arpenteur|arpenteure|procès|bien|sud|nord|quasi|co|ex|saint|sainte|st|ste|notre|semi|contre|grand|grande)$/iu;
const KEPT_AFTER =
  /^(?:vingts?|trente|quarante|cinquante|soixante|quatre|dix|cent|un|une|deux|trois|cinq|six|sept|huit|neuf|onze|douze|treize|quatorze|quinze|seize|mille|ci|là|même|mêmes|dessous|dessus|dessous|après|contre|joint|jointe|joints|devant|être|delà|verbal|fonds|géomètre|géomètres|président|acheteur|acheteurs|vendeur|vendeurs)(?![\p{L}])/iu;

/** The words of rows that make one paragraph; what a hyphen parts at the end of a line is one word again. */
export function joinRows(rows: readonly LaidRow[]): LaidWord[] {
  const words: LaidWord[] = [];
  for (const row of rows) {
    const last = words.at(-1);
    const first = row.words[0];
    if (last !== undefined && first !== undefined) {
      const text = joinAcross(last.text, first.text);
      if (text !== undefined) words[words.length - 1] = { ...last, text, glued: true };
    }
    words.push(...row.words);
  }
  return words;
}

/** How the first part of a word that was parted is written before the second; undefined when they are two words. */
function joinAcross(first: string, second: string): string | undefined {
  const letters = /^(.*\p{L})[-‑\u00ad]$/u.exec(first)?.[1];
  if (letters === undefined || !/^\p{L}/u.test(second)) return undefined;
  // A name keeps its hyphen: « Marie-/Claude »; so does what is in capitals, which printers do not divide.
  if (/^\p{Lu}/u.test(second) || KEPT_BEFORE.test(letters) || KEPT_AFTER.test(second)) return first;
  return letters;
}
