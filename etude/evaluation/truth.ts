/** What a generated dossier says, written down by the generator together with the pages. */

export type DeedType = "vente" | "copropriete" | "refinancement" | "donation" | "succession";

export type GeneratorName = "one" | "two";

/** How a document is laid out; `docx` is a Word file, which has no pages. */
export type Layout = "plain" | "columns" | "tables" | "justified" | "scanned" | "docx";

/** What a document is; `autre` is a paper that belongs to none of the kinds a notary's office files. */
export type DocumentKind =
  | "contrat_service"
  | "fiche_parties"
  | "piece_identite"
  | "promesse_achat"
  | "declarations_vendeur"
  | "certificat_localisation"
  | "titre"
  | "index_immeubles"
  | "compte_taxes_municipales"
  | "compte_taxes_scolaires"
  | "releve_hypothecaire"
  | "mainlevee"
  | "recherches"
  | "offre_pret"
  | "acte_hypotheque"
  | "assurance"
  | "projet_acte"
  | "memoire_repartitions"
  | "etat_debourses"
  | "attestation_syndicat"
  | "etat_charges"
  | "evaluation"
  | "contrat_mariage"
  | "certificat_deces"
  | "recherche_testamentaire"
  | "testament"
  | "designation_liquidateur"
  | "inventaire"
  | "declaration_transmission"
  | "autre";

export type TrueRole =
  | "vendeur"
  | "acheteur"
  | "preteur"
  | "proprietaire"
  | "emprunteur"
  | "notaire"
  | "arpenteur"
  | "donateur"
  | "donataire"
  | "defunt"
  | "liquidateur"
  | "heritier"
  | "testateur"
  | "temoin"
  | "conjoint"
  | "courtier"
  | "syndicat"
  | "assureur"
  | "evaluateur"
  | "autre";

/** `any`: what the amount is can be told in several ways, so its label is not measured. */
export type TrueAmountLabel =
  | "any"
  | "prix"
  | "acompte"
  | "mise_de_fonds"
  | "pret"
  | "solde"
  | "droits_mutation"
  | "base_imposition"
  | "evaluation_role"
  | "taxes";

/** `any` as for amounts. */
export type TrueDateLabel =
  | "any"
  | "offre"
  | "acceptation"
  | "expiration"
  | "condition"
  | "acte"
  | "occupation"
  | "leve"
  | "emission";

/** Whose lot it is: the dossier's, a neighbour's, the one that bears a servitude, or one that today's replaced. */
export type TrueLotKind = "own" | "neighbour" | "servient" | "former";

/** A fact as it stands on a page. */
export type TrueFact =
  /** `alsoRole` is as right: who bought last, in an index, is who owns. */
  | { field: "party"; name: string; role: TrueRole; alsoRole?: TrueRole }
  /** Without a label, the amount is none of the labelled ones. */
  | { field: "amount"; cents: number; label?: TrueAmountLabel }
  | { field: "date"; date: string; label?: TrueDateLabel }
  | { field: "lot"; lot: string; kind: TrueLotKind }
  | { field: "postal_code"; postalCode: string; immovable: boolean }
  | { field: "address"; civic: string; street: string; rest: string; immovable: boolean };

/** A fact with the letters it was written with. `may`: finding it is right, missing it is no miss. */
export interface WrittenFact {
  fact: TrueFact;
  text: string;
  may?: true;
}

export interface TrueDocument {
  file: string;
  kind: DocumentKind;
  layout: Layout;
  /** Page 1 first; a DOCX is one page. */
  pages: WrittenFact[][];
}

/** A fault put into the dossier, and what must come of it. */
export interface PlantedFault {
  /** What was done, in a few words. */
  name: string;
  /** The rule of section 3.2 that must raise an alert. */
  rule: string;
  /** Rules that rightly speak of the same fault too. */
  alsoRules: string[];
  /** The files that an alert must show, any of them; none where the fault is that a document is missing. */
  files: string[];
}

export interface DossierTruth {
  /** For instance `vente-1`. */
  id: string;
  deed: DeedType;
  twin: "faulty" | "clean";
  municipality: string;
  /** The planned date of the deed, `YYYY-MM-DD`. */
  signingDate: string;
  documents: TrueDocument[];
  faults: PlantedFault[];
}
