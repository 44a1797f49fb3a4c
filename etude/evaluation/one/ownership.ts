/** What tells who owns the immovable and what it is: title, index, survey, taxes. */
import type { Paper } from "../story/plan.ts";
import { addDays, dateShort, groupDigits, spellMoney } from "../story/spell.ts";
import { fullName } from "../story/story.ts";
import * as say from "../say.ts";
import type { TrueRole } from "../truth.ts";
import { join, w, type Writable } from "../written.ts";
import { type Draft, fields, gap, heading, letterhead, sides, signatures, table, text, title } from "./blocks.ts";
import { capitals, civil, lots, master, nbsp, solemn, solemnLot, twoLines } from "./words.ts";

export function titleDeed({ story }: Paper): Draft {
  const { title: deed, formerNotary, previousOwners, registeredOwners, immovable } = story;
  const appear = (role: TrueRole, persons: typeof previousOwners) =>
    persons.map((person) =>
      text(
        w`${capitals(person, role)}, ${person.occupation}, ${person.female ? "domiciliée" : "domicilié"} au ${say.address(person.home, false)};`,
      ),
    );
  return {
    name: "Acte de vente (titre)",
    foot: `Minute ${deed.minute}`,
    blocks: [
      text(w`Minute : ${deed.minute}`),
      title("VENTE"),
      text(w`Le ${say.date(deed.date, "any")},`),
      text(w`D E V A N T   ${master(formerNotary)}, notaire à ${formerNotary.place.city}, province de Québec,`),
      heading("COMPARAISSENT"),
      ...appear("vendeur", previousOwners),
      text("ci-après appelés « le vendeur », d’une part;"),
      heading("ET"),
      ...appear(
        "acheteur",
        registeredOwners.map((owner) => ({ ...owner, home: story.formerNotary.place })),
      ),
      text("ci-après appelés « l’acquéreur », d’autre part;"),
      text("LESQUELS conviennent de ce qui suit :"),
      heading("OBJET DU CONTRAT"),
      text("Le vendeur vend à l’acquéreur l’immeuble dont la désignation suit."),
      heading("DÉSIGNATION"),
      ...designation(story),
      heading("PRIX"),
      text(
        w`La vente est faite pour le prix de ${solemn(deed.priceCents, "any")}, que le vendeur reconnaît avoir reçu de l’acquéreur, dont quittance générale et finale.`,
      ),
      text(
        w`DONT ACTE, fait et passé à ${formerNotary.place.city}, sous le numéro ${deed.minute} des minutes du notaire soussigné. Lecture faite, les parties signent en présence du notaire.`,
      ),
      // An authentic copy has no ink: it says who signed.
      ...previousOwners.map((person) => text(w`(signé) ${say.party(person, "vendeur")}`)),
      ...registeredOwners.map((person) => text(w`(signé) ${say.party(person, "acheteur")}`)),
      text(w`(signé) ${say.party(formerNotary, "notaire")}, notaire`),
      text(
        w`Copie authentique publiée au bureau de la publicité des droits de la circonscription foncière de ${immovable.district}, le ${say.date(addDays(deed.date, 1), "any")}, sous le numéro ${groupDigits(deed.number, nbsp)}.`,
      ),
    ],
  };
}

/** The words by which a deed names the immovable. */
export function designation(story: Paper["story"]) {
  const { immovable, condominium } = story;
  const { place, district, formerLot, parish, servientLot, servitudeNumber, neighbourLots } = immovable;
  if (condominium !== undefined) {
    const [own, ...common] = immovable.lots;
    return [
      text(w`Une fraction de l’immeuble en copropriété divise située au ${say.address(place, true)}, comprenant :`),
      text(
        w`a) la partie privative connue comme étant le lot ${solemnLot(own!)} du cadastre du Québec, circonscription foncière de ${district};`,
        18,
      ),
      text(
        w`b) une quote-part de ${condominium.sharePercent} % des parties communes, lots ${lots(common)} du même cadastre, le tout suivant le plan complémentaire ${condominium.plan} et la déclaration de copropriété publiée sous le numéro ${groupDigits(condominium.declarationNumber, nbsp)}.`,
        18,
      ),
    ];
  }
  const [first, ...others] = immovable.lots;
  return [
    text(
      w`Un immeuble connu et désigné comme étant le lot ${solemnLot(first!)}${others.length === 0 ? "" : w` et le lot ${solemnLot(others[0]!)}`} du cadastre du Québec, circonscription foncière de ${district}, autrefois une partie du lot ${say.lot(formerLot, "former")} du cadastre officiel de la paroisse de ${parish}.`,
    ),
    text(w`Avec la maison y érigée portant l’adresse ${say.address(place, true)}, circonstances et dépendances.`),
    text(
      w`L’immeuble bénéficie d’une servitude de passage contre le lot ${say.lot(servientLot, "servient")}, créée par l’acte publié sous le numéro ${groupDigits(servitudeNumber, nbsp)}. Il est borné vers l’est par le lot ${say.lot(neighbourLots[1], "neighbour")}.`,
    ),
  ];
}

