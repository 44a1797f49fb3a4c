/** From a page that was drawn to the facts that its tables, columns and page breaks give, each with its place. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Document, Packer, Paragraph, Table, TableCell, TableRow } from "docx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import { readDocument } from "../src/reading/read-document.ts";
import type { DocumentType, PageFacts, Quotation, ReadDocument } from "../src/facts.ts";
import { makePdf, type Pen } from "./read-document-files.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "etude-through-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Uint8Array): Promise<ReadDocument> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return readDocument(path);
}

type Draw = (pen: Pen) => void | Promise<void>;

async function factsOf(type: DocumentType, ...draw: Draw[]): Promise<PageFacts[]> {
  const document = await read("a.pdf", await makePdf(...draw));
  const { pages } = extractFacts(document, type);
  checkPlaces(document, pages);
  return pages;
}

/** Each quotation stands where its fact says, in the text and on the page. */
function checkPlaces(document: ReadDocument, pages: readonly PageFacts[]): void {
  if (!document.readable) throw new Error(document.message);
  for (const { page, amounts, dates, lots, postalCodes, addresses, parties } of pages) {
    const read = document.pages.find((one) => one.page === page);
    for (const fact of [amounts, dates, lots, postalCodes, addresses, parties].flat() as Quotation[]) {
      expect(read?.text.slice(fact.start, fact.end)).toBe(fact.quotation);
      expect(fact.boxes?.length ?? 0).toBeGreaterThan(0);
    }
  }
}

/** Draws the rows of a table from `top` down, each cell at the place of its column. */
function drawRows(
  pen: Pen,
  columns: readonly number[],
  top: number,
  rows: readonly (readonly string[])[],
  step = 16,
): void {
  for (const [row, cells] of rows.entries())
    for (const [column, cell] of cells.entries()) pen.write(cell, columns[column] ?? 0, top - row * step, { size: 10 });
}

const lotsOf = (page: PageFacts | undefined): string[] => page?.lots.map(({ lot }) => lot) ?? [];
const partiesOf = (page: PageFacts | undefined): string[] =>
  page?.parties.map(({ name, role }) => `${name} ${role}`) ?? [];

