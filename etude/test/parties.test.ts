import { describe, expect, it } from "vitest";
import { extractHolder } from "../src/extraction/identity-names.ts";
import { extractParties } from "../src/extraction/parties.ts";

function partiesOf(text: string): string[] {
  return extractParties(text).map(({ role, name }) => `${role} ${name}`);
}

describe("parties of a deed", () => {
  const deed = `DEVANT Me Sophie Roy, notaire à Québec,

COMPARAISSENT :

Monsieur Jean-Pierre TREMBLAY, ingénieur, époux de Marie Roy, domicilié au 456, rue Champlain, Québec (Québec) G1K 4H2,
et
Marie-Claude GAGNON, enseignante, domiciliée au même endroit,
Ci-après collectivement appelés les « VENDEURS »;

ET :

9123-4567 Québec inc., personne morale ayant son siège au 12, rue X, Lévis, représentée par Luc Roy, son président,
Ci-après appelée « L'ACHETEUR »;`;

  it("takes the role from the block that holds the name", () => {
    expect(partiesOf(deed)).toEqual([
      "notaire Sophie Roy",
      "vendeur Jean-Pierre TREMBLAY",
      "vendeur Marie-Claude GAGNON",
      "acheteur 9123-4567 Québec inc.",
    ]);
  });

  it("reads blocks that follow one another on a line", () => {
    expect(
      partiesOf(
        "ENTRE : Jean Tremblay, domicilié à Québec, ci-après appelé le vendeur,\nET : Luc de La Fontaine, domicilié à Lévis, ci-après appelé l’acheteur,",
      ),
    ).toEqual(["vendeur Jean Tremblay", "acheteur Luc de La Fontaine"]);
    expect(
      partiesOf("Entre M. Jean Tremblay (ci-après « le Vendeur ») et Mme Anne St-Pierre (ci-après « l’Acheteuse »)"),
    ).toEqual(["vendeur Jean Tremblay", "acheteur Anne St-Pierre"]);
  });

  it("reads English deeds", () => {
    expect(
      partiesOf(
        'BETWEEN:\nJohn Smith, residing at 12 Main Street\nhereinafter called the "SELLER"\nAND:\nMary O’Brien and Peter Jones\nhereinafter called the "BUYERS"',
      ),
    ).toEqual(["vendeur John Smith", "acheteur Mary O’Brien", "acheteur Peter Jones"]);
  });
});

describe("parties beside a label", () => {
  it.each([
    [
      "Vendeurs : M. Jean-Pierre Tremblay et Mme Marie-Claude Gagnon",
      ["vendeur Jean-Pierre Tremblay", "vendeur Marie-Claude Gagnon"],
    ],
    [
      "VENDEUR :\nJean Tremblay\nMarie Gagnon\n\nACHETEUR :\nLuc Bouchard",
      ["vendeur Jean Tremblay", "vendeur Marie Gagnon", "acheteur Luc Bouchard"],
    ],
    [
      "Vendeur\nJean Tremblay\n456, rue Champlain\n\nAcheteur\nLuc Bouchard",
      ["vendeur Jean Tremblay", "acheteur Luc Bouchard"],
    ],
    ["Vendeur : Jean Tremblay   Acheteur : Luc Bouchard", ["vendeur Jean Tremblay", "acheteur Luc Bouchard"]],
    [
      "Vendeur(s) : TREMBLAY JEAN-PIERRE, GAGNON MARIE-CLAUDE\n",
      ["vendeur TREMBLAY JEAN-PIERRE", "vendeur GAGNON MARIE-CLAUDE"],
    ],
    ["Propriétaire inscrit : Jean-Pierre Tremblay", ["proprietaire Jean-Pierre Tremblay"]],
    [
      "Propriétaires : TREMBLAY, Jean-Pierre et GAGNON, Marie-Claude",
      ["proprietaire TREMBLAY, Jean-Pierre", "proprietaire GAGNON, Marie-Claude"],
    ],
    [
      "Prêteur : Banque Nationale du Canada\nEmprunteurs : Luc Bouchard, Anne Roy et Sophie Lavoie-Dubé",
      [
        "preteur Banque Nationale du Canada",
        "emprunteur Luc Bouchard",
        "emprunteur Anne Roy",
        "emprunteur Sophie Lavoie-Dubé",
      ],
    ],
    ["Acheteur : Luc Bouchard, ingénieur, 12, rue des Érables", ["acheteur Luc Bouchard"]],
    ["Notaire : Me Julie Côté", ["notaire Julie Côté"]],
    ["Vendeurs : Jean Tremblay & Marie Gagnon", ["vendeur Jean Tremblay", "vendeur Marie Gagnon"]],
    ["| Vendeur | Jean Tremblay |\n| Acheteur | Luc Bouchard |", ["vendeur Jean Tremblay", "acheteur Luc Bouchard"]],
    [
      "Vendeurs   Jean Tremblay\nMarie Gagnon\n\nAdresse   456, rue Champlain",
      ["vendeur Jean Tremblay", "vendeur Marie Gagnon"],
    ],
    ["Propriétaire :   Matricule : 9738-44-1162\nJEAN TREMBLAY   Date : 2026-01-26", ["proprietaire JEAN TREMBLAY"]],
    ["Nom et adresse du propriétaire\nTREMBLAY JEAN-PIERRE\n456 RUE CHAMPLAIN", ["proprietaire TREMBLAY JEAN-PIERRE"]],
    ["Jean Tremblay   Marie Gagnon\nVendeur   Vendeur", ["vendeur Jean Tremblay", "vendeur Marie Gagnon"]],
    ["Vendeur : Succession de feu Roger Caron", ["vendeur Succession de feu Roger Caron"]],
    ["Vendeur : Syndicat des copropriétaires Le Beau Séjour", ["vendeur Syndicat des copropriétaires Le Beau Séjour"]],
    ["Arpenteur-géomètre : Marc Gendron, a.-g.", ["arpenteur Marc Gendron"]],
  ])("« %s »", (text, parties) => expect(partiesOf(text)).toEqual(parties));
});