export function landIndex({ story }: Paper): Draft {
  const { immovable, title: deed, previousOwners, registeredOwners, hypothec, oldHypothec, syndicateHypothec } = story;
  const row = (at: string, kind: string, number: string, names: Writable, sum: Writable): Writable[] => [
    say.date(at, "any", at),
    groupDigits(number),
    kind,
    names,
    sum,
  ];
  const names = (persons: typeof previousOwners, role: TrueRole) => join(persons.map((person) => say.party(person, role, `${person.family.toUpperCase()}, ${person.given}`, role === "vendeur" ? undefined : "proprietaire")), "\n"); // prettier-ignore
  return {
    name: "Index des immeubles",
    foot: "Registre foncier du Québec en ligne — état de la page au moment de la consultation",
    blocks: [
      letterhead("REGISTRE FONCIER DU QUÉBEC", "Index des immeubles"),
      fields(
        ["Circonscription foncière", immovable.district],
        ["Cadastre", "Cadastre du Québec"],
        ["Lot", lots(immovable.lots)],
        ["Concordance", w`ancien lot ${say.lot(immovable.formerLot, "former")}, ${immovable.parish}`],
      ),
      table(
        ["Date", "Numéro", "Nature de l’acte", "Parties", "Montant"],
        [0.14, 0.15, 0.22, 0.31, 0.18],
        [4],
        [
          ...(oldHypothec === undefined
            ? []
            : [
                row(
                  oldHypothec.date,
                  "Hypothèque",
                  oldHypothec.number,
                  w`Cr. : ${oldHypothec.creditor}`,
                  say.amount(oldHypothec.cents, "any"),
                ),
              ]),
          row(
            deed.date,
            "Vente",
            deed.number,
            w`V. : ${names(previousOwners, "vendeur")}\nA. : ${names(registeredOwners, "acheteur")}`,
            say.amount(deed.priceCents, "any"),
          ),
          ...(hypothec === undefined
            ? []
            : [
                row(
                  hypothec.date,
                  "Hypothèque conventionnelle",
                  hypothec.number,
                  w`Cr. : ${say.party(hypothec.creditor, "preteur")}\nDb. : ${names(registeredOwners, "emprunteur")}`,
                  say.amount(hypothec.cents, "any"),
                ),
              ]),
          ...(syndicateHypothec === undefined
            ? []
            : [
                row(
                  syndicateHypothec.date,
                  "Hypothèque légale (syndicat des copropriétaires)",
                  syndicateHypothec.number,
                  w`Cr. : ${story.condominium!.syndicate}`,
                  say.amount(syndicateHypothec.cents, "any"),
                ),
              ]),
        ],
      ),
      text("Aucune autre inscription. Radiations : néant."),
    ],
  };
}

