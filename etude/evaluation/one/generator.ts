/** The first generator: papers made of blocks, which a press sets in six layouts. */
import type { DossierWish, Generator, WrittenPaper } from "../generator.ts";
import type { Sheet } from "../paper/sheets.ts";
import { toPdf, toScannedPdf } from "../paper/to-pdf.ts";
import type { Random } from "../random.ts";
import type { Paper } from "../story/plan.ts";
import type { DocumentKind, Layout } from "../truth.ts";
import type { Draft } from "./blocks.ts";
import * as family from "./family.ts";
import * as lending from "./lending.ts";
import { names } from "./names.ts";
import * as office from "./office.ts";
import * as ownership from "./ownership.ts";
import { manners, press } from "./press.ts";
import * as sale from "./sale.ts";
import { toWord } from "./word.ts";

const drafts: Record<DocumentKind, (paper: Paper) => Draft> = {
  contrat_service: office.serviceContract,
  fiche_parties: office.partiesSheet,
  piece_identite: office.identityPieces,
  promesse_achat: sale.promise,
  declarations_vendeur: sale.sellersDeclarations,
  certificat_localisation: ownership.surveyCertificate,
  titre: ownership.titleDeed,
  index_immeubles: ownership.landIndex,
  compte_taxes_municipales: ownership.municipalAccount,
  compte_taxes_scolaires: ownership.schoolAccount,
  releve_hypothecaire: lending.payoffStatement,
  mainlevee: lending.discharge,
  recherches: office.searches,
  offre_pret: lending.loanOffer,
  acte_hypotheque: lending.hypothecDeed,
  assurance: lending.insurance,
  projet_acte: sale.saleOrGiftDeed,
  memoire_repartitions: sale.adjustments,
  etat_debourses: sale.disbursements,
  attestation_syndicat: ownership.syndicateAttestation,
  etat_charges: ownership.chargesStatement,
  evaluation: family.appraisal,
  contrat_mariage: family.marriageContract,
  certificat_deces: family.deathCertificate,
  recherche_testamentaire: family.willSearch,
  testament: family.testament,
  designation_liquidateur: family.liquidatorDesignation,
  inventaire: family.inventory,
  declaration_transmission: family.transmissionDeclaration,
  autre: office.strayPaper,
};

const layouts: readonly Layout[] = ["plain", "columns", "tables", "justified", "scanned", "docx"];
/** What the office itself writes comes as a Word file too. */
const ownPapers: readonly DocumentKind[] = [
  "contrat_service",
  "fiche_parties",
  "projet_acte",
  "acte_hypotheque",
  "mainlevee",
  "memoire_repartitions",
  "etat_debourses",
  "declaration_transmission",
];
/** What comes from elsewhere on paper is scanned. */
const fromElsewhere: readonly DocumentKind[] = [
  "piece_identite",
  "titre",
  "certificat_localisation",
  "compte_taxes_municipales",
  "compte_taxes_scolaires",
  "testament",
  "contrat_mariage",
  "certificat_deces",
  "declarations_vendeur",
];

function layoutOf({ kind, touched }: Paper, dossier: number, position: number): Layout {
  for (let turn = 0; ; turn++) {
    const layout = layouts[(dossier * 2 + position + turn) % layouts.length]!;
    if (layout === "docx" && !ownPapers.includes(kind)) continue;
    if (layout === "scanned" && (touched || !fromElsewhere.includes(kind))) continue;
    return layout;
  }
}

/** The sheets of a paper before they are printed or scanned. */
function toSheets(draft: Draft, layout: Exclude<Layout, "docx">, random: Random): Sheet[] {
  return press(draft, layout === "scanned" ? manners.typed : manners[layout], random);
}

async function write(paper: Paper, place: { dossier: number; paper: number }, random: Random): Promise<WrittenPaper> {
  const draft = drafts[paper.kind](paper);
  const layout = layoutOf(paper, place.dossier, place.paper);
  if (layout === "docx") {
    const { bytes, facts } = await toWord(draft);
    return { name: `${draft.name}.docx`, layout, bytes, pages: [facts] };
  }
  const sheets = toSheets(draft, layout, random);
  if (paper.hiddenText !== undefined)
    sheets.at(-1)!.marks.push({ mark: "text", x: 60, y: 700, text: paper.hiddenText, face: { family: "arimo", bold: false }, size: 1, grey: 1 }); // prettier-ignore
  const bytes = layout === "scanned" ? await toScannedPdf(sheets, random) : await toPdf(sheets, "Bureautique 12");
  return { name: `${draft.name}.pdf`, layout, bytes, pages: sheets.map(({ facts }) => facts) };
}

const dossiers: DossierWish[] = [
  { id: "vente-1", deed: "vente", signing: "2026-11-18", montreal: true, sellers: 2, buyers: 2, faults: ["name_in_loan_offer", "certificate_lot", "late_acceptance", "financing_sum", "insurance_late", "no_service_contract", "new_home_by_promise"] },
  { id: "vente-2", deed: "vente", signing: "2026-06-10", montreal: false, sellers: 1, buyers: 2, faults: ["lot_in_title", "price_in_deed", "old_survey", "tax_arrears", "apportionment", "identity_expired", "buyer_status_unknown"] },
  { id: "copropriete-1", deed: "copropriete", signing: "2026-09-16", montreal: true, sellers: 2, buyers: 1, faults: ["no_syndicate_attestation", "syndicate_hypothec", "seller_not_owner", "duties", "condition_open", "hidden_text"] },
  { id: "copropriete-2", deed: "copropriete", signing: "2025-11-26", montreal: false, sellers: 1, buyers: 2, faults: ["no_statement_of_charges", "civic_number", "occupation_before_deed", "no_movables_stated", "seller_not_resident", "funds_short", "same_file_twice"] },
  { id: "refinancement-1", deed: "refinancement", signing: "2026-04-15", montreal: false, sellers: 2, buyers: 1, faults: ["loan_in_deed", "statement_expired", "last_years_taxes", "no_bankruptcy_search", "one_identity_piece"] },
  { id: "refinancement-2", deed: "refinancement", signing: "2026-10-07", montreal: true, sellers: 1, buyers: 1, faults: ["no_instructions", "hypothec_not_cleared", "school_year_over", "not_notarial", "no_civil_state"] },
  { id: "donation-1", deed: "donation", signing: "2026-05-20", montreal: false, sellers: 2, buyers: 1, faults: ["no_market_value", "siblings_exempt", "no_certificate", "health_card"] },
  { id: "donation-2", deed: "donation", signing: "2026-08-19", montreal: true, sellers: 1, buyers: 1, faults: ["donation_not_notarial", "name_in_deed", "roll_above_price", "old_entry"] },
  { id: "succession-1", deed: "succession", signing: "2026-03-18", montreal: false, sellers: 1, buyers: 2, faults: ["no_death_certificate", "search_before_death", "inventory_not_closed", "name_in_transmission", "no_place_in_will"] },
  { id: "succession-2", deed: "succession", signing: "2026-12-09", montreal: true, sellers: 1, buyers: 1, faults: ["one_will_search", "other_will", "no_designation", "no_domicile", "no_witness"] },
]; // prettier-ignore

export const generatorOne: Generator = { name: "one", pool: names, dossiers, write };
