/** Second generator: people, their lives and deaths, and what the office keeps of them. */
import { holderOf, type Paper } from "../story/plan.ts";
import { addYears, groupDigits } from "../story/spell.ts";
import type { IdentityPiece, Person } from "../story/story.ts";
import * as say from "../say.ts";
import { inPassing, join, w, type Writable } from "../written.ts";
import type { Template } from "./desk.ts";
import { mandateSmallPrint } from "./clauses.ts";
import { land } from "./papers-of-property.ts";
import {
  and,
  dateWords,
  deedDate,
  envelope,
  giversAre,
  iso,
  livesHere,
  maritalWords,
  name,
  notary,
  sum,
  takersAre,
  titled,
  where,
} from "./phrases.ts";

export const mandate: Template = (desk, { story }) => {
  const clients =
    story.succession === undefined ? [...story.givers, ...story.takers].slice(-1) : [story.succession.liquidator];
  desk.masthead(story.notary.office, [...envelope(story.notary.place), story.notary.phone]);
  desk.headline("MANDAT ET CONVENTION D’HONORAIRES");
  desk.prose(
    w`${and(clients.map((client) => titled(client, "autre")))} retient les services professionnels de ${notary(story.notary)} relativement à l’immeuble du ${where(story.immovable.place, true)}.`,
  );
  desk.answers([
    ["Honoraires forfaitaires", sum(1475_00)],
    ["Provision demandée", sum(500_00)],
    ["Séance de signature", iso(story.signing, "any")],
  ]);
  desk.prose(
    "Le client a été avisé des limites du mandat et consent à la tenue d’un dossier sur support technologique.",
  );
  for (const clause of mandateSmallPrint) desk.prose(clause);
  desk.signatures([
    ...clients.map((client) => ({
      name: say.party(client, "autre"),
      as: "client",
      when: iso(story.offer.date, "any"),
    })),
    { name: say.party(story.notary, "notaire"), as: "notaire" },
  ]);
};

export const sheet: Template = (desk, { story }) => {
  const { declared, takers, omit, succession } = story;
  desk.headline("OUVERTURE DE DOSSIER — IDENTIFICATION DES PARTIES");
  desk.answers([
    ["Propriété", where(story.immovable.place, true)],
    ["Signature prévue", iso(story.signing, "acte")],
    ["Usage", "résidence familiale, moins de cinq logements"],
    ...(story.deed === "donation" && !omit.has("relation")
      ? [["Lien entre les parties", `${declared.relation} de la partie donatrice`] as [string, Writable]]
      : []),
    ...(story.deed === "donation" ? [["Conseil fiscal", "note au dossier"] as [string, Writable]] : []),
  ]);
  const one = (as: string, person: Person, role: ReturnType<typeof giversAre>): void => {
    desk.section(as);
    desk.answers([
      ["Prénom et nom", say.party(person, role)],
      ["Date de naissance", iso(person.birth)],
      ["Profession", person.occupation],
      ["Domicile", where(person.home, livesHere(person, story))],
      ["Tél.", person.phone],
      ...(person.civilState === undefined ? [] : [["Situation conjugale", maritalWords(person)] as [string, Writable]]),
      ["Résidence fiscale au Canada", person.taxResident ? "oui" : "non, certificats à obtenir"],
      ...(person.canadian === undefined ? [] : [["Citoyenneté", "canadienne"] as [string, Writable]]),
    ]);
  };
  for (const giver of story.givers) one(giversAre(story) === "emprunteur" ? "Emprunteur" : giversAre(story) === "donateur" ? "Donateur" : "Vendeur", giver, giversAre(story)); // prettier-ignore
  for (const taker of takers) one(takersAre(story) === "heritier" ? "Héritier" : takersAre(story) === "donataire" ? "Donataire" : "Acheteur", taker, takersAre(story)); // prettier-ignore
  if (succession !== undefined) one("Liquidateur", succession.liquidator, "liquidateur");
};

const cards: Record<IdentityPiece["kind"], [heading: string, photo: string]> = {
  permis: ["QUÉBEC — PERMIS DE CONDUIRE / DRIVER’S LICENCE", "photo"],
  passeport: ["CANADA — PASSEPORT / PASSPORT", "photo"],
  citoyennete: ["CANADA — CERTIFICAT DE CITOYENNETÉ", "aucune photo"],
  ramq: ["QUÉBEC — ASSURANCE MALADIE", "photo"],
};

export const identity: Template = (desk, paper: Paper) => {
  const holder = holderOf(paper);
  for (const { kind, number, expires } of holder.pieces) {
    desk.headline(cards[kind][0]);
    desk.answers([
      ["Titulaire", say.party(holder, "autre", `${holder.family.toUpperCase()} ${holder.given.toUpperCase()}`)],
      ["Naissance", iso(holder.birth)],
      ["No", number],
      ...(expires === "" ? [] : [["Expire le", iso(expires, "any")] as [string, Writable]]),
      ["Visage", cards[kind][1]],
      ...(kind === "permis"
        ? [["Adresse", where(holder.home, livesHere(holder, paper.story))] as [string, Writable]]
        : []),
    ]);
    desk.space();
  }
};

