/** The papers of a succession and of a donation. */
import type { Paper } from "../story/plan.ts";
import { addYears, groupDigits, spellMoney } from "../story/spell.ts";
import * as say from "../say.ts";
import { join, w } from "../written.ts";
import { type Draft, fields, heading, letterhead, type Signature, signatures, table, text, title } from "./blocks.ts";
import { designation } from "./ownership.ts";
import { capitals, civil, civilStateInWords, master, nbsp, solemnDate, twoLines } from "./words.ts";

export function appraisal({ story }: Paper): Draft {
  const { appraiser, price, signing } = story;
  return {
    name: "Rapport d'évaluation",
    foot: appraiser.office,
    blocks: [
      letterhead(appraiser.office, ...twoLines(appraiser.place)),
      title("RAPPORT D’ÉVALUATION — VALEUR MARCHANDE"),
      fields(
        [
          "Propriétaire",
          join(
            story.registeredOwners.map((owner) => say.party(owner, "proprietaire")),
            ", ",
          ),
        ],
        ["Propriété évaluée", say.address(story.immovable.place, true)],
        ["Date de l’évaluation", say.date(addYears(signing, 0), "any")],
        ["Valeur marchande estimée", say.amount(price, "any")],
      ),
      text("La valeur est établie par la méthode de comparaison, à partir de ventes récentes du même secteur."),
      signatures({
        caption: "",
        name: w`${say.party(appraiser, "evaluateur")}, É.A.`.map((run) =>
          run.fact === undefined ? run : { ...run, fact: { ...run.fact, may: true as const } },
        ),
      }),
    ],
  };
}

export function marriageContract({ story }: Paper): Draft {
  const [giver] = story.givers;
  const married = addYears(giver!.birth, 26);
  return {
    name: "Contrat de mariage",
    foot: "Copie conforme",
    blocks: [
      title("CONTRAT DE MARIAGE"),
      text(
        w`Le ${say.date(married, "any")}, devant ${master(story.formerNotary)}, notaire à ${story.formerNotary.place.city}, comparaissent ${capitals(giver!, "autre")} et ${say.party({ name: giver!.spouse! }, "autre", giver!.spouse!.toUpperCase())}, futurs époux, lesquels adoptent le régime de la séparation de biens.`,
      ),
      text(
        "Chacun administre seul ses biens et en dispose, sous réserve des règles du patrimoine familial et de la résidence familiale.",
      ),
      signatures(
        { caption: "", name: say.party(giver!, "autre") },
        { caption: "", name: say.party({ name: giver!.spouse! }, "autre") },
        { caption: "", name: w`${say.party(story.formerNotary, "notaire")}, notaire` },
      ),
    ],
  };
}

export function deathCertificate({ story }: Paper): Draft {
  const { deceased, death, deathPlace } = story.succession!;
  return {
    name: "Certificat de décès",
    foot: "Directeur de l’état civil",
    blocks: [
      letterhead("DIRECTEUR DE L’ÉTAT CIVIL", "Québec"),
      title("CERTIFICAT DE DÉCÈS"),
      fields(
        ["Nom et prénom", say.party(deceased, "defunt", `${deceased.family.toUpperCase()}, ${deceased.given}`)],
        ["Sexe", deceased.female ? "Féminin" : "Masculin"],
        ["Date de naissance", say.date(deceased.birth)],
        ["Lieu de naissance", deceased.birthPlace],
        ["Date du décès", say.date(death, "any")],
        ["Lieu du décès", deathPlace],
      ),
    ],
  };
}

