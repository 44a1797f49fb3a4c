/** The same words in every layout are read as the same lines, in the same order. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StandardFonts } from "pdf-lib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocument } from "../src/reading/read-document.ts";
import type { Page } from "../src/facts.ts";
import { createRandom, PageSetter, randomSetting, type Piece, type Setting } from "./page-setter.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "etude-layouts-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Buffer): Promise<Page[]> {
  const path = join(folder, `${name}.pdf`);
  await writeFile(path, bytes);
  const document = await readDocument(path);
  if (!document.readable) throw new Error(document.message);
  return document.pages;
}

const linesOf = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ text }) => text.split("\n").filter((line) => line.trim() !== ""));

const TEXTS = [
  "La présente offre est faite aux emprunteurs Rosalie Vaillancourt et Jocelyn Fortin, domiciliés au 4127, rue des Clochers, Montréal (Québec) H2K 4Z1, et demeure valable jusqu'au 9 mars 2026 à dix-sept heures.",
  "Le prix de vente est de QUATRE CENT QUATRE-VINGT-CINQ MILLE DOLLARS (485 000,00 $) que l'acheteur paiera comptant à la signature de l'acte, au moyen d'un prêt hypothécaire de 388 000,00 $.",
  "L'immeuble est connu et désigné comme étant le lot numéro 7 315 208 du cadastre du Québec, circonscription foncière de Montréal, avec la maison dessus construite portant le numéro 88, avenue du Moulin, Longueuil (Québec) J4H 0B7.",
  "Le vendeur déclare que l'immeuble est libre de toute hypothèque, redevance, priorité ou charge quelconque, que les taxes échues sont payées sans subrogation, et qu'il est résident canadien au sens des lois fiscales.",
  "Les parties conviennent que les répartitions seront faites à la date de la prise de possession, fixée au premier jour d'avril deux mille vingt-six, sur la base des comptes de l'année courante remis au notaire soussigné.",
  "Le certificat de localisation porte la minute 3128 de l'arpenteur Mathieu Kovacs et montre l'état actuel de l'immeuble, sans empiètement ni servitude apparente autre que celles d'utilité publique mentionnées au titre.",
];
const HEADINGS = ["DESIGNATION", "CHARGES", "DECLARATIONS DES PARTIES"];

const PLAIN: Setting = {
  font: StandardFonts.Helvetica,
  bold: StandardFonts.HelveticaBold,
  size: 10,
  leading: 1.2,
  paragraphGap: 0.7,
  columns: 1,
  gutter: 20,
  margin: 60,
  align: "left",
  unit: "line",
  rotation: 0,
  ruled: false,
  offset: 0,
  spacedHeadings: false,
};

describe("running text", () => {
  it.each(Array.from({ length: 120 }, (_, seed) => seed))(
    "is one line a paragraph, whatever the layout (%i)",
    async (seed) => {
      const random = createRandom(seed);
      const setting = randomSetting(random);
      const setter = await PageSetter.create(setting);
      const expected: string[] = [];
      const add = (piece: Piece & { text: string }): void => {
        setter.set(piece);
        expected.push(piece.text);
      };
      for (const [index, text] of TEXTS.entries()) {
        if (index % 2 === 0 && random() < 0.5) add({ kind: "heading", text: HEADINGS[index / 2] ?? "" });
        add({ kind: "paragraph", text });
        if (index === 2) setter.newColumn();
      }
      expect({ setting, lines: linesOf(await read(`texte-${seed}`, await setter.save())) }).toEqual({
        setting,
        lines: expected,
      });
    },
  );
});

const TABLES: string[][][] = [
  [
    ["Lot", "Superficie", "Propriétaire"],
    ["7 315 208", "418,2 m²", "Rosalie Vaillancourt"],
    ["7 315 209", "1 204,0 m²", "Jocelyn Fortin"],
    ["7 315 210", "96,5 m²", "Mathieu Kovacs"],
  ],
  [
    ["Élément", "Terrain", "Bâtiment", "Total"],
    ["Valeur au rôle", "120 000 $", "300 000 $", "420 000 $"],
    ["Valeur uniformisée", "126 000 $", "315 000 $", "441 000 $"],
  ],
  [
    ["Prix d'achat", "485 000,00 $"],
    ["Mise de fonds", "97 000,00 $"],
    ["Montant du prêt", "388 000,00 $"],
  ],
];

describe("a table", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "is one line a row, whatever the layout (%i)",
    async (seed) => {
      const random = createRandom(1000 + seed);
      const setting = { ...randomSetting(random), columns: 1 as const, spacedHeadings: false };
      const setter = await PageSetter.create(setting);
      const table = TABLES[seed % TABLES.length] ?? [];
      setter.set({ kind: "paragraph", text: TEXTS[seed % TEXTS.length] ?? "" });
      setter.set({ kind: "table", rows: table, header: seed % 2 === 0 });
      setter.set({ kind: "paragraph", text: TEXTS[(seed + 1) % TEXTS.length] ?? "" });
      expect({ setting, lines: linesOf(await read(`table-${seed}`, await setter.save())) }).toEqual({
        setting,
        lines: [TEXTS[seed % TEXTS.length], ...table.map((row) => row.join("   ")), TEXTS[(seed + 1) % TEXTS.length]],
      });
    },
  );
});

describe("the layout of a page", () => {
  it("names the place of each word, as the page is seen", async () => {
    for (const rotation of [0, 90, 180, 270] as const) {
      const setter = await PageSetter.create({ ...PLAIN, rotation });
      setter.set({ kind: "paragraph", text: TEXTS[0] ?? "" });
      const [page] = await read(`mots-${rotation}`, await setter.save());
      const words = page?.layout?.words ?? [];
      expect(words.map(([start, end]) => page?.text.slice(start, end)).join(" ")).toBe(TEXTS[0]);
      const [, , left, top, right, bottom] = words[0] ?? [];
      expect([left, top, right, bottom].map((points) => Math.round(points ?? 0))).toEqual([60, 52, 71, 62]);
    }
  });
});
