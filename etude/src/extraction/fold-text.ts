/** What a character is compared as, when lower case and the removal of accents are not enough. */
const SPECIAL: Record<string, string> = {
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "`": "'",
  "´": "'",
  "′": "'",
  "‐": "-",
  "‑": "-",
  "‒": "-",
  "–": "-",
  "—": "-",
  "―": "-",
  "−": "-",
  "\u00a0": " ",
  "\u202f": " ",
  "\u2009": " ",
  "\u2007": " ",
  "\u2008": " ",
  "\u200a": " ",
  "\u2006": " ",
  "\u2002": " ",
  "\u2003": " ",
  "«": '"',
  "»": '"',
  "“": '"',
  "”": '"',
  "„": '"',
  ᵉ: "e",
  ʳ: "r",
  ᵈ: "d",
  ˢ: "s",
  º: "o",
  "°": "o",
  œ: "o",
  Œ: "o",
  æ: "a",
  Æ: "a",
  "＄": "$",
  "\u2215": "/",
};

const folded = new Map<string, string>();

function foldCharacter(character: string): string {
  const special = SPECIAL[character];
  if (special !== undefined) return special;
  const plain = character.normalize("NFD").charAt(0).toLowerCase();
  // One character for one: positions in the folded text are positions in the text.
  return plain.length === 1 ? plain : character;
}

/**
 * The text in lower case, without accents, with plain spaces, quotes and hyphens. Every character stays at its place, so
 * that a grammar reads the folded text and cites the original.
 */
export function foldText(text: string): string {
  let result = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character >= "A" && character <= "Z") result += character.toLowerCase();
    else if (character < "\u0080" && character !== "`") result += character;
    else {
      let plain = folded.get(character);
      if (plain === undefined) folded.set(character, (plain = foldCharacter(character)));
      result += plain;
    }
  }
  return result;
}
