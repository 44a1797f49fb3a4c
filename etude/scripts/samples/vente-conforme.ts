/**
 * A sale where every document agrees, in as many spellings as offices use: no rule may raise an alert.
 * Transfer duties, Montréal 2026, base 612 500 $ (the price; the roll is lower):
 * 62 900 × 0,5 % + 252 100 × 1 % + 237 300 × 1,5 % + 60 200 × 2 % = 314,50 + 2 521 + 3 559,50 + 1 204 = 7 599,00 $.
 */
import { writeCertificatLocalisation } from "./certificat-localisation.ts";
import { writeCompteTaxes } from "./compte-taxes.ts";
import { writeDeclarationsVendeur } from "./declarations-vendeur.ts";
import type { SampleDossier } from "./dossier.ts";
import { writeIndexImmeubles } from "./index-immeubles.ts";
import { writeOffrePret } from "./offre-pret.ts";
import type { Person } from "./parties.ts";
import { writeProjetActe } from "./projet-acte.ts";
import { writePromesseAchat } from "./promesse-achat.ts";
import { writeTitreAcquisition } from "./titre-acquisition.ts";

const sellers: Person[] = [
  { title: "Mme", name: "Anne-Sophie Fauteux-Mérand", initials: "A.-S. F.-M." },
  { title: "M.", name: "René Castonguay-Lhéritier", initials: "R. C.-L." },
];
const buyers: Person[] = [
  { title: "M.", name: "Jean-François Ouellet-Barrière", initials: "J.-F. O.-B." },
  { title: "Mme", name: "Maïté Desrochers-Vuong", initials: "M. D.-V." },
];

const address = "2285, avenue du Vieux-Sémaphore, Montréal (Québec) H1Y 0B4";
const buyersAddress = "46, rue de la Grande-Batture, app. 302, Repentigny (Québec) J6A 0E3";
const lot = "9 634 118";
const area = "511,0 m²";
const agency = "Courtage Rive et Rocher inc.";
const lender = "Caisse hypothécaire du Vieux-Comptoir";
const price = { figures: "612 500,00 $", words: "SIX CENT DOUZE MILLE CINQ CENTS DOLLARS" };
const deposit = { figures: "12 500,00 $", words: "DOUZE MILLE CINQ CENTS DOLLARS" };
const downPayment = { figures: "110 000,00 $", words: "CENT DIX MILLE DOLLARS" };
const loan = { figures: "490 000,00 $", words: "QUATRE CENT QUATRE-VINGT-DIX MILLE DOLLARS" };
const titlePublished = "le 26 août 2014 sous le numéro 21 047 633";
// A neighbour's lot, which must not count among the lots of the sale.
const easement =
  "une servitude de passage à pied et en voiture, sur une lisière de 1,50 mètre le long de la limite nord-est, en faveur du lot 3 456 790 du cadastre du Québec, créée aux termes de l'acte publié à Montréal sous le numéro 10 338 712";

/** Names without accents, in capitals, as a mainframe prints them. */
function toMainframe(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
}