export function surveyCertificate({ story }: Paper): Draft {
  const { surveyor, survey, immovable, registeredOwners, title: deed } = story;
  const [north, east, west] = immovable.neighbourLots;
  return {
    name: "Certificat de localisation",
    foot: `Dossier ${survey.minute.slice(-3)}-L — minute ${survey.minute}`,
    blocks: [
      letterhead(surveyor.office, "Arpenteurs-géomètres", ...twoLines(surveyor.place), `Tél. : ${surveyor.phone}`),
      title("CERTIFICAT DE LOCALISATION"),
      text(
        w`Je, soussigné${surveyor.female ? "e" : ""}, ${say.party(surveyor, "arpenteur")}, arpenteur${surveyor.female ? "e" : ""}-géomètre, certifie ce qui suit.`,
      ),
      heading("1. Mandat et levé"),
      text(
        w`À la demande de ${join(
          registeredOwners.map((owner) => w`${civil(owner)} ${say.party(owner, "proprietaire")}`),
          ", ",
          " et ",
        )}, propriétaire${registeredOwners.length > 1 ? "s" : ""}, j’ai effectué le levé des lieux le ${say.date(survey.fieldDate, "leve")}. Les recherches au registre foncier ont été faites le ${say.date(addDays(survey.fieldDate, -1), "any")}.`,
      ),
      heading("2. Description du bien-fonds"),
      text(
        w`${survey.lots.length > 1 ? "Lots" : "Lot"} ${lots(survey.lots)} du cadastre du Québec, circonscription foncière de ${immovable.district}, d’une superficie de ${immovable.areaM2} mètres carrés, anciennement le lot ${say.lot(immovable.formerLot, "former")} de la paroisse de ${immovable.parish}. Adresse : ${say.address(immovable.place, true)}.`,
      ),
      table(
        ["Limite", "Mesure", "Bornant"],
        [0.28, 0.24, 0.48],
        [1],
        [
          ["Nord", "30,48 m", w`lot ${say.lot(north, "neighbour")}`],
          ["Est", "18,29 m", w`lot ${say.lot(east, "neighbour")}`],
          ["Ouest", "18,27 m", w`lot ${say.lot(west, "neighbour")} (rue)`],
        ],
      ),
      heading("3. Titre"),
      text(w`Le propriétaire a acquis par vente publiée sous le numéro ${groupDigits(deed.number)}.`),
      heading("4. Servitudes et empiètements"),
      text(
        w`Servitude de passage publiée sous le numéro ${groupDigits(immovable.servitudeNumber)} contre le lot ${say.lot(immovable.servientLot, "servient")}. La clôture du côté est n’empiète pas sur le lot ${say.lot(east, "neighbour")}. Le bâtiment est conforme au règlement de zonage en vigueur.`,
      ),
      text(
        w`Fait à ${surveyor.place.city}, le ${say.date(survey.date, "any")}, sous le numéro ${survey.minute} de mes minutes.`,
      ),
      signatures({ caption: "", name: w`${say.party(surveyor, "arpenteur")}, a.-g.` }),
    ],
  };
}

export function municipalAccount({ story }: Paper): Draft {
  const { municipalTax: tax, roll, immovable, registeredOwners, municipality } = story;
  const total = roll.landCents + roll.buildingCents;
  const part = (share: number): number => Math.round(tax.cents * share);
  return {
    name: `Compte de taxes ${tax.year}`,
    foot: "Service des finances — conservez cette partie pour vos dossiers",
    blocks: [
      letterhead(`VILLE DE ${municipality.toUpperCase()}`, "Service des finances"),
      title(`COMPTE DE TAXES MUNICIPALES ${tax.year}`),
      sides(
        {
          title: "Propriétaire",
          lines: [
            ...registeredOwners.map((owner) => say.party(owner, "proprietaire", fullName(owner).toUpperCase())),
            ...twoLines(immovable.place, true),
          ],
        },
        {
          title: "Immeuble",
          lines: [
            say.street(immovable.place, true),
            w`Cadastre : ${lots(immovable.lots)}`,
            `Matricule : ${immovable.matricule}`,
          ],
        },
      ),
      table(
        ["Évaluation au rôle", "Terrain", "Bâtiment", "Total"],
        [0.34, 0.2, 0.22, 0.24],
        [1, 2, 3],
        [
          [
            `Rôle triennal, exercice ${tax.year}`,
            say.amount(roll.landCents, "any"),
            say.amount(roll.buildingCents, "any"),
            say.amount(total, "evaluation_role"),
          ],
        ],
      ),
      fields(["Facteur comparatif du rôle", roll.factor]),
      table(
        ["Taxe", "Montant"],
        [0.7, 0.3],
        [1],
        [
          ["Taxe foncière générale", say.amount(part(0.78), "any")],
          ["Eau, égouts et matières résiduelles", say.amount(tax.cents - part(0.78), "any")],
          [`Total de l’exercice ${tax.year}`, say.amount(tax.cents, "taxes")],
          ["Arrérages", say.amount(tax.arrearsCents, "any")],
          ["Paiements reçus", say.amount(tax.paidCents, "any")],
        ],
      ),
      text(
        w`Compte daté du ${say.date(tax.date, "any")}. Les intérêts courent à compter de l’échéance de chaque versement.`,
      ),
    ],
  };
}

