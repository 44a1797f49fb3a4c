/** The terminal's words in French and English. */

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
  checklist: string;
  statuses: Record<"alerte" | "manquant" | "a_verifier" | "conforme" | "non_applicable", string>;
  severities: Record<"haute" | "moyenne" | "basse", string>;
  page: string;
  notApplicable: (rules: string) => string;
  toValidate: string;
  rows: string;
  history: (count: number) => string;
  duration: (ms: number) => string;
  noDocuments: (folder: string) => string;
}

const french: Words = {
  reading: "Lecture des documents",
  pages: (count) => `${count} page${count > 1 ? "s" : ""}`,
  unreadable: "illisible",
  analysing: "Analyse",
  checklist: "Liste de vérification",
  statuses: {
    alerte: "ALERTE",
    manquant: "MANQUANT",
    a_verifier: "À VÉRIFIER",
    conforme: "CONFORME",
    non_applicable: "NON APPLICABLE",
  },
  severities: { haute: "haute", moyenne: "moyenne", basse: "basse" },
  page: "p.",
  notApplicable: (rules) => `Sans objet dans ce dossier : ${rules}`,
  toValidate: "À valider par le notaire.",
  rows: "Ce qui est maintenant dans la base de données",
  history: (count) => `${count} analyse${count > 1 ? "s" : ""} de ce dossier`,
  duration: (ms) => `${(ms / 1000).toFixed(1).replace(".", ",")} s`,
  noDocuments: (folder) => `Le dossier ${folder} ne contient aucun document. Déposez-y des PDF, DOCX ou fichiers texte.`,
};

const english: Words = {
  reading: "Reading the documents",
  pages: (count) => `${count} page${count > 1 ? "s" : ""}`,
  unreadable: "unreadable",
  analysing: "Analysis",
  checklist: "Checklist",
  statuses: {
    alerte: "ALERT",
    manquant: "MISSING",
    a_verifier: "TO CHECK",
    conforme: "CONSISTENT",
    non_applicable: "NOT APPLICABLE",
  },
  severities: { haute: "high", moyenne: "medium", basse: "low" },
  page: "p.",
  notApplicable: (rules) => `Nothing to look at in this dossier: ${rules}`,
  toValidate: "For the notary to validate.",
  rows: "What is now in the database",
  history: (count) => `${count} ${count > 1 ? "analyses" : "analysis"} of this dossier`,
  duration: (ms) => `${(ms / 1000).toFixed(1)} s`,
  noDocuments: (folder) => `The folder ${folder} holds no document. Put PDF, DOCX or text files there.`,
};

export const words: Record<Language, Words> = { fr: french, en: english };