export const venteConforme: SampleDossier = {
  folder: "vente-conforme",
  context: { type: "vente", municipalite: "Montréal", date: "2026-12-11" },
  documents: {
    "promesse-achat.pdf": () =>
      writePromesseAchat({
        number: "PA 26-11862",
        agency,
        layout: "etiquettes",
        sellers,
        sellersAddress: address,
        buyers,
        buyersAddress,
        lot,
        address,
        area,
        price,
        deposit,
        downPayment,
        loan,
        signedByBuyers: "5 octobre 2026 à 18 h 20",
        expiry: "7 octobre 2026 à 20 h 00",
        accepted: "6 octobre 2026 à 19 h 30",
        acknowledged: "6 octobre 2026 à 20 h 05",
        inspectionBefore: "16 octobre 2026",
        financingBefore: "26 octobre 2026",
        deedBefore: "11 décembre 2026",
        occupation: "18 décembre 2026 à midi",
      }),
    "certificat-localisation.pdf": () =>
      writeCertificatLocalisation({
        surveyor: "Florent Tanguay-Obodo",
        firm: "Tanguay-Obodo et associés, s.e.n.c.r.l.",
        minute: "8 904",
        file: "23-1187",
        client: sellers.map(({ name }) => name).join(" et "),
        lot,
        address,
        area,
        frontage: "15,24",
        depth: "33,53",
        surveyed: "6 novembre 2023",
        reported: "20 novembre 2023",
        title: `L'immeuble appartient à Anne-Sophie Fauteux-Mérand et René Castonguay-Lhéritier en vertu d'un acte de vente reçu par Me Basile Ostiguy-Ferland, notaire, et publié à Montréal ${titlePublished}.`,
        easements: `Le bien-fonds est grevé d'${easement}.`,
        building:
          "Une maison isolée de deux étages avec sous-sol, à parement de brique, portant le numéro civique 2285, avenue du Vieux-Sémaphore, ainsi qu'un cabanon de bois. Leur position est indiquée au plan.",
      }),
    "titre-acquisition.pdf": () =>
      writeTitreAcquisition({
        minute: "11 206",
        opening: "L'AN DEUX MILLE QUATORZE, le vingt-deuxième jour d'août",
        date: "22 août 2014",
        notary: "Basile Ostiguy-Ferland",
        sellers: [{ title: "Mme", name: "HUGUETTE PLAMONDOR", initials: "H. P." }],
        sellersAddress: "5, rang du Vieux-Four, Saint-Ours (Québec) J0G 1P0",
        buyers: sellers.map((seller) => ({ ...seller, name: seller.name.toUpperCase() })),
        buyersAddress: "1518, rue Elzire-Comtois, app. 7, Montréal (Québec) H2S 0C8",
        lot,
        address,
        easements: `L'immeuble est grevé d'${easement}.`,
        previousTitle:
          "Le vendeur est propriétaire de l'immeuble pour l'avoir acquis aux termes d'un acte de vente publié le 3 octobre 1991 sous le numéro 4 417 862.",
        price: { figures: "441 000,00 $", words: "QUATRE CENT QUARANTE ET UN MILLE DOLLARS" },
        duty: "5 115,00 $",
        published: titlePublished,
      }),
    "index-immeubles.pdf": () =>
      writeIndexImmeubles({
        lot,
        opened: "2004-11-08",
        consulted: "2026-11-03",
        entries: [
          {
            presented: "2004-11-08",
            number: "10 338 712",
            nature: "Servitude",
            parties: ["Fonds servant : lot du présent index"],
            remarks: "Servitude de passage en faveur du lot 3 456 790",
          },
          {
            presented: "2014-08-26",
            number: "21 047 633",
            nature: "Vente",
            parties: [
              "Vendeur : HUGUETTE PLAMONDOR",
              "Acquéreur : ANNE SOPHIE FAUTEUX MERAND",
              "Acquéreur : RENE CASTONGUAY LHERITIER",
            ],
            remarks: "441 000,00 $",
          },
          {
            presented: "2014-08-26",
            number: "21 047 634",
            nature: "Hypothèque",
            parties: [
              "Créancier : Banque Septentrion du Canada",
              "Débiteur : ANNE SOPHIE FAUTEUX MERAND",
              "Débiteur : RENE CASTONGUAY LHERITIER",
            ],
            remarks: "352 800,00 $",
            cancelled: "Radiée le 2024-09-03, n° 29 001 457",
          },
        ],
      }),
    "offre-pret.pdf": () =>
      writeOffrePret({
        lender,
        lenderAddress: "77, quai des Draveurs, Trois-Rivières (Québec) G9A 0H2",
        number: "CVC-664-20261021",
        issued: "2026-10-21",
        validUntil: "2027-01-15",
        borrowers: buyers.map((buyer) => ({ ...buyer, name: toMainframe(buyer.name) })),
        borrowersAddress: buyersAddress,
        lot,
        address,
        price: "612 500 $",
        ownFunds: "122 500 $",
        loan: "490 000 $",
        rate: "4,24",
        payment: "2 641,65 $",
        firstPayment: "11 janv. 2027",
        disbursement: "11 déc. 2026",
        adviser: "Thaddée Morneau-Lapalisse",
      }),
    "compte-taxes-municipales-2026.pdf": () =>
      writeCompteTaxes({
        account: "11-220983-07",
        matricule: "9738-44-1162-5-000-0000",
        owners: sellers.map(({ name }) => toMainframe(name)),
        mailingAddress: "2285, av. du Vieux-Sémaphore, Montréal (Québec) H1Y 0B4",
        address: "2285, av. du Vieux-Sémaphore, Montréal (Québec) H1Y 0B4",
        lot,
        land: 226_400,
        building: 362_500,
      }),
    "projet-acte-vente.docx": () =>
      writeProjetActe({
        // As Word writes them: narrow spaces in the amounts, non-breaking hyphens in the names.
        thousandsSpace: "\u202f",
        notary: "Octave Pellerin-Gault",
        notaryAddress: "1200, rue du Parchemin, bureau 310, Montréal (Québec) H3B 0K1",
        opening: "L'AN DEUX MILLE VINGT-SIX, le onze (11) décembre",
        sellers: sellers.map((seller) => ({ ...seller, name: seller.name.toUpperCase() })),
        sellersAddress: address,
        buyers: buyers.map((buyer) => ({ ...buyer, name: buyer.name.replaceAll("-", "\u2011") })),
        buyersAddress,
        lot,
        address,
        easements: `L'immeuble est grevé d'${easement}.`,
        origin: `Les vendeurs sont propriétaires de l'immeuble pour l'avoir acquis de Huguette Plamondor aux termes d'un acte de vente reçu par Me Basile Ostiguy-Ferland, notaire, le 22 août 2014, et publié à Montréal ${titlePublished}.`,
        occupation: "Ils en prendront l'occupation le 18 décembre 2026, à midi.",
        adjustmentDate: "11 décembre 2026",
        price,
        deposit: deposit.figures,
        downPayment: downPayment.figures,
        loan: loan.figures,
        lender,
        acceptedPromise: "6 octobre 2026",
        taxBase: price,
        duty: { figures: "7 599,00 $", words: "SEPT MILLE CINQ CENT QUATRE-VINGT-DIX-NEUF DOLLARS" },
        dutyLayout: "tableau",
      }),
    "declarations-vendeur.pdf": () =>
      writeDeclarationsVendeur({
        agency,
        sellers,
        address,
        lot,
        since: "22 août 2014",
        signed: "1er septembre 2026",
        answers: [
          { question: "Y a-t-il eu une infiltration d'eau dans le sous-sol ou par la toiture?", yes: false },
          {
            question: "Des travaux ont-ils été faits depuis l'achat?",
            yes: true,
            comment: "Fenêtres remplacées en 2017; factures disponibles.",
          },
          {
            question:
              "Une piscine, une clôture ou un agrandissement ont-ils été ajoutés depuis le certificat de localisation?",
            yes: false,
          },
          { question: "Avez-vous reçu un avis de non-conformité de la municipalité?", yes: false },
          {
            question: "Des appareils sont-ils loués (chauffe-eau, système d'alarme)?",
            yes: true,
            comment: "Chauffe-eau loué, contrat à transférer.",
          },
          { question: "Le bâtiment présente-t-il des fissures ou un affaissement?", yes: false },
          { question: "L'immeuble est-il votre résidence principale?", yes: true },
        ],
      }),
  },
};
