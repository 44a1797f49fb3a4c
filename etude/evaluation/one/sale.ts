/** The papers of a sale: promise, declarations, deed, adjustments, disbursements. */
import type { Paper } from "../story/plan.ts";
import { groupDigits } from "../story/spell.ts";
import type { Person, Story } from "../story/story.ts";
import * as say from "../say.ts";
import { join, w, type Writable, type Written } from "../written.ts";
import {
  type Block,
  type Draft,
  fields,
  gap,
  heading,
  letterhead,
  sides,
  type Signature,
  signatures,
  table,
  text,
  title,
} from "./blocks.ts";
import { giftClauses, promiseClauses, saleClauses } from "./clauses.ts";
import { designation } from "./ownership.ts";
import {
  born,
  capitals,
  civil,
  civilStateInWords,
  lots,
  master,
  nbsp,
  people,
  solemn,
  solemnDate,
  twoLines,
} from "./words.ts";

export function promise({ story }: Paper): Draft {
  const { givers, takers, offer, broker, immovable, inspection, financing, loan, deed } = story;
  const outcome = (fulfilled: string | undefined): Written =>
    fulfilled === undefined ? w`` : w` Condition réalisée le ${say.date(fulfilled, "any")}.`;
  return {
    name: `Promesse d'achat ${offer.number}`,
    foot: `Formulaire obligatoire — ${offer.number}`,
    blocks: [
      title(
        deed === "copropriete" ? "PROMESSE D’ACHAT — COPROPRIÉTÉ DIVISE" : "PROMESSE D’ACHAT — IMMEUBLE RÉSIDENTIEL",
      ),
      text(w`Formulaire ${offer.number} — courtier : ${say.party(broker, "courtier")}, ${broker.office}`.map(passing)),
      heading("1. Identification des parties"),
      sides(
        {
          title: takers.length > 1 ? "LES ACHETEURS" : "L’ACHETEUR",
          lines: [...takers.map((taker) => say.party(taker, "acheteur")), ...twoLines(takers[0]!.home)],
        },
        {
          title: givers.length > 1 ? "LES VENDEURS" : "LE VENDEUR",
          lines: [...givers.map((giver) => say.party(giver, "vendeur")), ...twoLines(givers[0]!.home, true)],
        },
      ),
      heading("2. Objet"),
      text(
        w`L’acheteur promet d’acheter, par l’entremise du courtier, l’immeuble situé au ${say.address(immovable.place, true)}, désigné au cadastre du Québec comme étant ${immovable.lots.length > 1 ? "les lots" : "le lot"} ${lots(immovable.lots)}.`,
      ),
      heading("3. Prix et acompte"),
      fields(
        ["3.1 Prix d’achat", say.amount(story.price, "prix")],
        ["3.2 Acompte remis avec la promesse", say.amount(story.deposit, "acompte")],
        ["4.1 Mise de fonds à verser au notaire", say.amount(story.downPayment, "mise_de_fonds")],
        ["4.2 Hypothèque à obtenir", say.amount(loan!.cents, "pret")],
      ),
      heading("5. Déclarations et inclusions"),
      ...promiseClauses.map((clause) => text(clause)),
      heading("6. Conditions"),
      text(
        w`6.1 Inspection du bâtiment au plus tard le ${say.date(inspection.deadline, "condition")}.${outcome(inspection.fulfilled)}`,
      ),
      text(
        w`6.2 Obtention du prêt hypothécaire au plus tard le ${say.date(financing.deadline, "condition")}.${outcome(financing.fulfilled)}`,
      ),
      heading("7. Acte de vente et occupation"),
      text(
        w`L’acte de vente sera signé devant ${master(story.notary)}, notaire, le ou avant le ${say.date(story.signing, "acte")}. L’acheteur occupera les lieux à compter du ${say.date(story.occupation, "occupation")}. Le prix ne comprend aucun meuble. ${story.isNew ? "L’immeuble est neuf et le vendeur en est le constructeur; l’acheteur l’acquiert pour l’occuper." : "L’immeuble n’est pas neuf : aucune taxe ne s’ajoute au prix."}`,
      ),
      heading("11. Durée de la promesse et signatures"),
      text(
        w`La présente promesse est irrévocable jusqu’à ${offer.expiryTime.replace(":", " h ")} le ${say.date(offer.expiry, "expiration")}.`,
      ),
      signatures(
        ...takers.map((taker, index): Signature => ({
          caption: `ACHETEUR ${index + 1}`,
          name: say.party(taker, "acheteur"),
          place: w`Signé le ${say.date(offer.date, "offre")}`,
        })),
      ),
      heading("12. Réponse du vendeur"),
      text(
        w`Le vendeur accepte la présente promesse d’achat le ${say.date(offer.accepted, "acceptation")} à ${offer.acceptedTime.replace(":", " h ")}.`,
      ),
      signatures(
        ...givers.map((giver, index): Signature => ({
          caption: `VENDEUR ${index + 1}`,
          name: say.party(giver, "vendeur"),
        })),
      ),
    ],
  };
}

