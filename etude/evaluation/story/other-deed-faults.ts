/** Faults of refinancings, gifts, successions and wills: the R, D, S and T rules. */
import { alter, alterAll, drop, type Fault, omit } from "./alter-papers.ts";
import { addDays } from "./spell.ts";

export const otherDeedFaults = {
  no_instructions: { rule: "R01", also: ["R02"], plant: (plan) => drop(plan, "offre_pret") },
  rate_in_deed: {
    rule: "R02",
    plant: (plan) =>
      alter(plan, ["acte_hypotheque"], ({ loan }) => {
        loan!.rate = loan!.rate.replace(/^\d/, (digit) => String(Number(digit) + 1));
      }),
  },
  loan_in_deed: {
    rule: "R02",
    also: ["V04"],
    plant: (plan) =>
      alter(plan, ["acte_hypotheque"], ({ loan }) => {
        loan!.cents += 8000_00;
      }),
  },
  proceeds_short: {
    rule: "R03",
    also: ["V32"],
    plant: (plan) =>
      alterAll(plan, ["etat_debourses", "releve_hypothecaire"], (story) => {
        story.hypothec!.payoffCents = story.loan!.cents + 6300_00;
        story.funds.requiredCents = story.hypothec!.payoffCents + 2875_00;
      }),
  },
  statement_expired: {
    rule: "R04",
    plant: (plan) =>
      alter(plan, ["releve_hypothecaire"], (story) => {
        story.hypothec!.validUntil = addDays(story.signing, -3);
      }),
  },
  not_notarial: {
    rule: "R05",
    plant: (plan) => omit(plan, "acte_hypotheque", "en_minute"),
  },
  donation_not_notarial: { rule: "D01", plant: (plan) => omit(plan, "projet_acte", "en_minute") },
  no_market_value: { rule: "D02", plant: (plan) => drop(plan, "evaluation") },
  relation_unknown: {
    rule: "D03",
    also: ["V23"],
    plant: (plan) => {
      const shown = omit(plan, "projet_acte", "relation");
      return [...shown, ...omit(plan, "fiche_parties", "relation")];
    },
  },
  no_death_certificate: { rule: "S01", plant: (plan) => drop(plan, "certificat_deces") },
  one_will_search: {
    rule: "S02",
    plant: (plan) => {
      plan.papers = plan.papers.filter(
        ({ kind, variant }) => kind !== "recherche_testamentaire" || variant !== "barreau",
      );
      return [];
    },
  },
  search_before_death: {
    rule: "S02",
    plant: (plan) =>
      alter(plan, ["recherche_testamentaire"], ({ succession }) => {
        succession!.searches.barreau.date = addDays(succession!.death, -40);
      }),
  },
  other_will: {
    rule: "S03",
    plant: (plan) =>
      alter(plan, ["recherche_testamentaire"], ({ succession }) => {
        for (const search of Object.values(succession!.searches)) search.will = addDays(search.will, 622);
      }),
  },
  holograph_will: {
    rule: "S04",
    also: ["S03", "T01"],
    plant: (plan) =>
      alter(plan, ["testament", "declaration_transmission"], ({ succession }) => {
        succession!.will.form = "olographe";
      }),
  },
  no_designation: { rule: "S05", plant: (plan) => drop(plan, "designation_liquidateur") },
  inventory_not_closed: {
    rule: "S06",
    plant: (plan) =>
      alter(plan, ["inventaire"], ({ succession }) => {
        succession!.closureNumber = undefined;
      }),
  },
  no_domicile: { rule: "S08", plant: (plan) => omit(plan, "declaration_transmission", "dernier_domicile") },
  no_place_in_will: { rule: "T01", plant: (plan) => omit(plan, "testament", "lieu_testament") },
  no_witness: {
    rule: "T01",
    plant: (plan) =>
      alter(plan, ["testament"], ({ succession }) => {
        succession!.will.witness = undefined;
      }),
  },
} satisfies Record<string, Fault>;
