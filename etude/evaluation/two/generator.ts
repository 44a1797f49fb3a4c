/** The second generator: each paper is dictated to a desk, and the desk decides how it is set. */
import type { DossierWish, Generator, Place, WrittenPaper } from "../generator.ts";
import { toPdf, toScannedPdf } from "../paper/to-pdf.ts";
import type { Random } from "../random.ts";
import type { Paper } from "../story/plan.ts";
import type { DocumentKind, Layout } from "../truth.ts";
import type { Template } from "./desk.ts";
import { names } from "./names.ts";
import * as credit from "./papers-of-credit.ts";
import * as deal from "./papers-of-deal.ts";
import * as persons from "./papers-of-persons.ts";
import * as property from "./papers-of-property.ts";
import { habits, TypesetDesk } from "./typeset-desk.ts";
import { WordDesk } from "./word-desk.ts";

/** With the layouts in which such a paper is met; the dossiers take turns at them. */
const papers: Record<DocumentKind, [template: Template, layouts: readonly Layout[]]> = {
  contrat_service: [persons.mandate, ["docx", "plain", "scanned", "justified"]],
  fiche_parties: [persons.sheet, ["tables", "docx", "plain", "columns"]],
  piece_identite: [persons.identity, ["scanned", "tables", "plain", "columns"]],
  promesse_achat: [deal.promise, ["columns", "tables", "plain", "justified"]],
  declarations_vendeur: [deal.declarations, ["tables", "columns", "plain", "justified"]],
  certificat_localisation: [property.survey, ["plain", "columns", "scanned", "justified", "tables"]],
  titre: [property.title, ["justified", "scanned", "columns", "plain", "tables"]],
  index_immeubles: [property.landIndex, ["tables", "columns", "plain", "justified"]],
  compte_taxes_municipales: [property.municipalAccount, ["tables", "columns", "plain", "scanned", "justified"]],
  compte_taxes_scolaires: [property.schoolAccount, ["columns", "tables", "plain", "justified"]],
  releve_hypothecaire: [credit.payoff, ["plain", "tables", "columns", "justified"]],
  mainlevee: [credit.discharge, ["justified", "docx", "plain", "columns"]],
  recherches: [persons.searches, ["plain", "tables", "columns", "docx"]],
  offre_pret: [credit.commitment, ["tables", "columns", "justified", "plain"]],
  acte_hypotheque: [credit.hypothec, ["justified", "docx", "columns", "plain"]],
  assurance: [credit.insurance, ["columns", "tables", "plain", "justified"]],
  projet_acte: [deal.deed, ["justified", "docx", "columns", "plain", "tables"]],
  memoire_repartitions: [deal.adjustments, ["tables", "docx", "columns", "plain"]],
  etat_debourses: [deal.trustAccount, ["columns", "tables", "docx", "plain"]],
  attestation_syndicat: [property.syndicateAttestation, ["plain", "tables", "columns", "justified"]],
  etat_charges: [property.charges, ["columns", "plain", "tables", "justified"]],
  evaluation: [persons.appraisal, ["plain", "columns", "tables", "justified"]],
  contrat_mariage: [persons.marriage, ["scanned", "justified", "plain", "columns"]],
  certificat_deces: [persons.death, ["tables", "scanned", "plain", "columns"]],
  recherche_testamentaire: [persons.willSearch, ["tables", "plain", "columns", "justified"]],
  testament: [persons.will, ["justified", "columns", "plain", "tables"]],
  designation_liquidateur: [persons.designation, ["columns", "tables", "plain", "justified"]],
  inventaire: [persons.inventory, ["plain", "tables", "columns", "justified"]],
  declaration_transmission: [persons.transmission, ["justified", "tables", "docx", "columns"]],
  autre: [persons.stray, ["plain", "columns"]],
};

function layoutOf({ kind, touched }: Paper, { dossier, paper }: Place): Layout {
  const layouts = papers[kind][1].filter((layout) => layout !== "scanned" || !touched);
  return layouts[(dossier + (kind === "piece_identite" ? paper : 0)) % layouts.length]!;
}