export const searches: Template = (desk, { story }) => {
  const { searches: { rdprm, bankruptcy } } = story; // prettier-ignore
  desk.masthead(story.notary.office, envelope(story.notary.place));
  desk.headline("VÉRIFICATIONS AUX REGISTRES");
  for (const person of [...story.givers, ...story.takers]) {
    desk.section("Personne vérifiée");
    desk.answers([
      ["Nom", say.party(person, "autre")],
      ["Née le / né le", iso(person.birth)],
      ...(rdprm === undefined ? [] : [["RDPRM", w`consulté le ${iso(rdprm, "any")} : rien`] as [string, Writable]]),
      ...(bankruptcy === undefined
        ? []
        : [["Faillite et insolvabilité (BSF)", w`consulté le ${iso(bankruptcy, "any")} : rien`] as [string, Writable]]),
    ]);
  }
};

export const stray: Template = (desk, { story }) => {
  const [who] = [...story.givers, ...story.takers];
  desk.prose("Cher cousin,");
  desk.prose("Le chalet est presque fini. Il reste les gouttières et la peinture du perron. Nous t’attendons aux pommes, comme chaque automne; apporte tes bottes, le sentier est dans un triste état."); // prettier-ignore
  desk.prose(w`J’ai payé ${sum(86_40)} pour la scie. Embrasse ta mère.`);
  desk.prose(inPassing(w`${say.party(who!, "autre")}`));
};

export const appraisal: Template = (desk, { story }) => {
  const { appraiser } = story;
  desk.masthead(appraiser.office, envelope(appraiser.place));
  desk.headline("OPINION DE LA VALEUR MARCHANDE");
  desk.prose(
    w`À la demande de ${and(story.registeredOwners.map((owner) => titled(owner, "proprietaire")))}, nous avons estimé la valeur marchande de l’immeuble du ${where(story.immovable.place, true)} à ${sum(story.price, "any")} en date du ${say.date(addYears(story.signing, 0), "any")}.`,
  );
  desk.signatures([{ name: inPassing(say.party(appraiser, "evaluateur")), as: "évaluateur agréé" }]);
};

export const marriage: Template = (desk, { story }) => {
  const [giver] = story.givers;
  const spouse = { name: giver!.spouse! };
  desk.headline("CONVENTION MATRIMONIALE");
  desk.prose(
    w`Par acte du ${dateWords(addYears(giver!.birth, 27), "any")} devant ${notary(story.formerNotary)}, ${titled(giver!, "autre")} et ${say.party(spouse, "autre")}, en vue de leur mariage, adoptent le régime de la séparation de biens.`,
  );
  desk.signatures([
    { name: name(giver!, "autre"), as: "futur époux" },
    { name: say.party(spouse, "autre"), as: "futur époux" },
    { name: say.party(story.formerNotary, "notaire"), as: "notaire" },
  ]);
};

export const death: Template = (desk, { story }) => {
  const { deceased, death, deathPlace } = story.succession!;
  desk.masthead("Directeur de l’état civil du Québec", ["Copie d’acte de décès"]);
  desk.headline("ACTE DE DÉCÈS");
  desk.answers([
    ["Personne décédée", say.party(deceased, "defunt", `${deceased.family.toUpperCase()}, ${deceased.given}`)],
    ["Né(e) le", iso(deceased.birth)],
    ["À", deceased.birthPlace],
    ["Décédé(e) le", iso(death, "any")],
    ["Lieu", deathPlace],
  ]);
};

export const willSearch: Template = (desk, { story, variant }) => {
  const { searches, deceased, death } = story.succession!;
  const isChambre = variant === "cnq";
  const search = searches[isChambre ? "cnq" : "barreau"];
  desk.masthead(isChambre ? "Chambre des notaires du Québec" : "Barreau du Québec", [
    "Recherche de dispositions testamentaires",
  ]);
  desk.headline("RÉSULTAT DE LA RECHERCHE");
  desk.answers([
    ["Nom recherché", say.party({ name: search.name }, "defunt")],
    ["Date de naissance", iso(deceased.birth)],
    ["Date de décès", iso(death, "any")],
    ["Recherche faite le", iso(search.date, "any")],
    ["Dernier testament inscrit", isChambre ? w`testament devant notaire du ${iso(search.will, "any")}` : "aucun"],
  ]);
};

