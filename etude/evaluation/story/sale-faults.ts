/** Faults of sales, many of which other deeds have too: the V rules. */
import {
  alter,
  alterAll,
  drop,
  type Fault,
  omit,
  shiftYear,
  strangerTo,
  swapLotDigits,
  touch,
} from "./alter-papers.ts";
import { addDays, addYears } from "./spell.ts";

export const saleFaults = {
  no_offer: { rule: "V01", also: ["V04"], plant: (plan) => drop(plan, "promesse_achat") },
  late_acceptance: {
    rule: "V02",
    also: ["V06"],
    plant: (plan) =>
      alter(plan, ["promesse_achat"], ({ offer }) => {
        offer.accepted = addDays(offer.expiry, 1);
      }),
  },
  condition_open: {
    rule: "V03",
    plant: (plan) =>
      alter(plan, ["promesse_achat"], ({ inspection }) => {
        inspection.fulfilled = undefined;
      }),
  },
  price_in_deed: {
    rule: "V04",
    also: ["V20", "V21"],
    plant: (plan) =>
      alter(plan, ["projet_acte"], (story) => {
        story.price += 5000_00;
      }),
  },
  financing_sum: {
    rule: "V05",
    plant: (plan) =>
      alter(plan, ["promesse_achat"], (story) => {
        story.downPayment -= 1500_00;
      }),
  },
  occupation_before_deed: {
    rule: "V06",
    plant: (plan) =>
      alter(plan, ["promesse_achat", "projet_acte"], (story) => {
        story.occupation = addDays(story.signing, -6);
      }),
  },
  no_certificate: { rule: "V07", also: ["V09"], plant: (plan) => drop(plan, "certificat_localisation") },
  old_survey: {
    rule: "V08",
    plant: (plan) =>
      alterAll(plan, ["certificat_localisation"], ({ survey, signing }) => {
        survey.fieldDate = addDays(addYears(signing, -11), -37);
        survey.date = addDays(survey.fieldDate, 24);
      }),
  },
  certificate_lot: {
    rule: "V09",
    also: ["C06"],
    plant: (plan) => alter(plan, ["certificat_localisation"], (story) => swapLotDigits(story)),
  },
  pool_after_survey: {
    rule: "V10",
    plant: (plan) =>
      alter(plan, ["declarations_vendeur"], (story) => {
        story.works = {
          what: "installation d’une piscine creusée et d’une clôture",
          ended: addYears(story.survey.fieldDate, 1),
        };
      }),
  },
  seller_not_owner: {
    rule: "V11",
    also: ["C04"],
    plant: (plan) =>
      alter(plan, ["titre", "index_immeubles"], (story) => {
        const [first, ...others] = story.registeredOwners;
        story.registeredOwners = [{ ...first!, ...strangerTo(story) }, ...others];
      }),
  },
  hypothec_not_cleared: {
    rule: "V12",
    plant: (plan) => {
      drop(plan, "releve_hypothecaire");
      drop(plan, "mainlevee");
      return plan.papers.filter(({ kind }) => kind === "index_immeubles").map(touch);
    },
  },
  old_entry: {
    rule: "V13",
    also: ["V12"],
    plant: (plan) =>
      alter(plan, ["index_immeubles"], (story) => {
        story.oldHypothec = {
          date: "1989-06-14",
          number: "412 907",
          creditor: "Crédit foncier de la Vallée",
          cents: 42_000_00,
        };
      }),
  },
  recent_works: {
    rule: "V14",
    also: ["V10"],
    plant: (plan) =>
      alter(plan, ["declarations_vendeur"], (story) => {
        story.works = {
          what: "réfection complète de la toiture par un entrepreneur",
          ended: addDays(story.signing, -12),
        };
      }),
  },
  spouse_does_not_consent: {
    rule: "V15",
    plant: (plan) =>
      alter(plan, ["projet_acte", "acte_hypotheque"], (story) => {
        story.consents = false;
      }),
  },
  last_years_taxes: {
    rule: "V16",
    plant: (plan) =>
      alter(plan, ["compte_taxes_municipales"], ({ municipalTax }) => {
        municipalTax.year -= 1;
        municipalTax.date = addYears(municipalTax.date, -1);
      }),
  },
  school_year_over: {
    rule: "V17",
    plant: (plan) =>
      alter(plan, ["compte_taxes_scolaires"], ({ schoolTax }) => {
        for (const key of ["from", "to", "date"] as const) schoolTax[key] = shiftYear(schoolTax[key], -1);
      }),
  },
  tax_arrears: {
    rule: "V18",
    plant: (plan) =>
      alter(plan, ["compte_taxes_municipales"], ({ municipalTax }) => {
        municipalTax.arrearsCents = 1284_37;
      }),
  },
  apportionment: {
    rule: "V19",
    plant: (plan) =>
      alter(plan, ["memoire_repartitions"], ({ apportionments }) => {
        apportionments.municipal += 118_40;
      }),
  },
  duties: {
    rule: "V20",
    plant: (plan) =>
      alter(plan, ["projet_acte"], ({ declared }) => {
        declared.dutiesCents -= 412_50;
      }),
  },
  roll_above_price: {
    rule: "V21",
    also: ["V20"],
    plant: (plan) =>
      alterAll(plan, ["compte_taxes_municipales", "projet_acte"], ({ roll, price }) => {
        roll.buildingCents = price + 18_000_00 - roll.landCents;
      }),
  },
  no_base_stated: {
    rule: "V22",
    also: ["V21"],
    plant: (plan) => omit(plan, "projet_acte", "base_imposition"),
  },
  no_duties_stated: { rule: "V22", also: ["V20"], plant: (plan) => omit(plan, "projet_acte", "montant_droit") },
  no_movables_stated: { rule: "V22", plant: (plan) => omit(plan, "projet_acte", "meubles") },
  siblings_exempt: {
    rule: "V23",
    also: ["D03", "V20"],
    plant: (plan) =>
      alterAll(plan, ["projet_acte", "fiche_parties"], ({ declared, takers }) => {
        declared.relation = takers[0]!.female ? "sœur" : "frère";
      }),
  },
  no_syndicate_attestation: { rule: "V24", plant: (plan) => drop(plan, "attestation_syndicat") },
  no_statement_of_charges: { rule: "V25", plant: (plan) => drop(plan, "etat_charges") },
  syndicate_hypothec: {
    rule: "V26",
    also: ["V12"],
    plant: (plan) =>
      alter(plan, ["index_immeubles"], (story) => {
        story.syndicateHypothec = { date: addDays(story.signing, -210), number: "29 415 706", cents: 3870_00 };
      }),
  },
  new_home_by_promise: {
    rule: "V27",
    also: ["V28"],
    plant: (plan) =>
      alter(plan, ["promesse_achat"], (story) => {
        story.isNew = true;
      }),
  },
  seller_not_resident: {
    rule: "V29",
    plant: (plan) =>
      alter(plan, ["fiche_parties"], (story) => {
        story.givers[0]!.taxResident = false;
      }),
  },
  buyer_status_unknown: {
    rule: "V30",
    plant: (plan) =>
      alter(plan, ["fiche_parties"], (story) => {
        story.takers[0]!.canadian = undefined;
      }),
  },
  insurance_late: {
    rule: "V31",
    plant: (plan) =>
      alter(plan, ["assurance"], (story) => {
        story.insurance.from = addDays(story.signing, 5);
      }),
  },
  creditor_not_insured: {
    rule: "V31",
    plant: (plan) =>
      alter(plan, ["assurance"], (story) => {
        story.insurance.creditorNamed = false;
      }),
  },
  funds_short: {
    rule: "V32",
    plant: (plan) =>
      alter(plan, ["etat_debourses"], ({ funds }) => {
        funds.clearedCents = funds.requiredCents - 9400_00;
      }),
  },
  disbursed_early: {
    rule: "V33",
    plant: (plan) =>
      alter(plan, ["etat_debourses"], ({ funds }) => {
        funds.disbursed = addDays(funds.publication, -2);
      }),
  },
  no_bankruptcy_search: {
    rule: "V34",
    plant: (plan) =>
      alter(plan, ["recherches"], ({ searches }) => {
        searches.bankruptcy = undefined;
      }),
  },
} satisfies Record<string, Fault>;