function passing(run: Written[number]): Written[number] {
  return run.fact === undefined ? run : { ...run, fact: { ...run.fact, may: true } };
}

export function sellersDeclarations({ story }: Paper): Draft {
  const { givers, immovable, works, offer } = story;
  return {
    name: "Déclarations du vendeur",
    foot: "Déclarations du vendeur sur l’immeuble",
    blocks: [
      title("DÉCLARATIONS DU VENDEUR SUR L’IMMEUBLE"),
      fields(["Vendeur", people(givers, "vendeur")], ["Immeuble", say.address(immovable.place, true)]),
      table(
        ["Section", "Question", "Réponse"],
        [0.14, 0.56, 0.3],
        [],
        [
          ["D4", "Infiltrations d’eau au sous-sol ?", "Non"],
          ["D7", "Fissures aux fondations ?", "Non"],
          [
            "D9",
            "Travaux ou améliorations ?",
            works === undefined ? "Aucuns" : w`${works.what}, travaux terminés le ${say.date(works.ended, "any")}`,
          ],
          ["D12", "Équipements loués ?", "Aucun"],
          ["D15", "Servitude ou droit de passage ?", "Voir titre"],
        ],
      ),
      text("Le vendeur déclare que ces renseignements sont exacts au meilleur de sa connaissance."),
      signatures(
        ...givers.map((giver, index): Signature => ({
          caption: `VENDEUR ${index + 1}`,
          name: say.party(giver, "vendeur"),
          place: w`Le ${say.date(offer.date, "any")}`,
        })),
      ),
    ],
  };
}

function comparants(
  persons: readonly Person[],
  role: "vendeur" | "acheteur" | "donateur" | "donataire",
  called: string,
  story: Story,
): Block[] {
  return [
    ...persons.map((person) =>
      text(
        w`${capitals(person, role)}, ${person.occupation}, ${born(person)}, ${person.female ? "domiciliée" : "domicilié"} au ${say.address(person.home, isAt(person, story))};`,
      ),
    ),
    text(`ci-après ${persons.length > 1 ? "nommés" : "nommé"} « ${called} »;`),
  ];
}

function isAt({ home }: Person, { immovable: { place } }: Story): boolean {
  return home.civic === place.civic && home.street === place.street;
}

