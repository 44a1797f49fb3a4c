/** The lender's papers, the hypothec and its discharge, the insurance. */
import type { Paper } from "../story/plan.ts";
import { groupDigits } from "../story/spell.ts";
import { fullName } from "../story/story.ts";
import * as say from "../say.ts";
import { join, w } from "../written.ts";
import {
  type Draft,
  fields,
  heading,
  letterhead,
  sides,
  type Signature,
  signatures,
  table,
  text,
  title,
} from "./blocks.ts";
import { hypothecClauses } from "./clauses.ts";
import { designation } from "./ownership.ts";
import { born, capitals, civil, civilStateInWords, master, nbsp, solemn, solemnDate, twoLines } from "./words.ts";

export function loanOffer({ story }: Paper): Draft {
  const loan = story.loan!;
  const { lender, borrowers } = loan;
  return {
    name: "Offre de prêt et instructions au notaire",
    foot: `${lender.name} — confidentiel`,
    blocks: [
      letterhead(say.party(lender, "preteur"), ...twoLines(lender.place), `Téléphone : ${lender.phone}`),
      text(w`Le ${say.date(loan.offerDate, "any")}`),
      sides(
        {
          title: "Emprunteurs",
          lines: [
            ...borrowers.map((person) => w`${civil(person)} ${say.party(person, "emprunteur")}`),
            ...twoLines(borrowers[0]!.home, borrowers[0]!.home.civic === story.immovable.place.civic),
          ],
        },
        {
          title: "Notaire instrumentant",
          lines: [master(story.notary), story.notary.office, ...twoLines(story.notary.place)],
        },
      ),
      title("OFFRE DE FINANCEMENT HYPOTHÉCAIRE ET INSTRUCTIONS"),
      text(
        w`Nous avons le plaisir de confirmer que votre demande de prêt a été approuvée aux conditions suivantes, l’immeuble offert en garantie étant situé au ${say.address(story.immovable.place, true)}.`,
      ),
      fields(
        ["Montant du prêt", say.amount(loan.cents, "pret")],
        ["Taux d’intérêt", `${loan.rate} % l’an, calculé semestriellement et non à l’avance`],
        ["Terme", `${loan.years} ans, fermé`],
        ["Amortissement", `${loan.amortizationYears} ans`],
        ["Versement mensuel", say.amount(loan.paymentCents)],
      ),
      heading("CONDITIONS PARTICULIÈRES"),
      text(
        "Hypothèque de premier rang en faveur du prêteur; assurance incendie nommant le prêteur comme créancier; certificat de localisation ou assurance de titres; remise du rapport final dans les trente jours de la publication.",
      ),
      signatures(
        ...borrowers.map((person, index): Signature => ({
          caption: `EMPRUNTEUR ${index + 1}`,
          name: say.party(person, "emprunteur"),
        })),
      ),
    ],
  };
}

export function hypothecDeed({ story }: Paper): Draft {
  const { notary, immovable, omit, consentingSpouse, deed } = story;
  const loan = story.loan!;
  const { lender, borrowers } = loan;
  return {
    name: "Projet d'acte d'hypothèque",
    foot: "PROJET — prêt hypothécaire",
    blocks: [
      title("HYPOTHÈQUE IMMOBILIÈRE"),
      text(w`${solemnDate(story.signing)},`),
      ...(omit.has("en_minute")
        ? []
        : [
            text(w`DEVANT ${master(notary)}, notaire à ${notary.place.city}, province de Québec, acte reçu en minute,`),
          ]),
      heading("COMPARAISSENT :"),
      text(
        w`${say.party(lender, "preteur", lender.name.toUpperCase())}, ayant un établissement au ${say.address(lender.place)}, ci-après appelée « le prêteur »;`,
      ),
      heading("ET"),
      ...borrowers.map((person) =>
        text(
          w`${capitals(person, "emprunteur")}, ${person.occupation}, ${born(person)}, ${person.female ? "domiciliée" : "domicilié"} au ${say.address(person.home, person.home.civic === immovable.place.civic)};`,
        ),
      ),
      text("ci-après appelé « l’emprunteur »;"),
      ...(deed === "refinancement"
        ? borrowers
            .filter(({ civilState }) => civilState !== undefined)
            .map((person) =>
              text(w`${civil(person)} ${say.party(person, "emprunteur")} déclare être ${civilStateInWords(person)}.`),
            )
        : []),
      ...(deed === "refinancement" && consentingSpouse !== undefined && story.consents
        ? [
            text(
              w`INTERVIENT ${capitals(consentingSpouse, "conjoint")}, qui consent à l’hypothèque, l’immeuble servant de résidence familiale.`,
            ),
          ]
        : []),
      heading("1. PRÊT"),
      text(
        w`Le prêteur prête à l’emprunteur la somme de ${solemn(loan.cents, "pret")}, portant intérêt au taux de ${loan.rate} % l’an, pour un terme de ${loan.years} ans, remboursable par versements mensuels de ${say.amount(loan.paymentCents)}.`,
      ),
      heading("2. HYPOTHÈQUE"),
      text(
        w`En garantie, l’emprunteur hypothèque l’immeuble ci-après décrit pour la somme de ${solemn(loan.cents, "any")}.`,
      ),
      heading("3. DÉSIGNATION"),
      ...designation(story),
      ...hypothecClauses.map((clause) => text(clause)),
      ...(omit.has("en_minute")
        ? [text("Signé sous seing privé entre les parties, sans notaire.")]
        : [text(w`DONT ACTE à ${notary.place.city}, sous le numéro ________ des minutes du notaire soussigné.`)]),
      signatures(
        ...borrowers.map((person): Signature => ({ caption: "", name: say.party(person, "emprunteur"), empty: true })),
        ...(omit.has("en_minute")
          ? []
          : [{ caption: "", name: w`${say.party(notary, "notaire")}, notaire`, empty: true as const }]),
      ),
    ],
  };
}

