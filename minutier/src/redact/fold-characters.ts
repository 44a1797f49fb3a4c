/** Texts as the patterns read them. */

const spaces = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;
const dashes = /[\u2010-\u2015\u2212\uFE58\uFE63]/g;
const fullWidth = /[\uFF01-\uFF5E]/g;

/**
 * The same text with plain spaces, hyphens and half-width characters, one for one: what stands at an index of the
 * result stood there in the original.
 */
export function foldCharacters(text: string): string {
  return text
    .replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(spaces, " ")
    .replace(dashes, "-");
}