describe("a table", () => {
  it("gives its cells the headings of their columns, and quotes the cells alone", async () => {
    const [page] = await factsOf("titre", (pen) =>
      drawRows(pen, [50, 200, 330], 700, [
        ["Propriétaire", "Lot", "Superficie"],
        ["Rosalie Vaillancourt", "7 315 208", "418,2 m²"],
        ["Jocelyn Fortin", "7 315 209", "96,5 m²"],
      ]),
    );
    expect(lotsOf(page)).toEqual(["7315208", "7315209"]);
    expect(partiesOf(page)).toEqual(["Rosalie Vaillancourt proprietaire", "Jocelyn Fortin proprietaire"]);
    expect(page?.parties.every(({ name, quotation }) => quotation.startsWith(name))).toBe(true);
  });

  it("tells who sells and who buys from headings far above", async () => {
    const [page] = await factsOf("promesse_achat", (pen) => {
      drawRows(pen, [50, 220, 400], 700, [
        ["Vendeur", "Adresse", "Téléphone"],
        ["Rosalie Vaillancourt", "12, rue des Pins, Québec", "418 555-0101"],
        ["Jocelyn Fortin", "14, rue des Pins, Québec", "418 555-0102"],
        ["Mathieu Kovacs", "16, rue des Pins, Québec", "418 555-0103"],
      ]);
      drawRows(pen, [50, 220, 400], 560, [
        ["Acheteur", "Adresse", "Téléphone"],
        ["Odette Brisebois", "18, rue des Pins, Québec", "418 555-0104"],
        ["Karl Vaugeois", "20, rue des Pins, Québec", "418 555-0105"],
      ]);
    });
    expect(partiesOf(page)).toEqual([
      "Rosalie Vaillancourt vendeur",
      "Jocelyn Fortin vendeur",
      "Mathieu Kovacs vendeur",
      "Odette Brisebois acheteur",
      "Karl Vaugeois acheteur",
    ]);
  });

  it("gives a row without a label the label above", async () => {
    const [page] = await factsOf("promesse_achat", (pen) => {
      drawRows(pen, [50, 190, 400], 700, [
        ["PARTIE", "NOM", "TÉLÉPHONE"],
        ["Vendeur", "Jocelyn Fortin", "418 555-0101"],
        ["", "Rosalie Vaillancourt", "418 555-0102"],
        ["Acheteur", "Karl Vaugeois", "418 555-0103"],
      ]);
    });
    expect(partiesOf(page)).toEqual([
      "Jocelyn Fortin vendeur",
      "Rosalie Vaillancourt vendeur",
      "Karl Vaugeois acheteur",
    ]);
  });

  it("joins the lines of a cell: « 2 418,75 / $ »", async () => {
    const [page] = await factsOf("compte_taxes_municipales", (pen) => {
      drawRows(pen, [50, 200, 300], 700, [
        ["Taxe", "Échéance", "Montant"],
        ["Foncière", "2026-03-02", "2 418,75"],
      ]);
      pen.write("$", 300, 672, { size: 10 });
      drawRows(pen, [50, 200, 300], 652, [["Eau", "2026-03-02", "512,00 $"]]);
    });
    expect(page?.amounts.map(({ cents }) => cents)).toEqual([241_875, 51_200]);
  });

  it("of a DOCX does as much", async () => {
    const cell = (text: string): TableCell => new TableCell({ children: [new Paragraph(text)] });
    const row = (...cells: string[]): TableRow => new TableRow({ children: cells.map(cell) });
    const bytes = await Packer.toBuffer(
      new Document({
        sections: [
          {
            children: [
              new Table({
                rows: [row("VENDEUR", "ADRESSE", "LOT"), row("Rosalie Vaillancourt", "12, rue des Pins", "7 315 208")],
              }),
            ],
          },
        ],
      }),
    );
    const [page] = extractFacts(await read("a.docx", bytes), "projet_acte").pages;
    expect(lotsOf(page)).toEqual(["7315208"]);
    expect(partiesOf(page)).toEqual(["Rosalie Vaillancourt vendeur"]);
  });
});

/** Draws lines from `top` down. */
function drawLines(pen: Pen, x: number, top: number, lines: readonly string[], step = 13): void {
  for (const [index, line] of lines.entries()) pen.write(line, x, top - index * step, { size: 10 });
}

describe("columns", () => {
  it("of a letter keep its dates, names and postal codes whole", async () => {
    const [page] = await factsOf("offre_pret", (pen) => {
      drawLines(pen, 50, 700, [
        "Emprunteurs : Rosalie Vaillancourt et",
        "Jocelyn Fortin, domiciliés au 4127, rue",
        "des Clochers, Montréal (Québec) H2K",
        "4Z1. La présente offre est valable à",
        "compter de ce jour et expire à la fin du 9",
        "mars 2026, à moins d'être acceptée.",
      ]);
      drawLines(pen, 330, 700, [
        "Le prêt hypothécaire est de 388 000,00 $",
        "au taux de 4,39 % pour un terme de cinq",
        "ans. Il est garanti par le lot numéro 7",
        "315 208 du cadastre du Québec, et par",
        "une assurance au profit du prêteur que",
        "les emprunteurs maintiendront en vigueur.",
      ]);
    });
    expect(page?.dates.map(({ date }) => date)).toEqual(["2026-03-09"]);
    expect(page?.postalCodes.map(({ postalCode }) => postalCode)).toEqual(["H2K 4Z1"]);
    expect(lotsOf(page)).toEqual(["7315208"]);
    expect(partiesOf(page)).toEqual(["Rosalie Vaillancourt emprunteur", "Jocelyn Fortin emprunteur"]);
  });

  it("of a form keep each party with its address", async () => {
    const [page] = await factsOf("promesse_achat", (pen) => {
      drawLines(pen, 50, 700, [
        "VENDEUR",
        "Rosalie Vaillancourt",
        "4127, rue des Clochers",
        "Montréal (Québec) H2K 4Z1",
      ]);
      drawLines(pen, 330, 700, ["ACHETEUR", "Jocelyn Fortin", "88, avenue du Moulin", "Longueuil (Québec) J4H 0B7"]);
    });
    expect(partiesOf(page)).toEqual(["Rosalie Vaillancourt vendeur", "Jocelyn Fortin acheteur"]);
    expect(page?.postalCodes.map(({ postalCode }) => postalCode)).toEqual(["H2K 4Z1", "J4H 0B7"]);
  });
});