export function payoffStatement({ story }: Paper): Draft {
  const hypothec = story.hypothec!;
  const { creditor } = hypothec;
  return {
    name: "Relevé hypothécaire",
    foot: creditor.name,
    blocks: [
      letterhead(say.party(creditor, "preteur"), "Service des remboursements", ...twoLines(creditor.place)),
      title("RELEVÉ AUX FINS DE REMBOURSEMENT"),
      fields(
        [
          "Emprunteurs",
          join(
            story.givers.map((person) => say.party(person, "emprunteur")),
            ", ",
          ),
        ],
        ["Propriété", say.street(story.immovable.place, true)],
        ["Inscription de l’hypothèque", groupDigits(hypothec.number)],
        ["Date du relevé", say.date(hypothec.statementDate, "any")],
        ["Valable jusqu’au", say.date(hypothec.validUntil, "any")],
      ),
      table(
        ["Détail", "Montant"],
        [0.66, 0.34],
        [1],
        [
          ["Capital et intérêts courus", say.amount(hypothec.payoffCents - 1250_00)],
          ["Indemnité de remboursement anticipé", say.amount(1250_00)],
          ["Solde exigible", say.amount(hypothec.payoffCents, "any")],
          ["Intérêt quotidien", say.amount(hypothec.perDiemCents)],
        ],
      ),
      text("Sur réception de la somme, nous signerons la quittance que votre étude aura préparée."),
    ],
  };
}

export function discharge({ story }: Paper): Draft {
  const hypothec = story.hypothec!;
  const { notary } = story;
  return {
    name: "Projet de quittance",
    foot: "PROJET — quittance",
    blocks: [
      title("QUITTANCE ET MAINLEVÉE"),
      text(w`DEVANT ${master(notary)}, notaire à ${notary.place.city},`),
      text(
        w`COMPARAÎT : ${say.party(hypothec.creditor, "preteur", hypothec.creditor.name.toUpperCase())}, ci-après « le créancier », qui reconnaît avoir reçu de ${join(
          story.givers.map((person) => w`${civil(person)} ${say.party(person, "emprunteur")}`),
          ", ",
          " et ",
        )} toutes les sommes dues aux termes de l’acte d’hypothèque publié sous le numéro ${groupDigits(hypothec.number, nbsp)} le ${say.date(hypothec.date, "any")}, au montant de ${solemn(hypothec.cents, "any")}.`,
      ),
      text(
        "En conséquence, le créancier donne quittance totale et finale, accorde mainlevée de l’inscription et consent à sa radiation au registre foncier.",
      ),
      heading("DÉSIGNATION"),
      ...designation(story),
      signatures(
        { caption: "", name: w`Le créancier`, empty: true },
        { caption: "", name: w`${say.party(notary, "notaire")}, notaire`, empty: true },
      ),
    ],
  };
}

export function insurance({ story }: Paper): Draft {
  const { insurance: policy, loan, deed } = story;
  const insured = deed === "refinancement" ? story.givers : story.takers;
  return {
    name: "Attestation d'assurance habitation",
    foot: policy.insurer,
    blocks: [
      letterhead(policy.insurer, "Assurance de dommages"),
      title("ATTESTATION D’ASSURANCE HABITATION"),
      fields(
        ["Police", policy.policy],
        [
          "Assurés",
          join(
            insured.map((person) => say.party(person, "autre", fullName(person))),
            ", ",
          ),
        ],
        ["Lieu assuré", say.address(story.immovable.place, true)],
        ["Entrée en vigueur", say.date(policy.from, "any")],
        ["Montant d’assurance", say.amount(policy.cents)],
        ...(policy.creditorNamed
          ? [["Créancier hypothécaire", say.party(loan!.lender, "preteur")] as [string, ReturnType<typeof w>]]
          : [["Créancier hypothécaire", "aucun"] as [string, string]]),
      ),
      text(
        "La présente atteste que la police décrite est en vigueur à compter de la date indiquée, sous réserve de ses conditions.",
      ),
    ],
  };
}
