/** A sale where one document contradicts another: the planted values carry the identifier of the rule that must see them. */
import { writeCertificatLocalisation } from "./certificat-localisation.ts";
import { writeCompteTaxes } from "./compte-taxes.ts";
import { scanDeclarationsVendeur } from "./declarations-vendeur.ts";
import type { SampleDossier } from "./dossier.ts";
import { writeIndexImmeubles } from "./index-immeubles.ts";
import { writeOffrePret } from "./offre-pret.ts";
import type { Person } from "./parties.ts";
import { writeProjetActe } from "./projet-acte.ts";
import { writePromesseAchat } from "./promesse-achat.ts";
import { writeTitreAcquisition } from "./titre-acquisition.ts";

const sellers: Person[] = [
  { title: "M.", name: "Jean-Pierre Quévillard", initials: "J.-P. Q." },
  { title: "Mme", name: "Marie-Claude Sansregret", initials: "M.-C. S." },
];
const etienne: Person = { title: "M.", name: "Étienne Larocque-Vallon", initials: "É. L.-V." };
const sofia: Person = { title: "Mme", name: "Sofia Abelhauzer", initials: "S. A." };
const buyers = [etienne, sofia];

const sellersAddress = "88, place du Moulin-Neuf, Longueuil (Québec) J4H 0B7";
const buyersAddress = "310, boulevard des Sittelles, app. 4, Laval (Québec) H7N 0C2";
const lot = "9 412 305";
const address = "4127, rue des Trois-Clochers, Montréal (Québec) H2K 4Z1";
const area = "418,2 m²";
const agency = "Agence immobilière Boréalis inc.";
const lender = "Banque Septentrion du Canada";
const deposit = { figures: "15 000,00 $", words: "QUINZE MILLE DOLLARS" };
const loan = { figures: "570 000,00 $", words: "CINQ CENT SOIXANTE-DIX MILLE DOLLARS" };
const price = { figures: "725 000,00 $", words: "SEPT CENT VINGT-CINQ MILLE DOLLARS" };
const titlePublished = "le 4 juillet 2011 sous le numéro 18 223 907";

