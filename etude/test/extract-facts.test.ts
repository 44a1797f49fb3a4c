import { describe, expect, it } from "vitest";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import type { DocumentType, Page, PageFacts } from "../src/facts.ts";

function factsOf(type: DocumentType, ...texts: string[]): PageFacts[] {
  const pages: Page[] = texts.map((text, index) => ({ page: index + 1, text, status: "text" }));
  return extractFacts({ file: "a.pdf", hash: "", readable: true, pages }, type).pages;
}

const OFFER = `PROMESSE D'ACHAT
ACHETEUR 1 : Luc Bouchard, 12, rue des Érables, app. 3, Montréal (Québec) H2X 1Y4
VENDEUR 1 : Jean-Pierre Tremblay, 456, rue Champlain, Québec (Québec) G1K 4H2
L'ACHETEUR promet d'acheter l'immeuble situé au 456, rue Champlain, Québec (Québec) G1K 4H2, étant le lot 1 234 567 du cadastre du Québec.
Le prix d'achat sera de QUATRE CENT QUATRE-VINGT-CINQ MILLE dollars (485 000,00 $).
Acompte : 10 000,00 $
La présente promesse est irrévocable jusqu'à 17h00 le 18 novembre 2026.
Fait à Québec, le 15 novembre 2026
Signature de l'acheteur : Luc Bouchard

RÉPONSE DU VENDEUR
Fait à Québec, le 17 novembre 2026 à 14 h 30`;

describe("the facts of a document", () => {
  it("are read page by page, each quoted word for word", () => {
    const pages = factsOf("promesse_achat", OFFER, "Prêt : 388 000 $");
    const [page] = pages;
    expect(pages.map(({ page: number }) => number)).toEqual([1, 2]);
    expect(page?.amounts.map(({ label, cents }) => [label, cents])).toEqual([
      ["prix", 48_500_000],
      ["acompte", 1_000_000],
    ]);
    expect(page?.dates.map(({ label, date, time }) => [label, date, time])).toEqual([
      ["expiration", "2026-11-18", "17:00"],
      ["offre", "2026-11-15", undefined],
      ["acceptation", "2026-11-17", "14:30"],
    ]);
    expect(page?.lots).toMatchObject([{ lot: "1234567", servitude: false }]);
    expect(page?.postalCodes.map(({ postalCode, immovable }) => [postalCode, immovable])).toEqual([
      ["H2X 1Y4", false],
      ["G1K 4H2", false],
      ["G1K 4H2", true],
    ]);
    expect(page?.parties.map(({ role, name }) => `${role} ${name}`)).toEqual([
      "acheteur Luc Bouchard",
      "vendeur Jean-Pierre Tremblay",
    ]);
    for (const facts of [page?.amounts, page?.dates, page?.lots, page?.postalCodes, page?.addresses, page?.parties]) {
      for (const { quotation } of facts ?? []) expect(OFFER).toContain(quotation);
    }
  });

  it("of a certificate name the survey, the issue and the place", () => {
    const [page] = factsOf(
      "certificat_localisation",
      "Levé effectué le 12 mars 2015\nAdresse : 456, rue Champlain, Québec\nFait et signé à Québec, le 20 mars 2015",
    );
    expect(page?.dates.map(({ label }) => label)).toEqual(["leve", "emission"]);
    expect(page?.addresses).toMatchObject([{ immovable: true }]);
  });

  it("of a lender's letter name the lender of the letterhead", () => {
    const [page] = factsOf(
      "offre_pret",
      "CAISSE HYPOTHÉCAIRE DU VIEUX-COMPTOIR\n\nOFFRE DE PRÊT HYPOTHÉCAIRE\nNous avons le plaisir",
    );
    expect(page?.parties).toMatchObject([{ role: "preteur", name: "CAISSE HYPOTHÉCAIRE DU VIEUX-COMPTOIR" }]);
  });

  it("of an offer call its other last days conditions", () => {
    const [page] = factsOf(
      "promesse_achat",
      "6.2   Ils s'engagent à fournir aux vendeurs, au plus tard le 26 octobre 2026, copie de l'offre",
    );
    expect(page?.dates).toMatchObject([{ date: "2026-10-26", label: "condition" }]);
  });

  it("of an identity document name its holder", () => {
    const [page] = factsOf(
      "piece_identite",
      "PERMIS DE CONDUIRE\nNOM TREMBLAY\nPRÉNOM JEAN-PIERRE\nDate d'expiration 2028-05-01",
    );
    expect(page?.parties).toMatchObject([{ name: "JEAN-PIERRE TREMBLAY", role: "autre" }]);
    expect(page?.dates).toMatchObject([{ date: "2028-05-01", label: "expiration" }]);
  });

  it("of a file that cannot be read are the reason", () => {
    expect(
      extractFacts({ file: "a.pdf", hash: "", readable: false, reason: "encrypted", message: "protégé" }, "titre"),
    ).toEqual({
      file: "a.pdf",
      type: "titre",
      pages: [],
      unreadable: { reason: "encrypted", message: "protégé" },
    });
  });
});
