/** What the notary's office writes or copies at the opening of a file. */
import { type Paper, holderOf } from "../story/plan.ts";
import { fullName, type IdentityPiece, type Person } from "../story/story.ts";
import { spellMoney } from "../story/spell.ts";
import * as say from "../say.ts";
import { inPassing, join, w, type Writable } from "../written.ts";
import {
  type Draft,
  fields,
  gap,
  heading,
  letterhead,
  type Signature,
  signatures,
  table,
  text,
  title,
} from "./blocks.ts";
import { serviceClauses } from "./clauses.ts";
import { born, civil, civilStateInWords, giverRole, master, takerRole, twoLines } from "./words.ts";

export function serviceContract({ story }: Paper): Draft {
  const { notary, immovable, signing } = story;
  const clients =
    story.succession === undefined ? [...story.givers, ...story.takers].slice(-2) : [story.succession.liquidator];
  return {
    name: "Contrat de service professionnel",
    foot: `Étude ${notary.family} — dossier ${story.id.toUpperCase()}`,
    blocks: [
      letterhead(notary.office, ...twoLines(notary.place), `Téléphone : ${notary.phone}`),
      title("CONTRAT DE SERVICE PROFESSIONNEL"),
      text(
        w`Entre ${master(notary)}, notaire, et ${join(
          clients.map((client) => w`${civil(client)} ${say.party(client, "autre")}`),
          ", ",
          " et ",
        )}, ci-après « le client ».`,
      ),
      heading("1. Mandat"),
      text(
        w`Le client confie au notaire la préparation et la réception de l’acte projeté pour le ${say.date(signing, "any")} concernant l’immeuble situé au ${say.address(immovable.place, true)}, l’examen des titres, la publication de l’acte au registre foncier et la garde des fonds en fidéicommis.`,
      ),
      heading("2. Honoraires et débours"),
      text(
        w`Les honoraires sont établis à ${say.amount(1650_00)}, plus les taxes. Les débours (recherches, publication, copies) sont facturés au coût réel.`,
      ),
      heading("3. Limites du mandat"),
      text(
        "Le notaire ne vérifie ni la qualité des sols ni l’état du bâtiment. Le client a reçu les conseils d’usage sur l’assurance de titres et n’y a pas donné suite.",
      ),
      ...serviceClauses.map((clause) => text(clause)),
      gap(14),
      signatures(
        ...clients.map((client, index): Signature => ({
          caption: `Client ${index + 1}`,
          name: say.party(client, "autre"),
          place: w`Signé le ${say.date(story.offer.date, "any")}`,
        })),
        { caption: "Notaire", name: say.party(notary, "notaire") },
      ),
    ],
  };
}

export function partiesSheet({ story }: Paper): Draft {
  const { notary, givers, takers, succession, declared, omit } = story;
  const listed = [
    ...givers.map((person, index) => ({
      person,
      caption: `${captionOf(giverRole(story))} ${index + 1}`,
      role: giverRole(story),
    })),
    ...takers.map((person, index) => ({
      person,
      caption: `${captionOf(takerRole(story))} ${index + 1}`,
      role: takerRole(story),
    })),
    ...(succession === undefined
      ? []
      : [{ person: succession.liquidator, caption: "LIQUIDATEUR", role: "liquidateur" as const }]),
  ];
  return {
    name: "Fiche des parties",
    foot: `${notary.office} — fiche client`,
    blocks: [
      title("FICHE DE RENSEIGNEMENTS SUR LES PARTIES"),
      fields(
        ["Immeuble", say.address(story.immovable.place, true)],
        ["Date prévue de la signature", say.date(story.signing, "acte")],
        ...(story.deed === "donation" && !omit.has("relation")
          ? [
              [
                "Lien de parenté",
                `${takers[0]!.female ? "la" : "le"} donataire est ${declared.relation} ${givers.length > 1 ? "des donateurs" : givers[0]!.female ? "de la donatrice" : "du donateur"}`,
              ] as [string, Writable],
            ]
          : []),
        ...(story.deed === "donation"
          ? [["Avis fiscal", "recommandé par écrit au donateur"] as [string, Writable]]
          : []),
      ),
      ...listed.flatMap(({ person, caption, role }) => [
        heading(caption),
        fields(
          ["Nom", say.party(person, role)],
          ["Naissance", born(person)],
          ["Occupation", person.occupation],
          ["Adresse du domicile", say.address(person.home, isHome(person, story.immovable.place))],
          ["Téléphone", person.phone],
          ...(person.civilState === undefined
            ? []
            : [["État civil et régime", civilStateInWords(person)] as [string, Writable]]),
          ["Résident canadien (impôt)", person.taxResident ? "Oui" : "Non — aucun certificat de conformité au dossier"],
          ...(person.canadian === undefined
            ? []
            : [["Citoyen canadien ou résident permanent", "Oui"] as [string, Writable]]),
        ),
      ]),
      ...(story.immovable.familyResidence && givers.length > 0
        ? [text("L’immeuble sert de résidence familiale et compte moins de cinq logements.")]
        : []),
    ],
  };
}

