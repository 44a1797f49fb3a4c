/** Second generator: lenders, hypothecs, insurance. */
import { groupDigits } from "../story/spell.ts";
import * as say from "../say.ts";
import { join, w } from "../written.ts";
import type { Template } from "./desk.ts";
import { loanSmallPrint } from "./clauses.ts";
import { land } from "./papers-of-property.ts";
import {
  and,
  deedDate,
  englishDate,
  englishSum,
  envelope,
  figure,
  iso,
  maritalWords,
  name,
  notary,
  sum,
  sumInWords,
  titled,
  where,
} from "./phrases.ts";

export const commitment: Template = (desk, paper) => {
  // Some lenders of Montréal write to the notary in English.
  if (paper.story.municipality === "Montréal" && paper.story.deed === "vente") englishCommitment(desk, paper);
  else frenchCommitment(desk, paper);
};

const englishCommitment: Template = (desk, { story }) => {
  const { lender, borrowers, ...loan } = story.loan!;
  desk.masthead(say.party(lender, "preteur"), ["Mortgage Services", ...envelope(lender.place)]);
  desk.prose(w`${englishDate(loan.offerDate, "any")}`);
  desk.headline("MORTGAGE COMMITMENT AND INSTRUCTIONS TO NOTARY");
  desk.answers([
    ["Borrower(s)", and(borrowers.map((person) => say.party(person, "emprunteur")))],
    ["Notary", say.party(story.notary, "notaire")],
    ["Property", where(story.immovable.place, true)],
    ["Loan amount", englishSum(loan.cents, "pret")],
    ["Interest rate", `${loan.rate.replace(",", ".")}% per annum, compounded semi-annually, not in advance`],
    ["Term", `${loan.years} years`],
    ["Amortization", `${loan.amortizationYears} years`],
    ["Monthly payment", englishSum(loan.paymentCents)],
  ]);
  desk.prose(
    "Funds will be advanced once the hypothec is published in first rank, property taxes are paid and insurance naming the lender as hypothecary creditor is in force.",
  );
  desk.signatures(borrowers.map((person) => ({ name: name(person, "emprunteur"), as: "borrower" })));
};

const frenchCommitment: Template = (desk, { story }) => {
  const { lender, borrowers, ...loan } = story.loan!;
  desk.masthead(say.party(lender, "preteur"), ["Centre hypothécaire", ...envelope(lender.place)]);
  desk.prose(w`${iso(loan.offerDate, "any")}`);
  desk.prose(w`${notary(story.notary)}, notaire`);
  desk.headline("LETTRE D’ENGAGEMENT – PRÊT HYPOTHÉCAIRE");
  desk.prose(
    w`Maître, nous vous mandatons pour préparer les documents de sûreté du prêt consenti à ${and(borrowers.map((person) => titled(person, "emprunteur")))}.`,
  );
  desk.answers([
    ["Emprunteur(s)", and(borrowers.map((person) => name(person, "emprunteur")))],
    ["Propriété donnée en garantie", where(story.immovable.place, true)],
    ["Capital prêté", sum(loan.cents, "pret")],
    ["Taux annuel", `${loan.rate} %`],
    ["Durée du terme", `${loan.years} ans`],
    ["Remboursement étalé sur", `${loan.amortizationYears} ans`],
    ["Paiement par mois", sum(loan.paymentCents)],
  ]);
  desk.section("Exigences avant le déboursement");
  desk.prose(
    "Hypothèque de premier rang publiée; polices d’assurance avec clause hypothécaire en faveur du prêteur; taxes acquittées; tout écart au titre nous sera signalé par écrit.",
  );
  desk.signatures([
    { name: w`La directrice du crédit`, as: lender.name },
    ...borrowers.map((person) => ({
      name: name(person, "emprunteur"),
      as: "emprunteur",
      when: iso(loan.offerDate, "any"),
    })),
  ]);
};