export function willSearch({ story, variant }: Paper): Draft {
  const { searches, death, deceased } = story.succession!;
  const search = searches[variant === "cnq" ? "cnq" : "barreau"];
  const register = variant === "cnq" ? "CHAMBRE DES NOTAIRES DU QUÉBEC" : "BARREAU DU QUÉBEC";
  return {
    name: variant === "cnq" ? "Recherche testamentaire Chambre" : "Recherche testamentaire Barreau",
    foot: "Registre des dispositions testamentaires et des mandats",
    blocks: [
      letterhead(register, "Registre des dispositions testamentaires et des mandats de protection"),
      title("CERTIFICAT DE RECHERCHE TESTAMENTAIRE"),
      text(
        w`Nous certifions avoir recherché, le ${say.date(search.date, "any")}, les dispositions inscrites au nom de ${civil(deceased)} ${say.party({ name: search.name }, "defunt")}, ${deceased.female ? "née" : "né"} le ${say.date(deceased.birth)}, ${deceased.female ? "décédée" : "décédé"} le ${say.date(death, "any")}.`,
      ),
      table(
        ["Nature", "Date de l’acte", "Dépositaire"],
        [0.4, 0.3, 0.3],
        [],
        [
          variant === "cnq"
            ? ["Testament notarié", say.date(search.will, "any"), "Notaire"]
            : ["Aucun testament sous la garde d’un avocat", "", ""],
        ],
      ),
    ],
  };
}

export function testament({ story }: Paper): Draft {
  const { deceased, will, liquidator } = story.succession!;
  const heirs = join(
    story.takers.map((taker) => say.party(taker, "heritier")),
    ", ",
    " et ",
  );
  if (will.form === "olographe")
    return {
      name: "Testament",
      foot: "",
      blocks: [
        text("Ceci est mon testament."),
        text(
          w`Moi, ${say.party(deceased, "testateur")}, je lègue tous mes biens à ${heirs}, par parts égales. Je nomme ${say.party(liquidator, "liquidateur")} pour régler mes affaires.`,
        ),
        text(w`Écrit en entier de ma main le ${say.date(will.date, "any")}.`),
        signatures({ caption: "", name: say.party(deceased, "testateur") }),
      ],
    };
  return {
    name: "Testament notarié",
    foot: `Minute ${will.minute}`,
    blocks: [
      title("TESTAMENT"),
      text(
        w`Le ${say.date(will.date, "any")}, devant ${master(story.formerNotary)}, notaire${story.omit.has("lieu_testament") ? "" : ` à ${story.formerNotary.place.city}`}${will.witness === undefined ? "" : w`, et en présence du témoin ${say.party({ name: will.witness }, "temoin")}`},`,
      ),
      text(
        w`COMPARAÎT ${capitals(deceased, "testateur")}, ${deceased.occupation}, qui dicte son testament comme suit :`,
      ),
      heading("1. RÉVOCATION"),
      text("Je révoque tout testament antérieur."),
      heading("2. LEGS UNIVERSEL"),
      text(w`Je lègue tous mes biens à ${heirs}, par parts égales.`),
      heading("3. LIQUIDATION"),
      text(
        w`Je nomme ${say.party(liquidator, "liquidateur")} liquidateur de ma succession, avec la pleine administration.`,
      ),
      text(
        w`DONT ACTE sous le numéro ${will.minute} des minutes. Lecture faite par le notaire au testateur, celui-ci déclare que l’acte contient ses volontés, et tous signent.`,
      ),
      signatures(
        { caption: "", name: say.party(deceased, "testateur") },
        ...(will.witness === undefined
          ? []
          : [{ caption: "témoin", name: say.party({ name: will.witness }, "temoin") } satisfies Signature]),
        { caption: "", name: w`${say.party(story.formerNotary, "notaire")}, notaire` },
      ),
    ],
  };
}

export function liquidatorDesignation({ story }: Paper): Draft {
  const { liquidator, deceased, designationNumber, designationDate } = story.succession!;
  return {
    name: "RDPRM désignation du liquidateur",
    foot: "Registre des droits personnels et réels mobiliers",
    blocks: [
      letterhead("REGISTRE DES DROITS PERSONNELS ET RÉELS MOBILIERS"),
      title("ÉTAT CERTIFIÉ D’INSCRIPTION — DÉSIGNATION D’UN LIQUIDATEUR"),
      fields(
        ["Numéro d’inscription", designationNumber],
        ["Date", say.date(designationDate, "any")],
        ["Défunt", say.party(deceased, "defunt")],
        ["Liquidateur", say.party(liquidator, "liquidateur")],
      ),
    ],
  };
}