export function saleOrGiftDeed({ story }: Paper): Draft {
  const { notary, givers, takers, deed, declared, omit, consentingSpouse, title: former, municipality } = story;
  const isGift = deed === "donation";
  const [from, to] = isGift ? (["donateur", "donataire"] as const) : (["vendeur", "acheteur"] as const);
  const called = (role: string, many: boolean): string => (many ? `les ${role}s` : `le ${role}`);
  return {
    name: isGift ? "Projet d'acte de donation" : "Projet d'acte de vente",
    foot: "PROJET — à valider par le notaire",
    blocks: [
      title(isGift ? "DONATION" : "VENTE"),
      text(w`${solemnDate(story.signing)},`),
      text(w`DEVANT ${master(notary)}, notaire à ${notary.place.city}, province de Québec,`),
      heading("COMPARAISSENT :"),
      ...comparants(givers, from, called(from, givers.length > 1), story),
      ...(consentingSpouse !== undefined && story.consents
        ? [
            text(
              w`INTERVIENT ${capitals(consentingSpouse, "conjoint")}, qui consent à l’acte et y concourt à titre ${consentingSpouse.female ? "de conjointe" : "de conjoint"}, l’immeuble servant de résidence familiale.`,
            ),
          ]
        : []),
      heading("ET"),
      ...comparants(takers, to, called(to, takers.length > 1), story),
      text("LESQUELS conviennent de ce qui suit :"),
      heading("OBJET"),
      text(
        isGift
          ? `${givers.length > 1 ? "Les donateurs donnent" : "Le donateur donne"} entre vifs et irrévocablement l’immeuble suivant.`
          : "Le vendeur vend à l’acheteur l’immeuble suivant.",
      ),
      heading("DÉSIGNATION"),
      ...designation(story),
      heading("ORIGINE DU DROIT DE PROPRIÉTÉ"),
      text(
        w`L’immeuble a été acquis par acte de vente reçu par ${master(story.formerNotary)}, notaire, le ${say.date(former.date, "any")}, et publié au registre foncier sous le numéro ${groupDigits(former.number, nbsp)}.`,
      ),
      ...(isGift
        ? [
            heading("CHARGES"),
            text(
              "Le donateur se réserve l’usufruit de l’immeuble sa vie durant. L’immeuble est libre de toute hypothèque.",
            ),
          ]
        : [
            heading("PRIX"),
            text(
              w`Cette vente est faite pour le prix de ${solemn(story.price, "prix")}, payé comptant par l’acheteur au vendeur, dont quittance.`,
            ),
            heading("POSSESSION"),
            text(
              w`L’acheteur est propriétaire à compter de ce jour, avec occupation le ${say.date(story.occupation, "occupation")}.`,
            ),
          ]),
      ...(isGift ? giftClauses : saleClauses).map((clause) => text(clause)),
      heading("DÉCLARATIONS SUR L’ÉTAT CIVIL"),
      ...givers
        .filter(({ civilState }) => civilState !== undefined)
        .map((giver) => text(w`${civil(giver)} ${say.party(giver, from)} déclare être ${civilStateInWords(giver)}.`)),
      ...takers.map((taker) =>
        text(w`${civil(taker)} ${say.party(taker, to)} déclare être ${civilStateInWords(taker)}.`),
      ),
      heading(
        "MENTIONS EXIGÉES EN VERTU DE L’ARTICLE 9 DE LA LOI CONCERNANT LES DROITS SUR LES MUTATIONS IMMOBILIÈRES",
      ),
      text(
        w`a) Le cédant : ${join(
          givers.map((giver) => say.party(giver, from)),
          ", ",
        )}; résidence principale : ${say.address(givers[0]!.home, isAt(givers[0]!, story))};`,
        14,
      ),
      text(
        w`b) Le cessionnaire : ${join(
          takers.map((taker) => say.party(taker, to)),
          ", ",
        )}; résidence principale : ${say.address(takers[0]!.home, false)};`,
        14,
      ),
      text(`c) L’immeuble est situé sur le territoire de la municipalité de ${municipality};`, 14),
      text(
        w`d) Le montant de la contrepartie est de ${isGift ? say.amount(0, "any") : say.amount(story.price, "prix")};`,
        14,
      ),
      ...(omit.has("base_imposition")
        ? []
        : [
            text(
              w`e) Le montant constituant la base d’imposition du droit de mutation est de ${say.amount(declared.baseCents, "base_imposition")};`,
              14,
            ),
          ]),
      ...(omit.has("montant_droit")
        ? []
        : [
            text(
              w`f) Le montant du droit de mutation est de ${say.amount(declared.dutiesCents, "droits_mutation")};`,
              14,
            ),
          ]),
      ...(declared.exemption === undefined || omit.has("relation")
        ? []
        : [
            text(
              `g) Il y a exonération du droit suivant le paragraphe ${declared.exemption} de la loi, le cessionnaire étant ${takers[0]!.female ? "la" : "le"} ${declared.relation} du cédant;`,
              14,
            ),
          ]),
      ...(omit.has("meubles")
        ? []
        : [
            text(
              `h) Il n’y a pas de transfert à la fois d’un immeuble corporel et de meubles visés à l’article 1.0.1 de la loi.`,
              14,
            ),
          ]),
      ...(omit.has("en_minute")
        ? [text("Fait sous seing privé, en deux exemplaires.")]
        : [
            text(
              w`DONT ACTE à ${notary.place.city}, sous le numéro ________ des minutes du notaire soussigné, à publier au registre foncier.`,
            ),
          ]),
      gap(8),
      signatures(
        ...givers.map((giver): Signature => ({ caption: "", name: say.party(giver, from), empty: true })),
        ...takers.map((taker): Signature => ({ caption: "", name: say.party(taker, to), empty: true })),
        { caption: "", name: w`${say.party(notary, "notaire")}, notaire`, empty: true },
      ),
    ],
  };
}