export const will: Template = (desk, { story }) => {
  const { deceased, will, liquidator } = story.succession!;
  const heirs = and(story.takers.map((taker) => say.party(taker, "heritier")));
  if (will.form === "olographe") {
    desk.prose("Mes dernières volontés");
    desk.prose(
      w`Je laisse ce que j’ai à ${heirs}, en parts égales; ${say.party(liquidator, "liquidateur")} s’occupera de tout régler. ${dateWords(will.date, "any")}.`,
    );
    desk.signatures([{ name: say.party(deceased, "testateur"), as: "écrit de ma main" }]);
    return;
  }
  desk.headline("TESTAMENT NOTARIÉ");
  desk.prose(
    w`Le ${deedDate(will.date, "any")}, à ${story.omit.has("lieu_testament") ? "" : story.formerNotary.place.city}, devant ${notary(story.formerNotary)}, notaire, ${will.witness === undefined ? "" : w`assisté du témoin ${say.party({ name: will.witness }, "temoin")}, `}a comparu ${name(deceased, "testateur")} (testateur), qui a dicté ses volontés.`,
  );
  desk.section("Legs");
  desk.prose(w`Tous les biens du testateur sont légués à ${heirs}, par parts égales.`);
  desk.section("Liquidateur");
  desk.prose(w`Est nommé liquidateur de la succession : ${say.party(liquidator, "liquidateur")}.`);
  desk.prose(w`Lecture faite, le testateur déclare que c’est là son testament. Minute ${will.minute}.`);
  desk.signatures([
    { name: name(deceased, "testateur"), as: "testateur" },
    ...(will.witness === undefined ? [] : [{ name: say.party({ name: will.witness }, "temoin"), as: "témoin" }]),
    { name: say.party(story.formerNotary, "notaire"), as: "notaire" },
  ]);
};

export const designation: Template = (desk, { story }) => {
  const { deceased, liquidator, designationDate, designationNumber } = story.succession!;
  desk.masthead("RDPRM", ["Registre des droits personnels et réels mobiliers"]);
  desk.headline("DÉSIGNATION DE LIQUIDATEUR — INSCRIPTION");
  desk.answers([
    ["Inscription no", designationNumber],
    ["Inscrite le", iso(designationDate, "any")],
    ["Succession de (défunt)", say.party(deceased, "defunt")],
    ["Liquidateur désigné", say.party(liquidator, "liquidateur")],
  ]);
};

export const inventory: Template = (desk, { story }) => {
  const { deceased, liquidator, inventoryDate, closureDate, closureNumber, newspaper } = story.succession!;
  desk.headline("INVENTAIRE DES BIENS ET CLÔTURE");
  desk.prose(
    w`Succession de feu ${say.party(deceased, "defunt")}. Dressé le ${iso(inventoryDate, "any")} par le liquidateur, ${say.party(liquidator, "liquidateur")}.`,
  );
  desk.ledger(["Bien", "Valeur"], [["Immeuble", sum(story.price, "any")], ["Épargne", sum(31_207_55)], ["Dettes", sum(2_118_00)]], [1]); // prettier-ignore
  desk.prose(
    closureNumber === undefined
      ? "Avis de clôture : reste à faire."
      : w`Avis de clôture : RDPRM no ${closureNumber}; journal ${newspaper}, édition du ${iso(closureDate, "any")}.`,
  );
  desk.signatures([{ name: say.party(liquidator, "liquidateur"), as: "liquidateur" }]);
};

export const transmission: Template = (desk, { story }) => {
  const { deceased, death, deathPlace, liquidator, will } = story.succession!;
  desk.headline("DÉCLARATION DE TRANSMISSION PAR DÉCÈS");
  desk.prose("PROJET AUX FINS DE DISCUSSION");
  desk.prose(
    w`Ce ${deedDate(story.signing, "acte")}, devant ${notary(story.notary)}, notaire exerçant à ${story.notary.place.city}, a comparu ${name(liquidator, "liquidateur")}, liquidateur, demeurant au ${where(liquidator.home)}, qui déclare :`,
  );
  desk.answers([
    ["Défunt", say.party(deceased, "defunt")],
    ["Naissance", w`${iso(deceased.birth)}, à ${deceased.birthPlace}`],
    ["Décès", w`${iso(death, "any")}, à ${deathPlace}`],
    ["Nationalité et état civil", w`canadienne; ${maritalWords(deceased)}`],
    ...(story.omit.has("dernier_domicile")
      ? []
      : [["Dernier domicile", where(deceased.home, true)] as [string, Writable]]),
    [
      "Dévolution",
      w`testamentaire, testament ${will.form === "notarie" ? "notarié" : "olographe"} du ${iso(will.date, "any")}`,
    ],
    [
      "Héritiers",
      w`${join(
        story.takers.map((taker) => w`${say.party(taker, "heritier")} (${taker.female ? "fille" : "fils"})`),
        ", ",
      )}, à parts égales, sans renonciation`,
    ],
    ["Titre", `inscription ${groupDigits(story.title.number)}`],
  ]);
  desk.section("Immeuble transmis");
  for (const words of land(story)) desk.prose(words);
  desk.prose(w`Dont acte en minute à ${story.notary.place.city}.`);
  desk.signatures([
    { name: name(liquidator, "liquidateur"), as: "liquidateur", blank: true },
    { name: say.party(story.notary, "notaire"), as: "notaire", blank: true },
  ]);
};
