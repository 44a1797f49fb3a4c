/** The contradictions planted in `vente-contradictions`: what a rule must find, and where. */
import { toFrenchTypography } from "./french-typography.ts";

interface PlantedEvidence {
  document: string;
  /** From 1; a DOCX is page 1. */
  page: number;
  /** Verbatim from the text of the page; empty for a page without text. */
  contains: string;
}

export interface Planted {
  rule: string;
  /** In French, for the README. */
  what: string;
  evidence: PlantedEvidence[];
}

/** PDF readers give the non-breaking spaces of a standard font as plain ones; a DOCX keeps them. */
const at = (document: string, page: number, contains: string): PlantedEvidence => ({
  document,
  page,
  contains: document.endsWith(".docx") ? toFrenchTypography(contains, {}) : contains,
});

const PROMISE = "promesse-achat.pdf";
const CERTIFICATE = "certificat-localisation.pdf";
const TITLE = "titre-acquisition.pdf";
const INDEX = "index-immeubles.pdf";
const DRAFT = "projet-acte-vente.docx";
const LOAN = "offre-pret.pdf";
const TAXES = "compte-taxes-municipales-2026.pdf";
const DECLARATIONS = "declarations-vendeur.pdf";

export const planted: Planted[] = [
  {
    rule: "C04",
    what: "Le nom d'un acheteur perd un « c » dans le projet d'acte.",
    evidence: [at(PROMISE, 1, "Étienne Larocque-Vallon"), at(DRAFT, 1, "Étienne Laroque-Vallon")],
  },
  {
    rule: "C06",
    what: "Deux chiffres du lot sont inversés au certificat de localisation.",
    evidence: [at(PROMISE, 1, "9 412 305"), at(CERTIFICATE, 1, "9 412 350")],
  },
  {
    rule: "C07",
    what: "Le code postal de l'immeuble diffère au projet d'acte.",
    evidence: [at(PROMISE, 1, "H2K 4Z1"), at(DRAFT, 1, "H2K 4Z7")],
  },
  {
    rule: "C07",
    what: "Le numéro civique de l'immeuble diffère à l'offre de prêt.",
    evidence: [at(PROMISE, 1, "4127, rue des Trois-Clochers"), at(LOAN, 1, "4172, rue des Trois-Clochers")],
  },
  {
    rule: "C09",
    what: "Les déclarations du vendeur sont numérisées : la page n'a pas de texte.",
    evidence: [at(DECLARATIONS, 1, "")],
  },
  {
    rule: "V02",
    what: "Les vendeurs acceptent deux jours après l'expiration de l'offre.",
    evidence: [at(PROMISE, 3, "15 octobre 2026"), at(PROMISE, 3, "17 octobre 2026")],
  },
  {
    rule: "V04",
    what: "Le prix du projet d'acte dépasse de 10 000 $ celui de la promesse et de l'offre de prêt.",
    evidence: [at(PROMISE, 1, "725 000,00 $"), at(DRAFT, 1, "735 000,00 $")],
  },
  {
    rule: "V05",
    what: "À la promesse, acompte, mise de fonds et emprunt totalisent 715 000 $, soit 10 000 $ de moins que le prix.",
    evidence: [
      at(PROMISE, 1, "725 000,00 $"),
      at(PROMISE, 1, "15 000,00 $"),
      at(PROMISE, 1, "130 000,00 $"),
      at(PROMISE, 1, "570 000,00 $"),
    ],
  },
  {
    rule: "V06",
    what: "L'occupation précède de deux semaines l'acte de vente.",
    evidence: [at(PROMISE, 2, "15 décembre 2026"), at(PROMISE, 2, "1er décembre 2026")],
  },
  {
    rule: "V08",
    what: "Le levé du certificat a onze ans à la signature du 15 décembre 2026.",
    evidence: [at(CERTIFICATE, 1, "2 septembre 2015")],
  },
  {
    rule: "V09",
    what: "Le certificat vise un autre lot que le titre (la même inversion que C06).",
    evidence: [at(CERTIFICATE, 1, "9 412 350"), at(TITLE, 1, "9 412 305")],
  },
  {
    rule: "V11",
    what: "Les vendeurs avaient déjà vendu : l'index montre une autre propriétaire depuis 2022.",
    evidence: [at(PROMISE, 1, "Jean-Pierre Quévillard"), at(INDEX, 1, "Odette Brisebois")],
  },
  {
    rule: "V20",
    what: "Les droits déclarés ne sont ni ceux de la base légale (10 397,00 $ sur 752 400 $) ni ceux de la base déclarée (10 049,00 $ sur 735 000 $).",
    evidence: [at(DRAFT, 1, "10 094,00 $")],
  },
  {
    rule: "V21",
    what: "La valeur au rôle × 1,00 dépasse le prix, et la base déclarée est le prix.",
    evidence: [at(TAXES, 1, "752 400,00 $"), at(DRAFT, 1, "735 000,00 $")],
  },
];
