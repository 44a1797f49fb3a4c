/** The terminal's words in French and English. */
import { formatDate } from "../computations/format-date.ts";
import type { DocumentType } from "../facts.ts";

export type Language = "fr" | "en";

export function isLanguage(value: unknown): value is Language {
  return value === "fr" || value === "en";
}

/** What the terminal says, beside the checklist's own messages, which are the notary's and in French. */
export interface Words {
  reading: string;
  pages: (count: number) => string;
  unreadable: string;
  analysing: string;
  recovered: (analyses: number) => string;
  /** Says what a document was taken for, and how many facts it gave. */
  extracted: (type: DocumentType, facts: number) => string;
  checked: (points: number) => string;
  checklist: string;
  particulars: (municipality: string, signingDate: string) => string;
  statuses: Record<"alerte" | "manquant" | "a_verifier" | "conforme" | "non_applicable", string>;
  severities: Record<"haute" | "moyenne" | "basse", string>;
  page: string;
  notApplicable: (rules: string) => string;
  toValidate: string;
  rows: string;
  history: (count: number) => string;
  otherPlaces: (count: number) => string;
  noDocuments: (folder: string) => string;
}

const frenchTypes: Record<DocumentType, string> = {
  promesse_achat: "promesse d'achat",
  certificat_localisation: "certificat de localisation",
  titre: "titre",
  index_immeubles: "index des immeubles",
  projet_acte: "projet d'acte",
  offre_pret: "offre de prêt",
  compte_taxes_municipales: "compte de taxes municipales",
  compte_taxes_scolaires: "compte de taxes scolaires",
  piece_identite: "pièce d'identité",
  declarations_vendeur: "déclarations du vendeur",
  releve_hypothecaire: "relevé hypothécaire",
  assurance: "assurance",
  inconnu: "document non reconnu",
};

const englishTypes: Record<DocumentType, string> = {
  promesse_achat: "promise to purchase",
  certificat_localisation: "certificate of location",
  titre: "title",
  index_immeubles: "index of immovables",
  projet_acte: "draft deed",
  offre_pret: "mortgage offer",
  compte_taxes_municipales: "municipal tax account",
  compte_taxes_scolaires: "school tax account",
  piece_identite: "identity document",
  declarations_vendeur: "seller's declarations",
  releve_hypothecaire: "mortgage statement",
  assurance: "insurance",
  inconnu: "unrecognised document",
};

const french: Words = {
  reading: "Lecture des documents",
  pages: (count) => `${count} page${count > 1 ? "s" : ""}`,
  unreadable: "illisible",
  analysing: "Analyse",
  recovered: (analyses) =>
    analyses === 1
      ? "Une analyse interrompue auparavant a été menée à sa fin."
      : `${analyses} analyses interrompues auparavant ont été menées à leur fin.`,
  extracted: (type, facts) => `${frenchTypes[type]}, ${facts} fait${facts > 1 ? "s" : ""}`,
  checked: (points) => `règles appliquées : ${points} point${points > 1 ? "s" : ""}`,
  checklist: "Liste de vérification",
  particulars: (municipality, signingDate) => `${municipality}, signature prévue le ${formatDate(signingDate)}`,
  statuses: {
    alerte: "ALERTES",
    manquant: "MANQUANTS",
    a_verifier: "À VÉRIFIER",
    conforme: "CONFORMES",
    non_applicable: "NON APPLICABLE",
  },
  severities: { haute: "gravité haute", moyenne: "gravité moyenne", basse: "gravité basse" },
  page: "p.",
  notApplicable: (rules) => `Sans objet dans ce dossier : ${rules}`,
  toValidate: "À valider par le notaire.",
  rows: "Ce qui est maintenant dans la base de données",
  history: (count) => `${count} analyse${count > 1 ? "s" : ""} de ce dossier`,
  otherPlaces: (count) => `et ${count} autre${count > 1 ? "s" : ""} passage${count > 1 ? "s" : ""}`,
  noDocuments: (folder) =>
    `Le dossier ${folder} ne contient aucun document. Déposez-y des PDF, DOCX ou fichiers texte.`,
};

const english: Words = {
  reading: "Reading the documents",
  pages: (count) => `${count} page${count > 1 ? "s" : ""}`,
  unreadable: "unreadable",
  analysing: "Analysis",
  recovered: (analyses) =>
    analyses === 1
      ? "An analysis that was interrupted before has been completed."
      : `${analyses} analyses that were interrupted before have been completed.`,
  extracted: (type, facts) => `${englishTypes[type]}, ${facts} fact${facts > 1 ? "s" : ""}`,
  checked: (points) => `rules applied: ${points} point${points > 1 ? "s" : ""}`,
  checklist: "Checklist",
  particulars: (municipality, signingDate) => `${municipality}, signing planned on ${signingDate}`,
  statuses: {
    alerte: "ALERTS",
    manquant: "MISSING",
    a_verifier: "TO CHECK",
    conforme: "CONSISTENT",
    non_applicable: "NOT APPLICABLE",
  },
  severities: { haute: "high severity", moyenne: "medium severity", basse: "low severity" },
  page: "p.",
  notApplicable: (rules) => `Nothing to look at in this dossier: ${rules}`,
  toValidate: "For the notary to validate.",
  rows: "What is now in the database",
  history: (count) => `${count} ${count > 1 ? "analyses" : "analysis"} of this dossier`,
  otherPlaces: (count) => `and ${count} other place${count > 1 ? "s" : ""}`,
  noDocuments: (folder) => `The folder ${folder} holds no document. Put PDF, DOCX or text files there.`,
};

export const words: Record<Language, Words> = { fr: french, en: english };
