/** Second generator: the promise, the deed, the accounts of a sale or a gift. */
import type { Writable } from "../written.ts";
import * as say from "../say.ts";
import { inPassing, join, w } from "../written.ts";
import type { Template } from "./desk.ts";
import { deedSmallPrint, promiseSmallPrint } from "./clauses.ts";
import { land } from "./papers-of-property.ts";
import {
  and,
  deedDate,
  envelope,
  figure,
  iso,
  livesHere,
  maritalWords,
  name,
  notary,
  sum,
  sumInWords,
  titled,
  where,
  wide,
} from "./phrases.ts";

export const promise: Template = (desk, { story }) => {
  const { offer, givers, takers, immovable, loan, inspection, financing, deed } = story;
  const done = (date: string | undefined): Writable =>
    date === undefined ? "" : w` L’ACHETEUR s’est déclaré satisfait par avis du ${iso(date, "any")}.`;
  desk.masthead(story.broker.office, [
    inPassing(w`Me ${say.party(story.broker, "courtier")}, courtier immobilier`),
    `No ${offer.number}`,
  ]);
  desk.headline(deed === "copropriete" ? "PROMESSE D’ACHAT – COPROPRIÉTÉ DIVISE" : "PROMESSE D’ACHAT");
  desk.persons([figure("Acheteur", takers, "acheteur", story), figure("Vendeur", givers, "vendeur", story)]);
  desk.section("2. Immeuble");
  desk.prose(
    w`Adresse : ${where(immovable.place, true)}. Désignation cadastrale : ${immovable.lots.length > 1 ? "lots" : "lot"} ${and(immovable.lots.map((lot) => wide(lot)))}, cadastre du Québec.`,
  );
  desk.section("4. Prix et acompte");
  desk.prose(
    w`4.1 PRIX – Le prix sera de ${sumInWords(story.price, "prix")} que l’ACHETEUR paiera entièrement lors de la signature de l’acte de vente.`,
  );
  desk.prose(
    w`4.2 ACOMPTE – Avec la présente, l’ACHETEUR remet au courtier un chèque de ${sum(story.deposit, "acompte")} à titre d’acompte.`,
  );
  desk.section("5. Mode de paiement");
  desk.prose(
    w`5.1 MISE DE FONDS – L’ACHETEUR versera au notaire, avant la signature, une somme additionnelle de ${sum(story.downPayment, "mise_de_fonds")}.`,
  );
  desk.prose(
    w`5.2 EMPRUNT – L’ACHETEUR fera de bonne foi les démarches pour obtenir un prêt hypothécaire de ${sum(loan!.cents, "pret")}, au plus tard le ${say.date(financing.deadline, "condition")}.${done(financing.fulfilled)}`,
  );
  desk.section("8. Inspection");
  desk.prose(
    w`8.1 La présente promesse est conditionnelle à ce que l’ACHETEUR fasse inspecter l’immeuble au plus tard le ${say.date(inspection.deadline, "condition")}.${done(inspection.fulfilled)}`,
  );
  for (const clause of promiseSmallPrint) desk.prose(clause);
  desk.section("10. Acte de vente");
  desk.prose(
    w`10.1 Les parties signeront un acte de vente devant ${notary(story.notary)} le ou avant le ${say.date(story.signing, "acte")}. 10.2 Le VENDEUR s’engage à rendre l’immeuble disponible pour occupation le ${say.date(story.occupation, "occupation")}. 10.3 ${story.isNew ? "Le VENDEUR a bâti l’immeuble, jamais habité, que l’ACHETEUR occupera lui-même" : "L’immeuble est usagé"}; aucun bien meuble n’est inclus.`,
  );
  desk.section("15. Délai d’acceptation");
  desk.prose(
    w`L’ACHETEUR s’oblige irrévocablement par sa promesse jusqu’au ${say.date(offer.expiry, "expiration")} à ${offer.expiryTime.replace(":", "h")}. Si le VENDEUR ne l’a pas acceptée dans ce délai, elle sera nulle et non avenue.`,
  );
  desk.signatures(
    takers.map((taker) => ({
      name: name(taker, "acheteur"),
      as: "acheteur",
      when: w`Signé le ${iso(offer.date, "offre")}`,
    })),
  );
  desk.section("Réponse");
  desk.prose(
    w`Le VENDEUR reconnaît avoir lu la promesse et l’accepte, le ${say.date(offer.accepted, "acceptation")} à ${offer.acceptedTime.replace(":", "h")}.`,
  );
  desk.signatures(givers.map((giver) => ({ name: name(giver, "vendeur"), as: "vendeur" })));
};