async function write(paper: Paper, place: Place, random: Random): Promise<WrittenPaper> {
  const [template] = papers[paper.kind];
  const layout = layoutOf(paper, place);
  // Offices name scans and downloads by number: only the words inside tell what they are.
  const name = `${paper.story.signing.slice(0, 4)}-${paper.story.notary.phone.slice(-2)}_${String(place.paper + 1).padStart(3, "0")}`;
  if (layout === "docx") {
    const desk = new WordDesk();
    template(desk, paper);
    return { name: `${name}.docx`, layout, bytes: await desk.finish(name), pages: [desk.facts] };
  }
  const desk = new TypesetDesk(habits[layout], random);
  template(desk, paper);
  const sheets = desk.finish(`${name} — ${paper.story.immovable.matricule}`);
  if (paper.hiddenText !== undefined)
    sheets[0]!.marks.push({ mark: "text", x: 90, y: 742, text: paper.hiddenText, face: { family: "tinos", bold: false }, size: 0.5, grey: 0 }); // prettier-ignore
  const bytes = layout === "scanned" ? await toScannedPdf(sheets, random) : await toPdf(sheets, "Composition 4");
  return { name: `${name}.pdf`, layout, bytes, pages: sheets.map(({ facts }) => facts) };
}

const dossiers: DossierWish[] = [
  { id: "vente-1", deed: "vente", signing: "2026-10-14", montreal: false, sellers: 1, buyers: 2, spouse: true, faults: ["spouse_does_not_consent", "lot_in_offer", "recent_works", "no_base_stated", "creditor_not_insured", "same_file_twice", "new_home_by_promise"] },
  { id: "vente-2", deed: "vente", signing: "2026-04-22", montreal: true, sellers: 2, buyers: 1, faults: ["no_offer", "name_in_deed", "pool_after_survey", "school_year_over", "disbursed_early", "health_card"] },
  { id: "copropriete-1", deed: "copropriete", signing: "2026-07-15", montreal: false, sellers: 1, buyers: 1, faults: ["postal_code", "late_acceptance", "syndicate_hypothec", "no_statement_of_charges", "hypothec_not_cleared", "hidden_text"] },
  { id: "copropriete-2", deed: "copropriete", signing: "2026-12-16", montreal: true, sellers: 2, buyers: 2, faults: ["no_syndicate_attestation", "financing_sum", "certificate_lot", "condition_open", "price_in_deed", "apportionment", "no_bankruptcy_search", "no_duties_stated"] },
  { id: "refinancement-1", deed: "refinancement", signing: "2026-05-13", montreal: true, sellers: 2, buyers: 1, faults: ["rate_in_deed", "proceeds_short", "old_survey", "tax_arrears"] },
  { id: "refinancement-2", deed: "refinancement", signing: "2025-10-22", montreal: false, sellers: 1, buyers: 1, faults: ["statement_expired", "name_in_loan_offer", "insurance_late", "old_entry", "identity_expired"] },
  { id: "donation-1", deed: "donation", signing: "2026-09-09", montreal: true, sellers: 1, buyers: 2, spouse: true, faults: ["relation_unknown", "civic_number", "last_years_taxes", "seller_not_owner"] },
  { id: "donation-2", deed: "donation", signing: "2026-03-11", montreal: false, sellers: 2, buyers: 1, faults: ["no_market_value", "donation_not_notarial", "duties", "no_certificate", "no_civil_state"] },
  { id: "succession-1", deed: "succession", signing: "2026-06-17", montreal: true, sellers: 1, buyers: 1, faults: ["holograph_will", "one_will_search", "no_designation", "one_identity_piece"] },
  { id: "succession-2", deed: "succession", signing: "2026-11-04", montreal: false, sellers: 1, buyers: 2, faults: ["no_death_certificate", "search_before_death", "no_witness", "inventory_not_closed", "no_domicile", "no_service_contract"] },
]; // prettier-ignore

export const generatorTwo: Generator = { name: "two", pool: names, dossiers, write };
