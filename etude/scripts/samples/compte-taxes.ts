import { Sheet } from "./sheet.ts";

export interface CompteTaxes {
  account: string;
  /** « 9642-17-3308-0-000-0000 » */
  matricule: string;
  owners: string[];
  mailingAddress: string;
  address: string;
  lot: string;
  /** In whole dollars. */
  land: number;
  building: number;
}

/** In ten-thousandths of a dollar for each 100 $ of value. */
const RATES: [label: string, rate: number][] = [
  ["Taxe foncière générale (résiduelle)", 5184],
  ["Taxe relative au service de l'eau", 716],
  ["Taxe relative à la voirie", 26],
  ["Taxe relative aux services (arrondissement)", 531],
  ["Taxe relative aux investissements (arrondissement)", 197],
];

/** « 4 850,00 », the spaces plain as the city's system prints them. */
function formatCents(cents: number): string {
  const [whole, decimals] = (cents / 100).toFixed(2).split(".") as [string, string];
  return `${whole.replace(/\B(?=(\d{3})+$)/g, " ")},${decimals}`;
}

export async function writeCompteTaxes(facts: CompteTaxes): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: "Compte de taxes municipales 2026",
    author: "Ville de Montréal (spécimen)",
    family: "helvetica",
    fontSize: 9.5,
    margin: 52,
    thousandsSpace: " ",
    footer: "Spécimen préparé pour une démonstration; ne provient pas de la Ville de Montréal",
  });
  const value = facts.land + facts.building;
  const taxes = RATES.map(([label, rate]) => ({ label, rate, cents: Math.round((value * rate) / 10_000) }));
  const total = taxes.reduce((sum, { cents }) => sum + cents, 0);
  const first = Math.ceil(total / 2);
  const dollars = (amount: number): string => `${formatCents(amount)} $`;

  sheet.paragraph("**Ville de Montréal**", { align: "left", size: 15, gapAfter: 0 });
  sheet.paragraph("Service des finances — Direction des revenus", { align: "left", size: 8.5, gapAfter: 4 });
  sheet.rule(1.4);
  sheet.heading("COMPTE DE TAXES MUNICIPALES 2026", { size: 14, gapBefore: 2 });
  sheet.paragraph("Exercice du 1er janvier au 31 décembre 2026", { align: "left" });
  sheet.table(
    [{ share: 1 }, { share: 1 }],
    [
      [
        ["Propriétaire :", ...facts.owners, "", "Adresse postale :", facts.mailingAddress].join("\n"),
        [
          `Numéro de compte : ${facts.account}`,
          `Matricule : ${facts.matricule}`,
          "Date de facturation : 2026-01-26",
          "",
          "Adresse de l'immeuble :",
          facts.address,
          `Cadastre : lot ${facts.lot}`,
        ].join("\n"),
      ],
    ],
    { header: false, size: 9 },
  );
  sheet.heading("Évaluation foncière — rôle triennal 2026-2028", { size: 10.5 });
  sheet.table(
    [{ share: 4 }, { share: 2, align: "right" }],
    [
      ["Élément inscrit au rôle", "Valeur"],
      ["Terrain", dollars(facts.land * 100)],
      ["Bâtiment", dollars(facts.building * 100)],
      ["Valeur totale de l'immeuble au rôle d'évaluation", dollars(value * 100)],
    ],
    { total: true },
  );
  sheet.paragraph(
    "Facteur comparatif du rôle : 1,00. Date de référence au marché : 1er juillet 2024. Catégorie : immeuble résiduel, un logement.",
    { align: "left", size: 8.5 },
  );
  sheet.heading("Détail des taxes", { size: 10.5 });
  sheet.table(
    [{ share: 4 }, { share: 1.6, align: "right" }, { share: 1.6, align: "right" }],
    [
      ["Taxe", "Taux par 100 $", "Montant"],
      ...taxes.map(({ label, rate, cents }) => [label, (rate / 10_000).toFixed(4).replace(".", ","), dollars(cents)]),
      ["Total du compte", "", dollars(total)],
    ],
    { total: true },
  );
  sheet.heading("Versements", { size: 10.5 });
  sheet.table(
    [{ share: 2 }, { share: 2 }, { share: 2, align: "right" }, { share: 2, align: "right" }],
    [
      ["Versement", "Échéance", "Montant", "Payé"],
      ["1er versement", "2026-03-02", dollars(first), dollars(first)],
      ["2e versement", "2026-06-01", dollars(total - first), dollars(total - first)],
      ["Solde au 2026-11-02", "", "", dollars(0)],
    ],
    { total: true },
  );
  sheet.paragraph(
    "Le présent relevé tient compte des paiements reçus au 2 novembre 2026. Aucun arrérage. Les droits sur les mutations immobilières, le cas échéant, sont facturés séparément au nouveau propriétaire.",
    { size: 8.5 },
  );
  return sheet.save();
}