describe("a form of two parties, with labels, leaders and lines to sign on", () => {
  const draw: Draw = (pen) => {
    drawLines(pen, 50, 700, [
      "1. ACHETEUR (1)",
      "Nom : ROSALIE VAILLANCOURT",
      "Adresse : 12, rue des Pins, app. 4",
      "Québec (Québec)  G1R 2B5",
      "Tél. : 418 555-0101",
    ]);
    drawLines(pen, 320, 700, [
      "2. VENDEUR (1)",
      "Nom : JOCELYN   FORTIN",
      "Adresse : 4127, rue des Clochers",
      "Montréal (Québec)  H2K 4Z1",
      "Tél. : 514 555-0101",
    ]);
    drawLines(pen, 50, 610, ["Lot(s) ......................... 7 315 208 et 7 315 209 du cadastre du Québec"]);
    drawRows(pen, [50, 480, 545], 555, [
      ["Prix d'achat", "485 000,00", "$"],
      ["Acompte", "15 000,00", "$"],
      ["Hypothèque à obtenir", "365 000,00", "$"],
    ]);
    drawLines(pen, 50, 400, [
      "________________________",
      "ROSALIE VAILLANCOURT",
      "Acheteur",
      "Signé à Québec, le 3 mars 2026",
    ]);
    drawLines(pen, 320, 400, [
      "________________________",
      "JOCELYN FORTIN",
      "Vendeur",
      "Signé à Montréal, le 5 mars 2026",
    ]);
  };

  it("gives each party, amount, lot and date its part", async () => {
    const [page] = await factsOf("promesse_achat", draw);
    expect(partiesOf(page)).toEqual(["ROSALIE VAILLANCOURT acheteur", "JOCELYN FORTIN vendeur"]);
    expect(page?.amounts.map(({ cents, label }) => [cents / 100, label])).toEqual([
      [485_000, "prix"],
      [15_000, "acompte"],
      [365_000, "pret"],
    ]);
    expect(lotsOf(page)).toEqual(["7315208", "7315209"]);
    expect(page?.dates.map(({ date, label }) => [date, label])).toEqual([
      ["2026-03-03", "offre"],
      ["2026-03-05", "acceptation"],
    ]);
    expect(page?.postalCodes.map(({ postalCode }) => postalCode)).toEqual(["G1R 2B5", "H2K 4Z1"]);
  });
});

