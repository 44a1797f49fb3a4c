import { type Amount, type Person, inWordsAndFigures, nameTogether } from "./parties.ts";
import { Sheet } from "./sheet.ts";

export interface PromesseAchat {
  number: string;
  agency: string;
  /** The parties and the financing are presented in sentences, or in labels and a table. */
  layout: "phrases" | "etiquettes";
  sellers: Person[];
  sellersAddress: string;
  buyers: Person[];
  buyersAddress: string;
  lot: string;
  /** Of the immovable. */
  address: string;
  area: string;
  price: Amount;
  deposit: Amount;
  downPayment: Amount;
  loan: Amount;
  inspectionBefore: string;
  financingBefore: string;
  deedBefore: string;
  occupation: string;
  signedByBuyers: string;
  expiry: string;
  accepted: string;
  acknowledged: string;
}

export async function writePromesseAchat(facts: PromesseAchat): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: `Promesse d'achat ${facts.number}`,
    author: facts.agency,
    family: "helvetica",
    fontSize: 10.2,
    margin: 58,
    footer: `Promesse d'achat — immeuble résidentiel — n° ${facts.number}`,
    initials: [...facts.buyers, ...facts.sellers].map((person) => person.initials),
  });
  const clause = (label: string, text: string, keep = 0): void => sheet.paragraph(text, { label, indent: 32, keep });
  const section = (text: string): void => sheet.heading(text.toUpperCase(), { size: 10, gapBefore: 6 });

  sheet.paragraph(`**${facts.agency}**`, { align: "left", gapAfter: 0 });
  sheet.paragraph(`Promesse n° ${facts.number}`, { align: "right", gapAfter: 2, size: 9 });
  sheet.rule(1.2);
  sheet.heading("PROMESSE D'ACHAT", { size: 16, align: "center", gapBefore: 2, gapAfter: 1 });
  sheet.paragraph("Immeuble principalement résidentiel de moins de cinq logements, excluant la copropriété", {
    align: "center",
    size: 9,
    gapAfter: 8,
  });

  section("1. Identification des parties");
  if (facts.layout === "phrases") {
    clause(
      "1.1",
      `${nameTogether(facts.buyers, { bold: true })}, demeurant au ${facts.buyersAddress}, ci-après appelés les « ACHETEURS »;`,
    );
    clause(
      "1.2",
      `${nameTogether(facts.sellers, { bold: true })}, demeurant au ${facts.sellersAddress}, ci-après appelés les « VENDEURS ».`,
    );
  } else {
    const cell = (role: string, people: Person[], address: string): string =>
      [...people.map((person) => `${role} : ${person.name}`), `Adresse : ${address}`].join("\n");
    sheet.table(
      [{ share: 1 }, { share: 1 }],
      [[cell("ACHETEUR", facts.buyers, facts.buyersAddress), cell("VENDEUR", facts.sellers, facts.sellersAddress)]],
      { header: false, size: 9.5 },
    );
  }

  section("2. Objet de la promesse d'achat");
  clause(
    "2.1",
    "Par la présente, les acheteurs promettent d'acheter, par l'entremise de l'agence nommée en tête, l'immeuble décrit à la section 3, au prix et aux conditions énoncés ci-après.",
  );

  section("3. Description sommaire de l'immeuble");
  clause("3.1", `Adresse de l'immeuble : **${facts.address}**`);
  clause(
    "3.2",
    `Désignation cadastrale : lot **${facts.lot}** du cadastre du Québec, circonscription foncière de Montréal. Superficie : ${facts.area}. Maison unifamiliale isolée, avec ses dépendances.`,
  );

  section("4. Prix et acompte");
  clause(
    "4.1",
    `**Prix d'achat.** Le prix d'achat est de **${inWordsAndFigures(facts.price)}**, que les acheteurs conviennent de payer en totalité à la signature de l'acte de vente. Il ne comprend ni la taxe sur les produits et services ni la taxe de vente du Québec, l'immeuble étant usagé et occupé à des fins résidentielles.`,
  );
  if (facts.layout === "phrases") {
    clause(
      "4.2",
      `**Acompte.** Avec la présente promesse, les acheteurs remettent à titre d'acompte la somme de ${inWordsAndFigures(facts.deposit)}, à l'ordre de « ${facts.agency} en fidéicommis ». L'acompte sera imputé au prix d'achat à la signature de l'acte de vente.`,
    );
  } else {
    clause(
      "4.2",
      `**Acompte.** L'acompte indiqué à la section 5 est remis avec la présente promesse, à l'ordre de « ${facts.agency} en fidéicommis », et sera imputé au prix d'achat à la signature de l'acte de vente.`,
    );
  }

  section("5. Mode de paiement");
  if (facts.layout === "phrases") {
    clause("5.1", `**Acompte** versé selon la clause 4.2 : ${facts.deposit.figures}`);
    clause(
      "5.2",
      `**Mise de fonds** additionnelle, à verser au notaire instrumentant, en fidéicommis, à la signature de l'acte de vente : ${facts.downPayment.figures}`,
    );
    clause(
      "5.3",
      `**Nouvel emprunt hypothécaire**, dont le produit est versé au notaire en fidéicommis : ${facts.loan.figures}`,
    );
    clause("5.4", "Le total des sommes ci-dessus doit correspondre au prix d'achat mentionné à la clause 4.1.");
  } else {
    sheet.table(
      [{ share: 5 }, { share: 2, align: "right" }],
      [
        ["Mode de paiement", "Montant"],
        ["Acompte remis avec la promesse", facts.deposit.figures],
        ["Mise de fonds, versée au notaire en fidéicommis à la signature", facts.downPayment.figures],
        ["Nouvel emprunt hypothécaire", facts.loan.figures],
        ["Prix d'achat", facts.price.figures],
      ],
      { total: true, size: 9.5 },
    );
  }

  section("6. Nouvel emprunt hypothécaire");
  clause(
    "6.1",
    `Les acheteurs s'engagent à obtenir, de bonne foi et dans les plus brefs délais, un emprunt garanti par hypothèque de premier rang de ${facts.loan.figures}, au taux d'intérêt courant, calculé selon une période d'amortissement d'au plus vingt-cinq ans.`,
  );
  clause(
    "6.2",
    `Ils s'engagent à fournir aux vendeurs, **au plus tard le ${facts.financingBefore}**, copie de l'offre de prêt d'un prêteur hypothécaire. À défaut, les vendeurs pourront, dans les cinq jours qui suivent, rendre la présente promesse nulle et de nul effet.`,
  );

  section("7. Déclarations et obligations des acheteurs");
  clause(
    "7.1",
    `Les acheteurs ont visité l'immeuble et s'en déclarent satisfaits, sous réserve d'une inspection par un inspecteur en bâtiment, dont le rapport doit être remis aux vendeurs **au plus tard le ${facts.inspectionBefore}**.`,
  );
  clause(
    "7.2",
    "Les acheteurs paieront les frais et honoraires de l'acte de vente, de sa publicité et des copies requises, ainsi que les droits sur les mutations immobilières.",
  );
  clause("7.3", "Les acheteurs ne peuvent céder la présente promesse sans le consentement écrit des vendeurs.");

  section("8. Déclarations et obligations des vendeurs");
  clause(
    "8.1",
    "Les vendeurs déclarent être les seuls propriétaires de l'immeuble et n'avoir connaissance d'aucun facteur s'y rapportant qui puisse en réduire la valeur, sauf ce qui est énoncé aux déclarations du vendeur, que les acheteurs reconnaissent avoir reçues.",
  );
  clause(
    "8.2",
    "Les vendeurs fourniront un bon titre de propriété, libre de tout droit réel et de toute autre charge, sauf les servitudes usuelles et apparentes d'utilité publique et celles qui sont déclarées aux présentes.",
  );
  clause(
    "8.3",
    "Les vendeurs remettront au notaire choisi par les acheteurs leurs titres et un certificat de localisation décrivant l'état actuel de l'immeuble. Les acheteurs ont reçu copie du certificat que les vendeurs ont en main.",
  );
  clause(
    "8.4",
    "Les frais liés au remboursement et à la radiation de toute créance hypothécaire qui grève l'immeuble sont à la charge des vendeurs.",
  );

  clause(
    "8.5",
    "Les vendeurs livreront l'immeuble dans l'état où il se trouvait lors de la visite des acheteurs, et assumeront les risques afférents jusqu'à la signature de l'acte de vente.",
  );

  section("9. Acte de vente et occupation");
  clause(
    "9.1",
    `**Acte de vente.** Les parties s'engagent à signer l'acte de vente devant le notaire choisi par les acheteurs **au plus tard le ${facts.deedBefore}**. Les acheteurs deviendront propriétaires à la signature.`,
  );
  clause(
    "9.2",
    `**Occupation.** Les vendeurs s'engagent à remettre les lieux et les clés aux acheteurs, l'immeuble étant libre de tout occupant et de tout bien qui n'est pas inclus, **le ${facts.occupation}**.`,
  );
  clause(
    "9.3",
    "**Répartitions.** À la signature de l'acte de vente, toutes les répartitions relatives notamment aux taxes foncières générales et spéciales et au combustible seront faites à la date de signature.",
  );

  clause(
    "9.4",
    "**Dommages.** Si, avant la signature de l'acte de vente, l'immeuble subit un dommage important, les acheteurs pourront, par avis écrit, rendre la présente promesse nulle et de nul effet.",
  );

  section("10. Inclusions et exclusions");
  clause(
    "10.1",
    "Sont inclus dans la vente : luminaires fixes, stores et tringles à rideaux, lave-vaisselle encastré, cabanon. Sont exclus : les effets personnels des vendeurs. Les biens inclus sont vendus sans garantie de qualité.",
  );
  clause(
    "10.2",
    "Les déclarations du vendeur sur l'immeuble, jointes à la présente promesse, en font partie intégrante.",
  );

  sheet.pageBreak();
  section("11. Délai d'acceptation et signatures");
  clause(
    "11.1",
    `La présente promesse d'achat est irrévocable **jusqu'au ${facts.expiry}**. Si les vendeurs ne l'ont pas acceptée dans ce délai, elle devient nulle et de nul effet.`,
  );
  sheet.paragraph(`**SIGNATURE DES ACHETEURS** — Signé à Montréal, le ${facts.signedByBuyers}.`, {
    align: "left",
    gapAfter: 0,
    keep: 70,
  });
  sheet.signatures(facts.buyers.map(({ name }) => ({ name, below: "Acheteur", signed: true })));

  section("12. Réponse des vendeurs");
  clause(
    "12.1",
    `Les vendeurs **acceptent** la présente promesse d'achat. Acceptée à Montréal, **le ${facts.accepted}**.`,
    70,
  );
  sheet.signatures(facts.sellers.map(({ name }) => ({ name, below: "Vendeur", signed: true })));

  section("13. Accusé de réception");
  clause(
    "13.1",
    `Les acheteurs reconnaissent avoir reçu une copie de la réponse des vendeurs le ${facts.acknowledged}.`,
    70,
  );
  sheet.signatures(facts.buyers.map(({ name }) => ({ name, below: "Acheteur", signed: true })));
  return sheet.save();
}