export const venteContradictions: SampleDossier = {
  folder: "vente-contradictions",
  context: { type: "vente", municipalite: "Montréal", date: "2026-12-15" },
  documents: {
    "promesse-achat.pdf": () =>
      writePromesseAchat({
        number: "PA 26-04173",
        agency,
        layout: "phrases",
        sellers,
        sellersAddress,
        buyers,
        buyersAddress,
        lot,
        address,
        area,
        price,
        deposit,
        // V05: 140 000 $ would balance the price.
        downPayment: { figures: "130 000,00 $", words: "CENT TRENTE MILLE DOLLARS" },
        loan,
        signedByBuyers: "13 octobre 2026 à 19 h 40",
        expiry: "15 octobre 2026 à 17 h 00",
        // V02
        accepted: "17 octobre 2026 à 10 h 15",
        acknowledged: "17 octobre 2026 à 11 h 30",
        inspectionBefore: "30 octobre 2026",
        financingBefore: "10 novembre 2026",
        deedBefore: "15 décembre 2026",
        // V06: before the deed.
        occupation: "1er décembre 2026 à midi",
      }),
    "certificat-localisation.pdf": () =>
      writeCertificatLocalisation({
        surveyor: "Réjean Cossette-Maillé",
        firm: "Cossette-Maillé Géomatique inc.",
        minute: "3 128",
        file: "2015-0417",
        client: sellers.map(({ name }) => name).join(" et "),
        // C06, V09: two digits exchanged.
        lot: "9 412 350",
        address,
        area,
        frontage: "13,72",
        depth: "30,48",
        // V08
        surveyed: "2 septembre 2015",
        reported: "14 septembre 2015",
        title: `L'immeuble appartient à Jean-Pierre Quévillard et Marie-Claude Sansregret en vertu d'un acte de vente reçu par Me Ludovic Archambeault-Roy, notaire, et publié à Montréal ${titlePublished}.`,
        easements:
          "Les recherches n'ont révélé aucune servitude publiée à l'encontre du bien-fonds. Une ligne aérienne de distribution d'électricité longe la limite arrière.",
        building:
          "Une maison isolée d'un étage avec sous-sol, à parement de brique et de bois, portant le numéro civique 4127, rue des Trois-Clochers, ainsi qu'un cabanon de bois. Leur position est indiquée au plan.",
      }),
    "titre-acquisition.pdf": () =>
      writeTitreAcquisition({
        minute: "4 512",
        opening: "L'AN DEUX MILLE ONZE, le trente juin",
        date: "30 juin 2011",
        notary: "Ludovic Archambeault-Roy",
        sellers: [{ title: "M.", name: "Gérard Thiffault", initials: "G. T." }],
        sellersAddress: "19, chemin de la Butte-aux-Chênes, Sutton (Québec) J0E 2K0",
        buyers: sellers,
        buyersAddress: "702, rue Simonne-Vautrin, Montréal (Québec) H4C 0A9",
        lot,
        address,
        easements:
          "Le vendeur déclare que l'immeuble n'est l'objet d'aucune servitude, sauf les servitudes apparentes d'utilité publique.",
        previousTitle:
          "Le vendeur est propriétaire de l'immeuble pour l'avoir acquis aux termes d'un acte de vente publié le 12 mai 1987 sous le numéro 3 861 204.",
        price: { figures: "398 000,00 $", words: "TROIS CENT QUATRE-VINGT-DIX-HUIT MILLE DOLLARS" },
        duty: "4 470,00 $",
        published: titlePublished,
      }),
    "index-immeubles.pdf": () =>
      writeIndexImmeubles({
        lot,
        opened: "2006-03-20",
        consulted: "2026-11-09",
        entries: [
          {
            presented: "2011-07-04",
            number: "18 223 907",
            nature: "Vente",
            parties: [
              "Vendeur : Gérard Thiffault",
              "Acquéreur : Jean-Pierre Quévillard",
              "Acquéreur : Marie-Claude Sansregret",
            ],
            remarks: "398 000,00 $",
          },
          {
            presented: "2011-07-04",
            number: "18 223 908",
            nature: "Hypothèque",
            parties: [
              "Créancier : Banque Septentrion du Canada",
              "Débiteur : Jean-Pierre Quévillard",
              "Débiteur : Marie-Claude Sansregret",
            ],
            remarks: "318 400,00 $",
            cancelled: "Radiée le 2021-11-16, n° 26 840 115",
          },
          {
            presented: "2022-05-06",
            number: "27 216 488",
            nature: "Vente",
            // V11: the sellers of the promise had already sold.
            parties: [
              "Vendeur : Jean-Pierre Quévillard",
              "Vendeur : Marie-Claude Sansregret",
              "Acquéreur : Odette Brisebois",
            ],
            remarks: "640 000,00 $",
          },
        ],
      }),
    "offre-pret.pdf": () =>
      writeOffrePret({
        lender,
        lenderAddress: "1, place de l'Étoile-Polaire, Montréal (Québec) H3B 0J6",
        number: "SH-2026-771904",
        issued: "4 novembre 2026",
        validUntil: "31 janvier 2027",
        borrowers: buyers,
        borrowersAddress: buyersAddress,
        lot,
        // C07: the civic number is 4127 everywhere else.
        address: address.replace("4127", "4172"),
        price: price.figures,
        ownFunds: "155 000,00 $",
        loan: loan.figures,
        rate: "4,39",
        payment: "3 120,03 $",
        firstPayment: "15 janv. 2027",
        disbursement: "15 déc. 2026",
        adviser: "Noémie Kessab-Dion",
      }),
    "compte-taxes-municipales-2026.pdf": () =>
      writeCompteTaxes({
        account: "05-104417-02",
        matricule: "9642-17-3308-0-000-0000",
        owners: sellers.map(({ name }) => name),
        mailingAddress: sellersAddress,
        address,
        lot,
        // V21: 752 400 $ in the roll, more than the price.
        land: 301_200,
        building: 451_200,
      }),
    "projet-acte-vente.docx": () =>
      writeProjetActe({
        notary: "Octave Pellerin-Gault",
        notaryAddress: "1200, rue du Parchemin, bureau 310, Montréal (Québec) H3B 0K1",
        opening: "L'AN DEUX MILLE VINGT-SIX, le quinze décembre (15 décembre 2026)",
        sellers,
        sellersAddress,
        // C04: Laroque for Larocque.
        buyers: [{ ...etienne, name: "Étienne Laroque-Vallon" }, sofia],
        buyersAddress,
        lot,
        // C07: the postal code is H2K 4Z1 everywhere else.
        address: address.replace("H2K 4Z1", "H2K 4Z7"),
        easements:
          "Les vendeurs déclarent que l'immeuble n'est l'objet d'aucune servitude, sauf les servitudes apparentes d'utilité publique.",
        origin: `Les vendeurs sont propriétaires de l'immeuble pour l'avoir acquis de Gérard Thiffault aux termes d'un acte de vente reçu par Me Ludovic Archambeault-Roy, notaire, le 30 juin 2011, et publié à Montréal ${titlePublished}.`,
        occupation: "La remise des clés et l'occupation ont lieu à la date convenue à la promesse d'achat.",
        adjustmentDate: "15 décembre 2026",
        // V04
        price: { figures: "735 000,00 $", words: "SEPT CENT TRENTE-CINQ MILLE DOLLARS" },
        deposit: deposit.figures,
        downPayment: "150 000,00 $",
        loan: loan.figures,
        lender,
        acceptedPromise: "17 octobre 2026",
        // V21: the price, although the roll is worth more.
        taxBase: { figures: "735 000,00 $", words: "SEPT CENT TRENTE-CINQ MILLE DOLLARS" },
        // V20: 10 397,00 $ on the roll, 10 049,00 $ on the price of this draft.
        duty: { figures: "10 094,00 $", words: "DIX MILLE QUATRE-VINGT-QUATORZE DOLLARS" },
        dutyLayout: "phrases",
      }),
    // C09: an image, no text.
    "declarations-vendeur.pdf": () =>
      scanDeclarationsVendeur({
        agency,
        sellers,
        address,
        lot,
        since: "30 juin 2011",
        signed: "14 septembre 2026",
        answers: [
          { question: "Y a-t-il eu une infiltration d'eau dans le sous-sol ou par la toiture?", yes: false },
          { question: "Des travaux ont-ils été faits depuis l'achat?", yes: true, comment: "toiture 2019" },
          { question: "Une piscine, une clôture ou un agrandissement ont-ils été ajoutés?", yes: false },
          { question: "Avez-vous reçu un avis de non-conformité de la municipalité?", yes: false },
          {
            question: "Des appareils sont-ils loués (chauffe-eau, système d'alarme)?",
            yes: true,
            comment: "chauffe-eau",
          },
          { question: "Le bâtiment présente-t-il des fissures ou un affaissement?", yes: false },
        ],
      }),
  },
};
