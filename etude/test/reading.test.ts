/** What reads a page, idea by idea, on words at places. */
import { describe, expect, it } from "vitest";
import { findRegions, splitColumns } from "../src/reading/gutters.ts";
import { headsColumns } from "../src/reading/heading-row.ts";
import { joinRows } from "../src/reading/join-rows.ts";
import { textOf, toRows, type LaidRow } from "../src/reading/laid-row.ts";
import type { LaidWord } from "../src/reading/laid-word.ts";
import { layPage } from "../src/reading/lay-page.ts";
import { readsDown } from "../src/reading/reads-down.ts";
import { joinSpacedLetters } from "../src/reading/spaced-letters.ts";
import { isStretched } from "../src/reading/wide-gaps.ts";
import { goesOn } from "../src/reading/wrapped-lines.ts";
import { writeLayout } from "../src/reading/write-layout.ts";

const SIZE = 10;
const LETTER = 5;
const SPACE = 2.5;

/** The words of a line, each letter five points wide. */
function words(text: string, left: number, base: number, space: number = SPACE): LaidWord[] {
  let at = left;
  return text.split(" ").map((word) => {
    const right = at + word.length * LETTER;
    const box = { left: at, top: base - 8, right, bottom: base + 2 };
    const laid = { text: word, left: at, right, base, size: SIZE, bold: false, spaced: true, box };
    at = right + space;
    return laid;
  });
}

function row(text: string, space?: number): LaidRow {
  return { words: words(text, 0, 0, space), base: 0, size: SIZE };
}

function lines(texts: readonly string[], left: number, top = 100, step = 12): LaidWord[] {
  return texts.flatMap((text, index) => words(text, left, top + index * step));
}

const textOfPage = (laid: readonly LaidWord[]): string =>
  writeLayout(layPage(laid, []), { width: 612, height: 792 }).text;

describe("letters that stand apart", () => {
  it.each([
    ["D E V A N T", "DEVANT"],
    ["D E V A N T Me Hélène Joly", "DEVANT Me Hélène Joly"],
    ["A B C", "A B C"],
    ["lots A, B, C et D", "lots A, B, C et D"],
    ["il y a à boire", "il y a à boire"],
  ])("« %s » is « %s »", (text, joined) => expect(joinSpacedLetters(text)).toBe(joined));

  it("are parted where the room between them is wider", () => {
    const letters = [...words("V E N T E", 0, 0, 3), ...words("D E", 60, 0, 3)];
    expect(textOf(toRows(letters)[0] ?? row(""))).toBe("VENTE DE");
  });
});

describe("a hyphen at the end of a line", () => {
  it.each([
    ["la numé-", "rotation", "la numérotation"],
    ["Marie-", "Claude", "Marie-Claude"],
    ["quatre-vingt-", "cinq mille", "quatre-vingt-cinq mille"],
    ["ci-", "après", "ci-après"],
    ["QUATRE-", "VINGT", "QUATRE-VINGT"],
    ["du 1er -", "au 2", "du 1er - au 2"],
  ])("« %s / %s » is read « %s »", (first, second, joined) => {
    const text = joinRows([row(first), row(second)]).reduce(
      (all, word, index, list) => all + (index > 0 && list[index - 1]?.glued !== true ? " " : "") + word.text,
      "",
    );
    expect(text).toBe(joined);
  });
});

describe("a line goes on", () => {
  const measure = { right: 300, flowing: false, shortest: 40 };
  it.each([
    ["compter de ce jour et expire à la fin du 9", "mars 2026, à moins", true],
    ["Montréal (Québec) H2K", "4Z1", true],
    ["le prix de 2 418,75", "$ payé", true],
    ["est situé sur le lot 7", "315 209 du cadastre", true],
    ["Rosalie Vaillancourt", "Jocelyn Fortin", false],
    ["4127, rue des Clochers", "Montréal (Québec)", false],
    ["Le vendeur reconnaît ce qui suit, à savoir :", "que le prix", false],
    ["le prix est payé comptant à la signature", "a) par chèque", false],
    ["le prix est payé comptant à la signature", "Acheteur : X", false],
  ])("« %s / %s » : %s", (first, second, expected) => expect(goesOn(row(first), row(second), measure)).toBe(expected));
});

describe("a stretched line", () => {
  it("has even spaces from margin to margin", () => {
    expect(isStretched(row("JOCELYN FORTIN vend à", 20), 0, 150)).toBe(true);
    expect(isStretched(row("Prix de vente"), 0, 165)).toBe(false);
    expect(
      isStretched({ ...row(""), words: [...words("Prix de vente", 0, 0), ...words("1 000 $", 130, 0)] }, 0, 165),
    ).toBe(false);
  });
});

describe("columns", () => {
  const left = [
    "Le prêt consenti aux emprunteurs est",
    "garanti par une hypothèque de premier",
    "rang sur la maison du vendeur, dont le",
  ];
  const right = [
    "titre est publié au registre foncier",
    "sous un numéro que la banque connaît",
    "et que le notaire lui remettra ensuite",
  ];
  const columnsOf = (laid: readonly LaidWord[]): LaidRow[][] => {
    const rows = toRows(laid);
    const [region] = findRegions(rows);
    return region === undefined
      ? []
      : splitColumns(
          rows.flatMap((one) => one.words),
          region.gutters,
        ).map(toRows);
  };

  it("of running text are read one after the other, level or not", () => {
    for (const offset of [0, 3, 5, 6]) {
      const laid = [...lines(left, 50), ...lines(right, 320, 100 + offset)];
      expect(readsDown(columnsOf(laid))).toBe(true);
      expect(textOfPage(laid)).toBe(`${left.join(" ")}\n\n${right.join(" ")}`);
    }
  });

  it("of a table are read row by row", () => {
    const laid = [
      ...lines(["Terrain", "Bâtiment", "Total"], 50),
      ...lines(["120 000 $", "300 000 $", "420 000 $"], 320),
    ];
    expect(readsDown(columnsOf(laid))).toBe(false);
    expect(textOfPage(laid)).toBe("Terrain   120 000 $\nBâtiment   300 000 $\nTotal   420 000 $");
  });

  it("with numbers of paragraphs are a list", () => {
    const laid = [...lines(["4.1", "4.2"], 50), ...lines(["Prix : 485 000 $", "Acompte : 15 000 $"], 90)];
    expect(textOfPage(laid)).toBe("4.1   Prix : 485 000 $\n4.2   Acompte : 15 000 $");
  });
});

describe("the headings of a table", () => {
  const cells = (...texts: string[]): { text: string; bold: boolean }[] => texts.map((text) => ({ text, bold: false }));
  it.each([
    [[cells("Lot", "Superficie"), cells("7 315 208", "418 m²")], true],
    [[cells("VENDEUR", "ACHETEUR"), cells("Jean Roy", "Luc Roy")], true],
    [[cells("Élément", "Terrain", "Total"), cells("Valeur", "1 $", "2 $")], true],
    [[cells("Vendeur", "Jean Roy"), cells("Prix", "485 000 $")], false],
    [[cells("Prix", "485 000 $"), cells("Acompte", "15 000 $")], false],
    [[cells("Nom : X", "Nom : Y"), cells("12", "14")], false],
    [[cells("Lot", "Superficie")], false],
  ])("%# : %j", (rows, expected) => expect(headsColumns(rows)).toBe(expected));
});
