/** What Étude took each document for. */
import type { DocumentKind, DossierTruth, Layout } from "../truth.ts";
import type { EtudeOutput } from "./run-etude.ts";

export interface TypeScore {
  file: string;
  layout: Layout;
  kind: DocumentKind;
  said: string;
  verdict: "right" | "unknown" | "wrong";
}

/** The names of Étude's types that are right for a kind beside the kind's own. */
const alsoRight: Partial<Record<DocumentKind, readonly string[]>> = {
  acte_hypotheque: ["projet_acte_hypotheque"],
  autre: ["inconnu"],
  certificat_deces: ["acte_deces"],
  declaration_transmission: ["projet_acte"],
  designation_liquidateur: ["recherches", "designation"],
  etat_charges: ["etat_charges_communes"],
  evaluation: ["rapport_evaluation"],
  fiche_parties: ["fiche_des_parties"],
  inventaire: ["avis_cloture"],
  mainlevee: ["quittance"],
  memoire_repartitions: ["memoire_de_repartitions"],
  recherche_testamentaire: ["recherches", "recherche_cnq", "recherche_barreau"],
  recherches: ["recherche_rdprm"],
  contrat_mariage: ["papiers_mariage", "etat_civil", "mariage"],
};

export function compareTypes({ documents }: DossierTruth, output: EtudeOutput): TypeScore[] {
  return documents.map(({ file, kind, layout }) => {
    const said = output.documents.find((document) => document.file === file)?.type ?? "inconnu";
    return { file, layout, kind, said, verdict: verdictOf(kind, said) };
  });
}

function verdictOf(kind: DocumentKind, said: string): TypeScore["verdict"] {
  if (said === kind || alsoRight[kind]?.includes(said)) return "right";
  return said === "inconnu" ? "unknown" : "wrong";
}