export const declarations: Template = (desk, { story }) => {
  const { givers, immovable, works } = story;
  desk.headline("DÉCLARATIONS DU VENDEUR");
  desk.answers([
    ["Nom du ou des vendeurs", and(givers.map((giver) => name(giver, "vendeur")))],
    ["Immeuble", where(immovable.place, true)],
  ]);
  desk.prose("Cocher et préciser. Toute réponse affirmative doit être expliquée.");
  desk.ledger(["Sujet", "Oui / Non", "Précisions"], [
    ["Dommage par l’eau", "Non", ""],
    ["Pyrrhotite, pyrite", "Non", ""],
    ["Réparations, ajouts, rénovations", works === undefined ? "Non" : "Oui", works === undefined ? "" : w`${works.what}; fin des travaux : ${iso(works.ended, "any")}`],
    ["Appareils en location", "Non", ""],
  ], []); // prettier-ignore
  desk.signatures(
    givers.map((giver) => ({ name: name(giver, "vendeur"), as: "vendeur", when: iso(story.offer.date, "any") })),
  );
};

export const deed: Template = (desk, { story }) => {
  const { givers, takers, omit, declared, municipality, consentingSpouse, title: former } = story;
  const isGift = story.deed === "donation";
  const [from, to] = isGift ? (["donateur", "donataire"] as const) : (["vendeur", "acheteur"] as const);
  desk.headline(isGift ? "ACTE DE DONATION ENTRE VIFS" : "ACTE DE VENTE");
  desk.prose("PROJET AUX FINS DE DISCUSSION");
  desk.prose(
    w`Ce ${deedDate(story.signing, "acte")}, devant ${notary(story.notary)}, notaire exerçant à ${story.notary.place.city}, ont comparu :`,
  );
  desk.persons([
    figure(`Partie ${isGift ? "donatrice" : "venderesse"} (${from})`, givers, from, story),
    figure(`Partie ${isGift ? "bénéficiaire" : "acquéreuse"} (${to})`, takers, to, story),
  ]);
  if (consentingSpouse !== undefined && story.consents)
    desk.prose(
      w`Intervient ${titled(consentingSpouse, "conjoint")}, époux ou épouse de la partie cédante, qui donne son consentement, l’immeuble étant la résidence familiale.`,
    );
  desk.section("Immeuble");
  for (const words of land(story)) desk.prose(words);
  desk.prose(w`Provenance : acte de vente du ${say.date(former.date, "any")} devant ${notary(story.formerNotary)}.`);
  desk.section(isGift ? "Conditions" : "Prix et possession");
  if (isGift)
    desk.prose(
      "La donation est faite à titre gratuit, avec réserve d’usufruit. Aucune hypothèque ne grève l’immeuble.",
    );
  else {
    desk.prose(w`Le prix est de ${sumInWords(story.price, "prix")}, quittancé aux présentes.`);
    desk.prose(w`Occupation : ${say.date(story.occupation, "occupation")}.`);
  }
  for (const clause of deedSmallPrint) desk.prose(clause);
  desk.section("État civil");
  for (const giver of givers)
    if (giver.civilState !== undefined) desk.prose(w`${titled(giver, from)} : ${maritalWords(giver)}.`);
  for (const taker of takers) desk.prose(w`${titled(taker, to)} : ${maritalWords(taker)}.`);
  desk.section("Droits sur les mutations immobilières — article 9");
  const mentions: [string, Writable][] = [
    [
      "Nom et résidence principale du cédant",
      w`${and(givers.map((giver) => name(giver, from)))}, ${where(givers[0]!.home, livesHere(givers[0]!, story))}`,
    ],
    [
      "Nom et résidence principale du cessionnaire",
      w`${and(takers.map((taker) => name(taker, to)))}, ${where(takers[0]!.home)}`,
    ],
    ["Situation de l’immeuble", municipality],
    ["Contrepartie", isGift ? sum(0, "any") : sum(story.price, "prix")],
  ];
  if (!omit.has("base_imposition")) mentions.push(["Base d’imposition", sum(declared.baseCents, "base_imposition")]);
  if (!omit.has("montant_droit")) mentions.push(["Droit de mutation", sum(declared.dutiesCents, "droits_mutation")]);
  if (declared.exemption !== undefined && !omit.has("relation"))
    mentions.push([
      "Exonération",
      `article ${declared.exemption} : ${takers[0]!.female ? "la" : "le"} donataire est ${declared.relation} de la partie donatrice`,
    ]);
  if (!omit.has("meubles")) mentions.push(["Meubles (art. 1.0.1)", "aucun meuble transféré avec l’immeuble"]);
  desk.answers(mentions);
  desk.prose(
    omit.has("en_minute")
      ? "Écrit sous signature privée remis aux parties en autant d’exemplaires."
      : w`Dont acte en minute à ${story.notary.place.city}; publication au registre foncier requise.`,
  );
  desk.signatures([
    ...givers.map((giver) => ({ name: name(giver, from), as: from, blank: true as const })),
    ...takers.map((taker) => ({ name: name(taker, to), as: to, blank: true as const })),
    { name: say.party(story.notary, "notaire"), as: "notaire", blank: true },
  ]);
};

