/** Second generator: who owns, what the ground is, what it owes. */
import { addDays, dateParts, groupDigits, months } from "../story/spell.ts";
import type { Story } from "../story/story.ts";
import * as say from "../say.ts";
import { join, w, type Writable, type Written } from "../written.ts";
import type { Template } from "./desk.ts";
import {
  and,
  deedDate,
  envelope,
  figure,
  iso,
  listed,
  name,
  notary,
  sum,
  sumInWords,
  tight,
  titled,
  where,
  wide,
} from "./phrases.ts";

/** How deeds of this office call the land. */
export function land(story: Story): Written[] {
  const { immovable, condominium } = story;
  const { lots, district, parish, formerLot, servientLot, servitudeNumber, neighbourLots, place } = immovable;
  const [first, ...others] = lots;
  if (condominium !== undefined)
    return [
      w`L’appartement portant l’adresse ${where(place, true)}, soit la partie exclusive formant le lot numéro ${wide(first!)} au cadastre du Québec, circonscription foncière de ${district}, avec ${condominium.sharePercent} % des parties communes formant les lots numéros ${and(others.map((lot) => wide(lot)))}.`,
      w`La copropriété est régie par la déclaration inscrite sous le numéro ${groupDigits(condominium.declarationNumber)}; plan complémentaire ${condominium.plan}.`,
    ];
  return [
    w`Un emplacement ayant front sur la voie publique, formé ${lots.length > 1 ? w`des lots numéros ${wide(first!)} et ${wide(others[0]!)}` : w`du lot numéro ${wide(first!)}`} au cadastre du Québec, circonscription foncière de ${district}, avec bâtisse dessus construite au ${where(place, true)}.`,
    w`Avant la rénovation cadastrale, cet emplacement était connu comme le lot ${say.lot(formerLot, "former")} du cadastre officiel de la Paroisse de ${parish}.`,
    w`Tenants et aboutissants : au nord, le lot ${wide(neighbourLots[0], "neighbour")}; à l’ouest, la rue, lot ${wide(neighbourLots[2], "neighbour")}. Une servitude de vue grève le lot ${wide(servientLot, "servient")} en faveur de l’emplacement (inscription ${groupDigits(servitudeNumber)}).`,
  ];
}

export const title: Template = (desk, { story }) => {
  const { title: deed, formerNotary, previousOwners, registeredOwners, immovable } = story;
  desk.headline("ACTE DE VENTE");
  desk.prose(w`No ${deed.minute}`);
  desk.prose(
    w`Le ${deedDate(deed.date, "any")}, devant ${notary(formerNotary)}, notaire exerçant à ${formerNotary.place.city}, ont comparu :`,
  );
  desk.persons([
    figure(previousOwners.length > 1 ? "les vendeurs" : "le vendeur", previousOwners, "vendeur", story),
    figure(registeredOwners.length > 1 ? "les acheteurs" : "l’acheteur", registeredOwners.map((owner) => ({ ...owner, home: previousOwners[0]!.home })), "acheteur", story), // prettier-ignore
  ]);
  desk.section("Désignation");
  for (const words of land(story)) desk.prose(words);
  desk.section("Prix");
  desk.prose(w`Vente consentie moyennant ${sumInWords(deed.priceCents, "any")} payés comptant.`);
  desk.section("Garantie");
  desk.prose("Cette vente est faite avec la garantie légale. Le vendeur délivrera à l’acheteur les titres en sa possession. L’acheteur déclare avoir visité l’immeuble et s’en dire satisfait, et avoir vérifié lui-même auprès des autorités compétentes que la destination qu’il entend donner à l’immeuble est conforme aux lois et règlements en vigueur."); // prettier-ignore
  desk.prose(w`Fait à ${formerNotary.place.city}, après lecture.`);
  desk.signatures([
    ...previousOwners.map((person) => ({ name: name(person, "vendeur"), as: "vendeur" })),
    ...registeredOwners.map((person) => ({ name: name(person, "acheteur"), as: "acheteur" })),
    { name: say.party(formerNotary, "notaire"), as: "notaire" },
  ]);
  desk.prose(
    w`Inscrit à ${immovable.district} le ${iso(addDays(deed.date, 2), "any")} sous ${groupDigits(deed.number)}.`,
  );
};

