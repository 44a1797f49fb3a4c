/** Which papers a dossier holds, and what each of them tells. */
import type { DeedType, DocumentKind } from "../truth.ts";
import { copyStory, type Story } from "./story.ts";

/** A paper to write. */
export interface Paper {
  kind: DocumentKind;
  /** Tells papers of one kind apart: whose identity, which register. */
  variant: string;
  story: Story;
  /** A fault stands on it: it must be readable, so it is no scan. */
  touched: boolean;
  /** A copy of another paper, byte for byte. */
  copyOf?: Paper;
  /** Words that nobody sees. */
  hiddenText?: string;
}

export interface Plan {
  story: Story;
  papers: Paper[];
}

const everywhere: DocumentKind[] = ["contrat_service", "fiche_parties"];
const ownership: DocumentKind[] = [
  "titre",
  "index_immeubles",
  "certificat_localisation",
  "compte_taxes_municipales",
  "compte_taxes_scolaires",
];
const kindsOf: Record<DeedType, DocumentKind[]> = {
  vente: [
    ...everywhere,
    "promesse_achat",
    "declarations_vendeur",
    ...ownership,
    "releve_hypothecaire",
    "mainlevee",
    "recherches",
    "offre_pret",
    "acte_hypotheque",
    "assurance",
    "projet_acte",
    "memoire_repartitions",
    "etat_debourses",
    "autre",
  ],
  copropriete: [
    ...everywhere,
    "promesse_achat",
    "declarations_vendeur",
    ...ownership,
    "attestation_syndicat",
    "etat_charges",
    "releve_hypothecaire",
    "mainlevee",
    "recherches",
    "offre_pret",
    "acte_hypotheque",
    "assurance",
    "projet_acte",
    "memoire_repartitions",
    "etat_debourses",
    "autre",
  ],
  refinancement: [
    ...everywhere,
    "offre_pret",
    ...ownership,
    "releve_hypothecaire",
    "mainlevee",
    "recherches",
    "acte_hypotheque",
    "assurance",
    "etat_debourses",
    "autre",
  ],
  donation: [...everywhere, ...ownership, "contrat_mariage", "evaluation", "recherches", "projet_acte", "autre"],
  succession: [
    ...everywhere,
    "certificat_deces",
    "testament",
    "designation_liquidateur",
    "inventaire",
    ...ownership,
    "declaration_transmission",
    "autre",
  ],
};

export function planDossier(story: Story): Plan {
  const paper = (kind: DocumentKind, variant = ""): Paper => ({
    kind,
    variant,
    story: copyStory(story),
    touched: false,
  });
  const papers = kindsOf[story.deed].map((kind) => paper(kind));
  const appearing = [...story.givers, ...story.takers, ...(story.succession === undefined ? [] : [story.succession.liquidator])]; // prettier-ignore
  papers.splice(2, 0, ...appearing.map((_, index) => paper("piece_identite", String(index))));
  if (story.consentingSpouse !== undefined) papers.push(paper("piece_identite", "spouse"));
  if (story.succession !== undefined)
    papers.splice(4, 0, paper("recherche_testamentaire", "cnq"), paper("recherche_testamentaire", "barreau"));
  // The donor's marriage contract is there only for a donor who is married.
  if (story.deed === "donation" && story.givers[0]?.spouse === undefined)
    return { story, papers: papers.filter(({ kind }) => kind !== "contrat_mariage") };
  return { story, papers };
}

/** Whom an identity paper shows. */
export function holderOf({ story, variant }: Paper) {
  if (variant === "spouse") return story.consentingSpouse!;
  return [...story.givers, ...story.takers, story.succession?.liquidator][Number(variant)]!;
}