function captionOf(role: string): string {
  return role.toUpperCase().replace("HERITIER", "HÉRITIER");
}

function isHome(person: Person, place: Person["home"]): boolean {
  return person.home.street === place.street && person.home.civic === place.civic;
}

const pieceNames: Record<IdentityPiece["kind"], [string, string]> = {
  permis: ["PERMIS DE CONDUIRE", "Société de l’assurance automobile du Québec"],
  passeport: ["PASSEPORT — PASSPORT", "Canada"],
  citoyennete: ["CERTIFICAT DE CITOYENNETÉ CANADIENNE", "Gouvernement du Canada"],
  ramq: ["CARTE D’ASSURANCE MALADIE", "Régie de l’assurance maladie du Québec"],
};

export function identityPieces(paper: Paper): Draft {
  const holder = holderOf(paper);
  return {
    name: `Pièces d'identité ${holder.family}${paper.variant === "0" ? "" : ` ${paper.variant}`}`,
    foot: "Copie conforme à l’original vu par le notaire",
    blocks: holder.pieces.flatMap(({ kind, number, expires }) => [
      gap(30),
      title(pieceNames[kind][0]),
      text(pieceNames[kind][1]),
      fields(
        ["Nom", say.party(holder, "autre", holder.family.toUpperCase() + ", " + holder.given)],
        ["Numéro", number],
        ["Né(e) le", say.date(holder.birth, undefined, holder.birth)],
        ...(expires === "" ? [] : [["Expiration", say.date(expires, "any", expires)] as [string, Writable]]),
        ["Photographie", kind === "citoyennete" ? "sans photo" : "[photo du titulaire]"],
        ...(kind === "permis"
          ? [["Adresse", say.address(holder.home, isHome(holder, paper.story.immovable.place))] as [string, Writable]]
          : []),
      ),
    ]),
  };
}

export function searches({ story }: Paper): Draft {
  const { searches: { rdprm, bankruptcy }, notary } = story; // prettier-ignore
  const names = [...story.givers, ...story.takers];
  const rows: Writable[][] = names.flatMap((person) => [
    ...(rdprm === undefined
      ? []
      : [
          [
            "Registre des droits personnels et réels mobiliers (RDPRM)",
            say.party(person, "autre"),
            say.date(rdprm, "any"),
            "Aucune inscription",
          ],
        ]),
    ...(bankruptcy === undefined
      ? []
      : [
          [
            "Bureau du surintendant des faillites",
            say.party(person, "autre"),
            say.date(bankruptcy, "any"),
            "Aucun dossier",
          ],
        ]),
  ]);
  return {
    name: "Recherches RDPRM et faillite",
    foot: notary.office,
    blocks: [
      letterhead(notary.office, ...twoLines(notary.place)),
      title("RAPPORT DES RECHERCHES AUX REGISTRES"),
      text("Les registres ont été consultés au nom de chaque personne ci-dessous, avec sa date de naissance."),
      table(["Registre", "Nom recherché", "Consulté le", "Résultat"], [0.36, 0.26, 0.19, 0.19], [], rows),
      fields(...names.map((person): [string, Writable] => [`Naissance (${person.given})`, say.date(person.birth)])),
    ],
  };
}

/** A paper that is in the folder by chance. */
export function strayPaper({ story }: Paper): Draft {
  const [who] = [...story.givers, ...story.takers];
  return {
    name: "Courriel du client",
    foot: "",
    blocks: [
      fields(["De", fullName(who!)], ["À", "etude"], ["Objet", "Clés du cabanon et bac bleu"]),
      text("Bonjour,"),
      text(
        "Nous laisserons les clés du cabanon chez le voisin d’en face. La collecte du bac bleu passe le mardi. Pouvez-vous aussi me dire où stationner près de votre bureau ?",
      ),
      text(
        w`La facture du déneigement était de ${say.amount(412_50, undefined, spellMoney(412_50))} pour la saison, je vous l’envoie si c’est utile.`,
      ),
      text(w`Merci, ${inPassing(say.party(who!, "autre"))}`),
    ],
  };
}