export const landIndex: Template = (desk, { story }) => {
  const { title: deed, immovable, hypothec, oldHypothec, syndicateHypothec, previousOwners, registeredOwners } = story;
  desk.masthead("Registre foncier", [
    "Registre d’un lot — index aux immeubles",
    `Circonscription foncière : ${immovable.district}`,
  ]);
  desk.answers([
    [
      "Lot",
      join(
        immovable.lots.map((lot) => wide(lot)),
        "; ",
      ),
    ],
    ["Cadastre", "Québec"],
    ["Lot antérieur", w`${say.lot(immovable.formerLot, "former")}, ${immovable.parish}`],
    ["Plan", "actif"],
  ]);
  const entries: Writable[][] = [
    ...(oldHypothec === undefined ? [] : [[w`${iso(oldHypothec.date, "any")}`, w`${oldHypothec.number} — hypothèque`, oldHypothec.creditor, w`${sum(oldHypothec.cents, "any")}`]]),
    [iso(deed.date, "any"), w`${groupDigits(deed.number)} — vente`, w`Cédant ${join(previousOwners.map((owner) => listed(owner, "vendeur")), " ; ")}   Cessionnaire ${join(registeredOwners.map((owner) => listed(owner, "acheteur", "proprietaire")), " ; ")}`, sum(deed.priceCents, "any")],
    ...(hypothec === undefined ? [] : [[iso(hypothec.date, "any"), w`${groupDigits(hypothec.number)} — hypothèque`, w`Créancier ${say.party(hypothec.creditor, "preteur")}   Débiteur ${join(registeredOwners.map((owner) => listed(owner, "emprunteur")), " ; ")}`, sum(hypothec.cents, "any")]]),
    ...(syndicateHypothec === undefined ? [] : [[iso(syndicateHypothec.date, "any"), w`${syndicateHypothec.number} — hypothèque légale`, w`Syndicat des copropriétaires (charges impayées)`, sum(syndicateHypothec.cents, "any")]]),
  ]; // prettier-ignore
  desk.ledger(["Présentation", "Inscription", "Qualité et nom des parties", "Montant"], entries, [3]);
  desk.prose("Radiations : aucune. Fin de la liste des inscriptions.");
};

export const survey: Template = (desk, { story }) => {
  const { surveyor, survey, immovable, registeredOwners } = story;
  const { year, month, day } = dateParts(survey.date);
  desk.masthead(surveyor.office, ["arpenteurs-géomètres", ...envelope(surveyor.place), surveyor.phone]);
  desk.headline("RAPPORT — CERTIFICAT DE LOCALISATION");
  desk.answers([
    ["Requérant", and(registeredOwners.map((owner) => titled(owner, "proprietaire")))],
    ["Minute", survey.minute],
    ["Emplacement", where(immovable.place, true)],
    [
      "Lot(s)",
      join(
        survey.lots.map((lot) => tight(lot)),
        " et ",
      ),
    ],
    ["Levé terminé le", iso(survey.fieldDate, "leve")],
    ["Superficie", `${immovable.areaM2} m²`],
  ]);
  desk.section("Bornage et occupation");
  desk.prose(
    w`L’emplacement est borné au nord par le lot ${tight(immovable.neighbourLots[0], "neighbour")}, à l’est par le lot ${tight(immovable.neighbourLots[1], "neighbour")} et à l’ouest par la rue (lot ${tight(immovable.neighbourLots[2], "neighbour")}). La corniche du bâtiment empiète de 0,08 m sur le lot ${tight(immovable.neighbourLots[1], "neighbour")}.`,
  );
  desk.section("Servitudes");
  desk.prose(
    w`Servitude de vue inscrite sous ${groupDigits(immovable.servitudeNumber)}, fonds servant : lot ${tight(immovable.servientLot, "servient")}.`,
  );
  desk.section("Cadastre antérieur");
  desk.prose(w`Le lot actuel remplace le lot ${say.lot(immovable.formerLot, "former")} (${immovable.parish}).`);
  desk.section("Zonage");
  desk.prose(
    "La position du bâtiment est conforme au règlement municipal. L’emplacement n’est situé ni dans une zone inondable, ni dans une zone agricole, ni dans une aire de protection.",
  );
  desk.prose(
    w`Préparé à ${surveyor.place.city}, ce ${say.date(survey.date, "any", `${day === 1 ? "1er" : `${day}e`} jour de ${months[month - 1]} ${year}`)}.`,
  );
  desk.signatures([
    { name: say.party(surveyor, "arpenteur"), as: surveyor.female ? "arpenteuse-géomètre" : "arpenteur-géomètre" },
  ]);
};