export function adjustments({ story }: Paper): Draft {
  const { municipalTax, schoolTax, apportionments, givers, takers, immovable, notary, signing } = story;
  return {
    name: "Mémoire de répartitions",
    foot: notary.office,
    blocks: [
      letterhead(notary.office, ...twoLines(notary.place)),
      title("MÉMOIRE DE RÉPARTITIONS"),
      sides(
        { title: "Vendeur", lines: givers.map((giver) => say.party(giver, "vendeur")) },
        { title: "Acheteur", lines: takers.map((taker) => say.party(taker, "acheteur")) },
      ),
      fields(["Immeuble", say.address(immovable.place, true)], ["Date des répartitions", say.date(signing, "any")]),
      table(
        ["Poste", "Du", "Au", "Montant payé", "Part de l’acheteur"],
        [0.24, 0.19, 0.19, 0.18, 0.2],
        [3, 4],
        [
          [
            "Taxes municipales",
            say.date(`${municipalTax.year}-01-01`, "any"),
            say.date(`${municipalTax.year}-12-31`, "any"),
            say.amount(municipalTax.cents, "any"),
            say.amount(apportionments.municipal),
          ],
          [
            "Taxe scolaire",
            say.date(schoolTax.from, "any"),
            say.date(schoolTax.to, "any"),
            say.amount(schoolTax.cents, "any"),
            say.amount(apportionments.school),
          ],
          [
            "Total dû par l’acheteur au vendeur",
            "",
            "",
            "",
            say.amount(apportionments.municipal + apportionments.school),
          ],
        ],
      ),
      text("Le jour de la signature est à la charge de l’acheteur."),
    ],
  };
}

export function disbursements({ story }: Paper): Draft {
  const { funds, notary, hypothec, loan, price, deed } = story;
  const rows: Writable[][] =
    deed === "refinancement"
      ? [
          ["Produit du prêt", say.amount(loan!.cents, "any"), ""],
          ["Remboursement au créancier", "", say.amount(hypothec!.payoffCents, "any")],
        ]
      : [
          ["Prix de vente", "", say.amount(price, "prix")],
          ["Produit du prêt hypothécaire", say.amount(loan!.cents, "any"), ""],
        ];
  return {
    name: "État des recettes et déboursés",
    foot: "Compte en fidéicommis",
    blocks: [
      letterhead(notary.office, ...twoLines(notary.place)),
      title("ÉTAT DES RECETTES ET DÉBOURSÉS — FIDÉICOMMIS"),
      fields(["Dossier", story.id.toUpperCase()], [deed === "refinancement" ? "Emprunteur" : "Acheteur", join([...(deed === "refinancement" ? story.givers : story.takers)].map((person) => say.party(person, deed === "refinancement" ? "emprunteur" : "acheteur")), ", ")]), // prettier-ignore
      table(["Description", "Recettes", "Déboursés"], [0.52, 0.24, 0.24], [1, 2], rows),
      fields(
        ["Fonds reçus", say.amount(funds.receivedCents, "any")],
        ["Fonds compensés", say.amount(funds.clearedCents, "any")],
        ["Fonds requis à la clôture", say.amount(funds.requiredCents, "any")],
        ["Publication prévue", say.date(funds.publication, "any")],
        ["Déboursement prévu", say.date(funds.disbursed, "any")],
      ),
    ],
  };
}