export const adjustments: Template = (desk, { story }) => {
  const { municipalTax, schoolTax, apportionments, givers, takers, signing } = story;
  desk.masthead(story.notary.office, envelope(story.notary.place));
  desk.headline("ÉTAT DES AJUSTEMENTS (RÉPARTITIONS)");
  desk.answers([
    ["Vendeur", and(givers.map((giver) => say.party(giver, "vendeur")))],
    ["Acheteur", and(takers.map((taker) => say.party(taker, "acheteur")))],
    ["Au", iso(signing, "any")],
    ["Propriété", where(story.immovable.place, true)],
  ]);
  desk.ledger(["Objet", "Période", "Acquitté par le vendeur", "À rembourser par l’acheteur"], [
    ["Taxes de la municipalité", w`${iso(`${municipalTax.year}-01-01`, "any")} / ${iso(`${municipalTax.year}-12-31`, "any")}`, sum(municipalTax.cents, "any"), sum(apportionments.municipal)],
    ["Taxe scolaire", w`${iso(schoolTax.from, "any")} / ${iso(schoolTax.to, "any")}`, sum(schoolTax.cents, "any"), sum(apportionments.school)],
    ["TOTAL", "", "", sum(apportionments.municipal + apportionments.school)],
  ], [2, 3]); // prettier-ignore
};

export const trustAccount: Template = (desk, { story }) => {
  const { funds, loan, hypothec, price } = story;
  const isRefinancing = story.deed === "refinancement";
  const clients = isRefinancing ? story.givers : story.takers;
  desk.masthead(story.notary.office, envelope(story.notary.place));
  desk.headline("SOMMAIRE DU COMPTE EN FIDÉICOMMIS");
  desk.answers([
    [isRefinancing ? "Emprunteur" : "Acheteur", join(clients.map((client) => say.party(client, isRefinancing ? "emprunteur" : "acheteur")), ", ")],
    ["Inscription au registre foncier prévue", iso(funds.publication, "any")],
    ["Remise des fonds prévue", iso(funds.disbursed, "any")],
  ]); // prettier-ignore
  desk.ledger(["", "Entrées", "Sorties"], [
    ["Avance du prêteur", sum(loan!.cents, "any"), ""],
    isRefinancing ? ["Acquittement de l’ancienne hypothèque", "", sum(hypothec!.payoffCents, "any")] : ["Prix payé au vendeur", "", sum(price, "prix")],
    ["Sommes reçues à ce jour", sum(funds.receivedCents, "any"), ""],
    ["Sommes compensées par l’institution", sum(funds.clearedCents, "any"), ""],
    ["Sommes nécessaires à la clôture", "", sum(funds.requiredCents, "any")],
  ], [1, 2]); // prettier-ignore
};