export const municipalAccount: Template = (desk, { story }) => {
  const { municipalTax: tax, roll, immovable, registeredOwners, municipality } = story;
  desk.masthead(`Municipalité de ${municipality}`, ["Trésorerie", "Renseignements : 311"]);
  desk.headline(`TAXES FONCIÈRES ET TARIFICATION ${tax.year}`);
  desk.answers([
    [
      "Nom du ou des propriétaires au rôle",
      join(
        registeredOwners.map((owner) => listed(owner, "proprietaire")),
        " / ",
      ),
    ],
    ["Adresse de l’unité", where(immovable.place, true)],
    [
      "No de lot",
      join(
        immovable.lots.map((lot) => tight(lot)),
        ", ",
      ),
    ],
    ["Matricule", immovable.matricule],
    ["Date d’expédition", iso(tax.date, "any")],
    ["Facteur comparatif", roll.factor],
  ]);
  desk.ledger(["", "Valeur inscrite"], [
    ["Terrain", sum(roll.landCents, "any")],
    ["Bâtiment", sum(roll.buildingCents, "any")],
    ["Immeuble", sum(roll.landCents + roll.buildingCents, "evaluation_role")],
  ], [1]); // prettier-ignore
  desk.ledger(["Imposition", `Exercice ${tax.year}`], [
    ["Total de l’imposition", sum(tax.cents, "taxes")],
    ["Versements encaissés", sum(tax.paidCents, "any")],
    ["Arriérés des exercices antérieurs", sum(tax.arrearsCents, "any")],
  ], [1]); // prettier-ignore
};

export const schoolAccount: Template = (desk, { story }) => {
  const { schoolTax: tax, immovable, registeredOwners, municipality } = story;
  desk.masthead("Centre de services scolaire des Deux-Monts", ["Service de la taxation", "C. P. 400"]);
  desk.headline(`FACTURE DE TAXE SCOLAIRE ${tax.from.slice(0, 4)}-${tax.to.slice(0, 4)}`);
  desk.answers([
    ["Période d’imposition", w`${iso(tax.from, "any")} au ${iso(tax.to, "any")}`],
    [
      "Contribuable(s)",
      join(
        registeredOwners.map((owner) => name(owner, "proprietaire")),
        ", ",
      ),
    ],
    ["Immeuble visé", where(immovable.place, true)],
    ["Municipalité", municipality],
    ["Facture du", iso(tax.date, "any")],
    ["Taxe de l’année", sum(tax.cents, "taxes")],
    ["Arriéré", sum(tax.arrearsCents, "any")],
  ]);
  desk.prose(
    "Cette facture est payable en ligne, au comptoir de votre institution ou par la poste. Un intérêt s’ajoute à tout solde impayé.",
  );
};

export const syndicateAttestation: Template = (desk, { story }) => {
  const { condominium, immovable, registeredOwners } = story;
  desk.masthead(condominium!.syndicate, envelope(immovable.place, true));
  desk.headline("ATTESTATION — ÉTAT DE LA COPROPRIÉTÉ");
  desk.prose(
    w`Conformément à l’article 1068.1 C.c.Q., à la demande de ${and(registeredOwners.map((owner) => titled(owner, "proprietaire")))}, propriétaire de la fraction formant le lot ${wide(immovable.lots[0]!)}, le syndicat atteste :`,
  );
  desk.answers([
    ["Solde du fonds de prévoyance", sum(condominium!.contingencyCents)],
    ["Étude du fonds de prévoyance", "à jour"],
    ["Travaux projetés", "néant"],
    ["Réclamations", "néant"],
  ]);
  desk.signatures([{ name: w`Le président`, as: "pour le syndicat", when: iso(condominium!.attestationDate, "any") }]);
};

export const charges: Template = (desk, { story }) => {
  const { condominium, registeredOwners, immovable } = story;
  desk.masthead(condominium!.syndicate, ["Gestion immobilière Beaulieu"]);
  desk.headline("ÉTAT DES CHARGES COMMUNES");
  desk.answers([
    ["Demande reçue le", iso(condominium!.chargesRequested, "any")],
    ...(condominium!.chargesAnswered === undefined ? [] : [["Réponse du", iso(condominium!.chargesAnswered, "any")] as [string, Writable]]),
    ["Copropriétaire", join(registeredOwners.map((owner) => name(owner, "proprietaire")), ", ")],
    ["Appartement", immovable.place.unit ?? ""],
    ["Contribution par mois", sum(condominium!.monthlyCents)],
    ["Sommes en retard (art. 1069 C.c.Q.)", sum(condominium!.arrearsCents)],
  ]); // prettier-ignore
  desk.signatures([{ name: w`La gestionnaire`, as: "mandatée par le syndicat" }]);
};
