import type { Person } from "./parties.ts";
import { Sheet } from "./sheet.ts";

export interface OffrePret {
  lender: string;
  lenderAddress: string;
  number: string;
  issued: string;
  validUntil: string;
  borrowers: Person[];
  borrowersAddress: string;
  lot: string;
  address: string;
  price: string;
  ownFunds: string;
  loan: string;
  /** In percent, with a comma. */
  rate: string;
  payment: string;
  firstPayment: string;
  disbursement: string;
  adviser: string;
}

export async function writeOffrePret(facts: OffrePret): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: `Offre de prêt hypothécaire ${facts.number}`,
    author: facts.lender,
    family: "helvetica",
    fontSize: 9.8,
    margin: 60,
    footer: `${facts.lender} — offre ${facts.number}`,
  });
  sheet.paragraph(`**${facts.lender.toUpperCase()}**`, { align: "left", size: 13, gapAfter: 0 });
  sheet.paragraph(facts.lenderAddress, { align: "left", size: 8.5, gapAfter: 4 });
  sheet.rule(1.4);
  sheet.heading("OFFRE DE PRÊT HYPOTHÉCAIRE", { size: 15, gapBefore: 2, gapAfter: 3 });
  sheet.paragraph(`Offre n° ${facts.number} — émise le ${facts.issued} — valable jusqu'au ${facts.validUntil}`, {
    align: "left",
  });
  sheet.paragraph(
    `Nous avons le plaisir d'offrir aux emprunteurs désignés ci-dessous un prêt garanti par une hypothèque immobilière de premier rang, aux conditions suivantes.`,
  );

  sheet.heading("Emprunteurs et immeuble");
  sheet.table(
    [{ share: 2 }, { share: 5 }],
    [
      ...facts.borrowers.map(({ name }, index) => [`Emprunteur ${index + 1}`, name]),
      ["Adresse actuelle", facts.borrowersAddress],
      ["Immeuble offert en garantie", facts.address],
      ["Cadastre", `Lot ${facts.lot} du cadastre du Québec`],
      ["Usage", "Résidence principale des emprunteurs"],
    ],
    { header: false },
  );
  sheet.heading("Financement");
  sheet.table(
    [{ share: 5 }, { share: 3, align: "right" }],
    [
      ["Élément", "Montant ou condition"],
      ["Prix d'achat", facts.price],
      ["Mise de fonds (acompte compris)", facts.ownFunds],
      ["Montant du prêt", facts.loan],
      ["Taux d'intérêt annuel fixe, composé semestriellement", `${facts.rate} %`],
      ["Terme", "60 mois, fermé"],
      ["Amortissement", "25 ans"],
      ["Versement mensuel (capital et intérêts)", facts.payment],
      ["Premier versement", facts.firstPayment],
      ["Date prévue du déboursé", facts.disbursement],
    ],
  );
  sheet.heading("Conditions préalables au déboursé");
  const conditions = [
    "Acte d'hypothèque immobilière de premier rang reçu en minute devant notaire et publié au Registre foncier, sans inscription défavorable.",
    "Certificat de localisation montrant l'état actuel de l'immeuble, ou assurance de titres acceptable au prêteur.",
    "Preuve d'une assurance habitation en vigueur au jour de la vente, désignant le prêteur à titre de créancier hypothécaire.",
    "Preuve de la provenance de la mise de fonds et paiement de toutes les taxes municipales et scolaires exigibles.",
    "Aucun changement défavorable dans la situation financière des emprunteurs avant le déboursé.",
  ];
  for (const [index, condition] of conditions.entries())
    sheet.paragraph(condition, { label: `${index + 1}.`, indent: 18, gapAfter: 3 });
  sheet.heading("Remboursement anticipé et frais");
  sheet.paragraph(
    "Les emprunteurs peuvent rembourser par anticipation, sans indemnité, jusqu'à quinze pour cent du capital initial par année civile, et augmenter une fois par année leur versement dans la même proportion. Tout autre remboursement anticipé donne lieu à une indemnité égale au plus élevé de trois mois d'intérêt ou du différentiel de taux.",
  );
  sheet.paragraph(
    "Les honoraires du notaire, les frais de publication et le coût de l'évaluation sont à la charge des emprunteurs. Le taux est garanti jusqu'à l'échéance de la présente offre; si le taux affiché a baissé au jour du déboursé, le taux le plus bas s'applique.",
  );
  sheet.heading("Instructions au notaire");
  sheet.paragraph(
    "Le notaire est prié de préparer l'acte d'hypothèque selon le formulaire du prêteur, de vérifier les titres, l'identité des emprunteurs et les taxes, et de transmettre son rapport final avec une copie de l'acte publié dans les trente jours du déboursé.",
  );
  sheet.paragraph(
    "Le prêt sera déboursé au notaire instrumentant, en fidéicommis. La présente offre n'est pas cessible.",
    { gapAfter: 4 },
  );
  sheet.heading("Acceptation", { gapBefore: 6 });
  sheet.paragraph(`Les emprunteurs reconnaissent avoir lu la présente offre et en acceptent les conditions.`, {
    gapAfter: 0,
    keep: 80,
  });
  sheet.signatures([
    ...facts.borrowers.map(({ name }) => ({ name, below: "Emprunteur", signed: true })),
    { name: facts.adviser, below: `Pour ${facts.lender}`, signed: true },
  ]);
  return sheet.save();
}