describe("parties in a phrase", () => {
  it.each([
    ["Jean Tremblay, vendeur", ["vendeur Jean Tremblay"]],
    ["promettent de vendre à Luc BOUCHARD, ci-après l’acheteur", ["acheteur Luc BOUCHARD"]],
    [
      "L'immeuble appartient à Jean Tremblay et Marie Gagnon en vertu d'un acte",
      ["proprietaire Jean Tremblay", "proprietaire Marie Gagnon"],
    ],
    [
      "consenti par la Banque Nationale du Canada (le « Prêteur ») à Luc Bouchard et Sophie Lavoie (les « Emprunteurs »)",
      ["preteur Banque Nationale du Canada", "emprunteur Luc Bouchard", "emprunteur Sophie Lavoie"],
    ],
    [
      "Vente par Jean Tremblay à Luc Bouchard et Sophie Lavoie",
      ["vendeur Jean Tremblay", "acheteur Luc Bouchard", "acheteur Sophie Lavoie"],
    ],
    ["Le vendeur, M. Jean Tremblay, déclare", ["vendeur Jean Tremblay"]],
    ["Je, soussignée, Julie Bédard, arpenteure-géomètre, certifie", ["arpenteur Julie Bédard"]],
    ["acte reçu devant Me Louis Caron, notaire, le 3 mai 2010", ["notaire Louis Caron"]],
  ])("« %s »", (text, parties) => expect(partiesOf(text)).toEqual(parties));

  it.each([
    "LE VENDEUR DÉCLARE AVOIR REÇU le prix. L’Acheteur reconnaît avoir lu la promesse.",
    "Signature du vendeur : ____________",
    "Ancien propriétaire : Roger Caron",
    "Vendeur : à déterminer",
    "À la connaissance du vendeur :   Réponse Précisions",
    "DÉCLARATIONS DU VENDEUR : Le Vendeur Déclare Que Tout Est Beau",
    "acte de vente reçu par le notaire le 3 mai 2010",
    "Me Jean Roy, avocat, représente le vendeur.",
    "Le vendeur garantit le titre. Québec, Canada",
  ])("invents nobody in « %s »", (text) => expect(partiesOf(text)).toEqual([]));
});

describe("the holder of an identity document", () => {
  it("joins the surname and the given names of two fields", () => {
    expect(extractHolder("PERMIS DE CONDUIRE\nNom : TREMBLAY\nPrénom : JEAN-PIERRE\n")).toMatchObject([
      { name: "JEAN-PIERRE TREMBLAY", role: "autre" },
    ]);
    expect(extractHolder("Titulaire : Jean-Pierre Tremblay")).toMatchObject([
      { name: "Jean-Pierre Tremblay", role: "autre" },
    ]);
    expect(extractHolder("PERMIS DE CONDUIRE")).toEqual([]);
  });
});
