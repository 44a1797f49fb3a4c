import { describe, expect, it } from "vitest";
import { classifyDocument } from "../src/classification/classify-document.ts";
import type { DocumentType } from "../src/facts.ts";

function classify(file: string, text: string): DocumentType {
  return classifyDocument(file, [{ page: 1, text, status: "text" }]);
}

describe("what a document is", () => {
  it.each([
    ["PROMESSE D'ACHAT\nIMMEUBLE\nFormulaire PA", "promesse_achat"],
    ["OFFER TO PURCHASE", "promesse_achat"],
    ["Rapport\nCERTIFICAT DE LOCALISATION", "certificat_localisation"],
    ["VENTE\nL'an deux mille dix, le trois mai\nDEVANT Me Louis Caron", "titre"],
    ["TITRE DE PROPRIÉTÉ", "titre"],
    ["REGISTRE FONCIER DU QUÉBEC\nINDEX DES IMMEUBLES", "index_immeubles"],
    ["PROJET D’ACTE DE VENTE", "projet_acte"],
    ["VENTE\nL'an deux mille vingt-six, le ______ décembre", "projet_acte"],
    ["BANQUE NATIONALE\nOffre de prêt hypothécaire", "offre_pret"],
    ["VILLE DE QUÉBEC\nCompte de taxes municipales 2026", "compte_taxes_municipales"],
    ["CENTRE DE SERVICES SCOLAIRE\nAvis d'imposition", "compte_taxes_scolaires"],
    ["PERMIS DE CONDUIRE", "piece_identite"],
    ["DÉCLARATIONS DU VENDEUR SUR L'IMMEUBLE", "declarations_vendeur"],
    ["Relevé hypothécaire\nau 15 novembre 2026", "releve_hypothecaire"],
    ["INTACT\nPolice d'assurance habitation", "assurance"],
    ["Bonjour", "inconnu"],
  ] as const)("« %s » is %s, whatever its name", (text, type) => expect(classify("document.pdf", text)).toBe(type));

  it("believes the title before the name", () =>
    expect(classify("promesse.pdf", "CERTIFICAT DE LOCALISATION")).toBe("certificat_localisation"));

  it.each([
    ["promesse-achat.pdf", "promesse_achat"],
    ["Certificat localisation 2015.pdf", "certificat_localisation"],
    ["dossier/Taxes scolaires.pdf", "compte_taxes_scolaires"],
    ["scan0001.pdf", "inconnu"],
  ] as const)("believes the name %s of a page without text", (file, type) => expect(classify(file, "")).toBe(type));

  it("is not misled by a document that another one cites", () => {
    expect(
      classify(
        "a.pdf",
        "PROJET D'ACTE DE VENTE\n\nVu la promesse d'achat du 15 novembre 2026 et le certificat de localisation",
      ),
    ).toBe("projet_acte");
  });
});