export const hypothec: Template = (desk, { story }) => {
  const { lender, borrowers, ...loan } = story.loan!;
  const isNotarial = !story.omit.has("en_minute");
  desk.headline("PRÊT ET HYPOTHÈQUE");
  desk.prose("PROJET AUX FINS DE DISCUSSION");
  desk.prose(
    isNotarial
      ? w`Ce ${deedDate(story.signing, "acte")}, devant ${notary(story.notary)}, notaire exerçant à ${story.notary.place.city}, ont comparu :`
      : w`Ce ${deedDate(story.signing, "acte")}, entre les parties :`,
  );
  desk.prose(
    w`${say.party(lender, "preteur", lender.name.toUpperCase())}, dont le siège est au ${where(lender.place)} (prêteur);`,
  );
  desk.persons([figure("Emprunteur", borrowers, "emprunteur", story)]);
  if (story.deed === "refinancement")
    for (const person of borrowers)
      if (person.civilState !== undefined) desk.prose(w`${titled(person, "emprunteur")} : ${maritalWords(person)}.`);
  if (story.deed === "refinancement" && story.consentingSpouse !== undefined && story.consents)
    desk.prose(
      w`Intervient ${titled(story.consentingSpouse, "conjoint")}, qui donne son consentement, l’immeuble étant la résidence familiale.`,
    );
  desk.section("Prêt");
  desk.prose(
    w`Capital : ${sumInWords(loan.cents, "pret")}. Intérêt : ${loan.rate} % par année. Terme : ${loan.years} ans. Versements de ${sum(loan.paymentCents)} par mois.`,
  );
  desk.section("Hypothèque");
  desk.prose(
    w`L’emprunteur hypothèque en faveur du prêteur, jusqu’à concurrence de ${sum(loan.cents, "any")}, l’immeuble suivant :`,
  );
  for (const words of land(story)) desk.prose(words);
  for (const clause of loanSmallPrint) desk.prose(clause);
  desk.prose(isNotarial ? w`Dont acte en minute à ${story.notary.place.city}.` : "Écrit sous signature privée.");
  desk.signatures([
    ...borrowers.map((person) => ({ name: name(person, "emprunteur"), as: "emprunteur", blank: true as const })),
    ...(isNotarial ? [{ name: say.party(story.notary, "notaire"), as: "notaire", blank: true as const }] : []),
  ]);
};

export const payoff: Template = (desk, { story }) => {
  const { creditor, ...hypothec } = story.hypothec!;
  desk.masthead(say.party(creditor, "preteur"), ["Remboursements et quittances", ...envelope(creditor.place)]);
  desk.headline("ÉTAT DE COMPTE HYPOTHÉCAIRE");
  desk.answers([
    ["Débiteur(s)", and(story.givers.map((person) => name(person, "emprunteur")))],
    ["Garantie", where(story.immovable.place, true)],
    ["Acte inscrit sous", groupDigits(hypothec.number)],
    ["Préparé le", iso(hypothec.statementDate, "any")],
    ["Ces montants valent jusqu’au", iso(hypothec.validUntil, "any")],
  ]);
  desk.ledger(["", "Montant"], [
    ["Capital et intérêts", sum(hypothec.payoffCents - 890_00)],
    ["Pénalité", sum(890_00)],
    ["Total pour libération", sum(hypothec.payoffCents, "any")],
    ["Par jour additionnel", sum(hypothec.perDiemCents)],
  ], [1]); // prettier-ignore
};

export const discharge: Template = (desk, { story }) => {
  const { creditor, ...hypothec } = story.hypothec!;
  desk.headline("QUITTANCE TOTALE ET MAINLEVÉE");
  desk.prose("PROJET AUX FINS DE DISCUSSION");
  desk.prose(
    w`Devant ${notary(story.notary)}, notaire exerçant à ${story.notary.place.city}, a comparu ${say.party(creditor, "preteur", creditor.name.toUpperCase())} (créancier), laquelle donne quittance à ${and(story.givers.map((person) => titled(person, "emprunteur")))} (débiteur) du prêt de ${sumInWords(hypothec.cents, "any")} garanti par l’hypothèque inscrite sous ${groupDigits(hypothec.number)} le ${iso(hypothec.date, "any")}, et consent à sa radiation.`,
  );
  desk.section("Immeuble");
  for (const words of land(story)) desk.prose(words);
  desk.signatures([
    { name: w`Le créancier`, as: "par son représentant", blank: true },
    { name: say.party(story.notary, "notaire"), as: "notaire", blank: true },
  ]);
};

export const insurance: Template = (desk, { story }) => {
  const { insurance: policy, loan } = story;
  const insured = story.deed === "refinancement" ? story.givers : story.takers;
  desk.masthead(policy.insurer, ["Certificat d’assurance"]);
  desk.headline("CONFIRMATION D’ASSURANCE DES PROPRIÉTAIRES OCCUPANTS");
  desk.answers([
    ["Assuré désigné", join(insured.map((person) => say.party(person, "autre")), " & ")],
    ["Situation du risque", where(story.immovable.place, true)],
    ["Contrat no", policy.policy],
    ["En vigueur le", iso(policy.from, "any")],
    ["Valeur assurée", sum(policy.cents)],
    ["Créancier garanti", policy.creditorNamed ? say.party(loan!.lender, "preteur") : "néant"],
  ]); // prettier-ignore
};