export function inventory({ story }: Paper): Draft {
  const { deceased, liquidator, inventoryDate, closureDate, closureNumber, newspaper } = story.succession!;
  return {
    name: "Inventaire et avis de clôture",
    foot: "Succession",
    blocks: [
      title("INVENTAIRE DE LA SUCCESSION"),
      fields(
        ["Défunt", say.party(deceased, "defunt")],
        ["Liquidateur", say.party(liquidator, "liquidateur")],
        ["Date de l’inventaire", say.date(inventoryDate, "any")],
      ),
      table(
        ["Bien ou dette", "Valeur"],
        [0.66, 0.34],
        [1],
        [
          ["Immeuble", say.amount(story.price, "any")],
          ["Comptes bancaires", say.amount(18_420_16)],
          ["Frais funéraires", say.amount(6_350_00, undefined, spellMoney(6_350_00))],
        ],
      ),
      heading("AVIS DE CLÔTURE"),
      text(
        closureNumber === undefined
          ? "L’avis de clôture n’a pas encore été inscrit ni publié."
          : w`L’avis de clôture a été inscrit au registre des droits personnels et réels mobiliers sous le numéro ${closureNumber} et publié dans le journal ${newspaper} le ${say.date(closureDate, "any")}.`,
      ),
      signatures({ caption: "LIQUIDATEUR", name: say.party(liquidator, "liquidateur") }),
    ],
  };
}

export function transmissionDeclaration({ story }: Paper): Draft {
  const { deceased, death, deathPlace, liquidator, will } = story.succession!;
  const { notary, takers, omit, title: deed } = story;
  return {
    name: "Projet de déclaration de transmission",
    foot: "PROJET — transmission",
    blocks: [
      title("DÉCLARATION DE TRANSMISSION"),
      text(w`${solemnDate(story.signing)},`),
      text(w`DEVANT ${master(notary)}, notaire à ${notary.place.city}, province de Québec,`),
      heading("COMPARAÎT :"),
      text(
        w`${capitals(liquidator, "liquidateur")}, domicilié${liquidator.female ? "e" : ""} au ${say.address(liquidator.home)}, en sa qualité de liquidateur de la succession,`,
      ),
      text("LEQUEL DÉCLARE :"),
      text(
        w`1. ${civil(deceased)} ${say.party(deceased, "defunt")}, ${deceased.female ? "née" : "né"} à ${deceased.birthPlace} le ${say.date(deceased.birth)}, de nationalité canadienne, ${civilStateInWords(deceased)}, est ${deceased.female ? "décédée" : "décédé"} à ${deathPlace} le ${say.date(death, "any")}.`,
      ),
      ...(omit.has("dernier_domicile")
        ? []
        : [text(w`2. Son dernier domicile était au ${say.address(deceased.home, true)}.`)]),
      text(
        w`3. La succession est testamentaire, suivant un testament ${will.form === "notarie" ? "notarié" : "olographe"} du ${say.date(will.date, "any")}.`,
      ),
      text(
        w`4. Les héritiers sont ${join(
          takers.map(
            (taker) => w`${civil(taker)} ${say.party(taker, "heritier")}, ${taker.female ? "fille" : "fils"} du défunt`,
          ),
          "; ",
          " et ",
        )}, chacun pour une part égale. Aucun n’a renoncé.`,
      ),
      text(w`5. L’immeuble a été acquis par acte publié sous le numéro ${groupDigits(deed.number, nbsp)}.`),
      heading("DÉSIGNATION"),
      ...designation(story),
      text(w`DONT ACTE à ${notary.place.city}, sous le numéro ________ des minutes du notaire soussigné.`),
      signatures(
        { caption: "", name: say.party(liquidator, "liquidateur"), empty: true },
        { caption: "", name: w`${say.party(notary, "notaire")}, notaire`, empty: true },
      ),
    ],
  };
}