export function schoolAccount({ story }: Paper): Draft {
  const { schoolTax: tax, immovable, registeredOwners, municipality } = story;
  return {
    name: "Taxe scolaire",
    foot: "Comité de gestion de la taxe scolaire",
    blocks: [
      letterhead("CENTRE DE SERVICES SCOLAIRE DES GRANDES-PLAINES", "Perception de la taxe scolaire"),
      title("AVIS D’IMPOSITION — TAXE SCOLAIRE"),
      fields(
        ["Période", w`du ${say.date(tax.from, "any")} au ${say.date(tax.to, "any")}`],
        [
          "Propriétaires inscrits",
          join(
            registeredOwners.map((owner) => say.party(owner, "proprietaire")),
            ", ",
          ),
        ],
        ["Emplacement", say.street(immovable.place, true)],
        ["Municipalité", municipality],
        ["Lot", lots(immovable.lots)],
        ["Montant de la taxe", say.amount(tax.cents, "taxes")],
        ["Arrérages antérieurs", say.amount(tax.arrearsCents, "any")],
        ["Date de l’avis", say.date(tax.date, "any", dateShort(tax.date))],
      ),
      text("Payable en un seul versement si le montant est inférieur au seuil. Aucun rappel ne sera envoyé."),
      gap(20),
      text(w`Solde après paiement reçu : ${say.amount(0, "any", spellMoney(0))}`),
    ],
  };
}

export function syndicateAttestation({ story }: Paper): Draft {
  const condominium = story.condominium!;
  return {
    name: "Attestation du syndicat",
    foot: condominium.syndicate,
    blocks: [
      letterhead(condominium.syndicate, ...twoLines(story.immovable.place, true)),
      title("ATTESTATION DU SYNDICAT SUR L’ÉTAT DE LA COPROPRIÉTÉ"),
      text("(article 1068.1 du Code civil du Québec)"),
      fields(
        [
          "Copropriétaire",
          join(
            story.registeredOwners.map((owner) => say.party(owner, "proprietaire")),
            ", ",
          ),
        ],
        ["Fraction", w`lot ${say.lot(story.immovable.lots[0]!)}`],
        ["Fonds de prévoyance", say.amount(condominium.contingencyCents)],
        ["Travaux votés", "aucun"],
        ["Litiges en cours", "aucun"],
      ),
      text(
        "Le conseil d’administration atteste que les renseignements ci-dessus sont exacts à la date de la présente.",
      ),
      signatures({
        caption: "Pour le conseil d’administration",
        name: w`le secrétaire`,
        place: w`Signé le ${say.date(condominium.attestationDate, "any")}`,
      }),
    ],
  };
}

export function chargesStatement({ story }: Paper): Draft {
  const condominium = story.condominium!;
  return {
    name: "État des charges communes",
    foot: condominium.syndicate,
    blocks: [
      letterhead(condominium.syndicate),
      title("ÉTAT DES CHARGES COMMUNES DUES"),
      text("(article 1069 du Code civil du Québec)"),
      fields(
        ["Demandé le", say.date(condominium.chargesRequested, "any")],
        ...(condominium.chargesAnswered === undefined
          ? []
          : [["Transmis le", say.date(condominium.chargesAnswered, "any")] as [string, Writable]]),
        [
          "Copropriétaire",
          join(
            story.registeredOwners.map((owner) => say.party(owner, "proprietaire")),
            ", ",
          ),
        ],
        ["Unité", story.immovable.place.unit ?? ""],
        ["Charges communes mensuelles", say.amount(condominium.monthlyCents)],
        ["Cotisation spéciale", "aucune"],
        ["Arriéré", say.amount(condominium.arrearsCents)],
      ),
      gap(10),
      signatures({ caption: "Le gestionnaire", name: w`pour le syndicat` }),
    ],
  };
}