describe("a value that a page break cuts", () => {
  const FOOT = 40;
  const page = (lines: readonly string[], number: number): Draw => {
    return (pen) => {
      pen.write("Acte de vente — minute 3128", 50, 750, { size: 9 });
      drawLines(pen, 50, 700, lines);
      pen.write(`Page ${number} de 2`, 280, FOOT, { size: 9 });
    };
  };

  it.each([
    [
      "an amount",
      "Le prix convenu entre les parties pour la vente de l'immeuble décrit aux présentes est de 485",
      "000,00 $ payé comptant.",
      "amounts",
      { cents: 48_500_000 },
    ],
    [
      "a date",
      "Le vendeur remettra à l'acheteur les clés et la possession de tout l'immeuble vendu le 9",
      "mars 2026, libre de tout occupant.",
      "dates",
      { date: "2026-03-09" },
    ],
    [
      "a lot",
      "L'immeuble vendu est connu et désigné par les parties comme étant le lot numéro 7 315",
      "208 du cadastre du Québec.",
      "lots",
      { lot: "7315208" },
    ],
  ] as const)("%s is read whole, on the page where it starts", async (_, first, second, kind, value) => {
    const pages = await factsOf("titre", page([first], 1), page([second, "Dont acte."], 2));
    expect(pages[0]?.[kind]).toMatchObject([value]);
    expect(pages[1]?.[kind]).toEqual([]);
  });

  it("does not move what stands on the second page alone", async () => {
    const pages = await factsOf(
      "titre",
      page(["Le prix convenu entre les parties pour la vente de l'immeuble décrit est payé comptant, et le solde,"], 1),
      page(["au montant de 97 000,00 $, sera versé le 9 mars 2026."], 2),
    );
    expect(pages.map(({ amounts, dates }) => [amounts.length, dates.length])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe("words set apart", () => {
  it("by justification, leading or tracking are read as one phrase", async () => {
    const [page] = await factsOf("projet_acte", (pen) => {
      pen.write("D E V A N T   Me Hélène Joly, notaire à Montréal,", 50, 730, { size: 10 });
      // A justified line of two words, between full lines.
      drawLines(
        pen,
        50,
        690,
        ["Le vendeur, M. Mathieu Kovacs, vend à l'acheteur désigné ci-après l'immeuble suivant, savoir le bien"],
        13,
      );
      for (const [index, line] of [
        "COMPARAISSENT Madame Rosalie Vaillancourt, domiciliée au 4127, rue des Clochers, et Monsieur MATHIEU",
        "KOVACS, domicilié au même endroit, ci-après appelés les « VENDEURS », pour le prix de QUATRE CENT",
        "QUATRE-VINGT-CINQ MILLE DOLLARS (485 000,00 $) payé comptant.",
      ].entries())
        pen.write(line, 50, 600 - index * 26, { size: 10 });
    });
    expect(partiesOf(page)).toContain("Hélène Joly notaire");
    expect(partiesOf(page)).toContain("MATHIEU KOVACS vendeur");
    expect(page?.amounts).toMatchObject([{ cents: 48_500_000, label: "prix" }]);
    expect(page?.amounts[0]?.wordsCents).toBeUndefined();
  });
});

it("a justified line of two words is a part of its phrase", async () => {
  const [page] = await factsOf("titre", (pen) => {
    const justify = (line: string, y: number): void => {
      const words = line.split(" ");
      const widths = words.map((word) => pen.font.widthOfTextAtSize(word, 10));
      const space = (500 - widths.reduce((sum, width) => sum + width, 0)) / (words.length - 1);
      let x = 50;
      for (const [index, word] of words.entries()) {
        pen.write(word, x, y, { size: 10 });
        x += (widths[index] ?? 0) + space;
      }
    };
    justify("L'AN DEUX MILLE VINGT-CINQ, le neuf mars, ont comparu Madame ROSALIE VAILLANCOURT et Monsieur", 700);
    justify("JOCELYN FORTIN,", 687);
    justify("domiciliés au 88, avenue du 11 novembre 1918, Montréal (Québec) H2K 4Z1, ci-après appelés les", 674);
    pen.write("« VENDEURS ».", 50, 661, { size: 10 });
  });
  expect(partiesOf(page)).toEqual(["ROSALIE VAILLANCOURT vendeur", "JOCELYN FORTIN vendeur"]);
  expect(page?.dates.map(({ date }) => date)).toEqual(["2025-03-09"]);
});

describe("hidden words", () => {
  it("are reported with the page", async () => {
    const [page] = await factsOf("titre", (pen) => {
      pen.write("Vente", 50, 700);
      pen.write("Prix : 1 000 000,00 $", 50, 600, { gray: 1 });
    });
    expect(page).toMatchObject({ status: "hidden_text", hidden: "Prix : 1 000 000,00 $", amounts: [] });
  });
});
