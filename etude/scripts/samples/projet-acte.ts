import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from "docx";
import { type Typography, toFrenchTypography } from "./french-typography.ts";
import { toRuns } from "./markup.ts";
import { type Amount, type Person, inWordsAndFigures, nameTogether } from "./parties.ts";

export interface ProjetActe extends Typography {
  notary: string;
  notaryAddress: string;
  /** « L'AN DEUX MILLE VINGT-SIX, le quinze décembre (15 décembre 2026) » */
  opening: string;
  sellers: Person[];
  sellersAddress: string;
  buyers: Person[];
  buyersAddress: string;
  lot: string;
  address: string;
  easements: string;
  origin: string;
  occupation: string;
  adjustmentDate: string;
  price: Amount;
  deposit: string;
  downPayment: string;
  loan: string;
  lender: string;
  acceptedPromise: string;
  taxBase: Amount;
  duty: Amount;
  /** The particulars of the transfer duties in a table, or in sentences. */
  dutyLayout: "tableau" | "phrases";
}

const PAGE_WIDTH = 9360;
const LINE = { style: BorderStyle.SINGLE, size: 4, color: "555555" } as const;

export async function writeProjetActe(facts: ProjetActe): Promise<Uint8Array> {
  const typeset = (text: string): TextRun[] =>
    toRuns(toFrenchTypography(text, { curlyApostrophes: true, ...facts })).map(
      ({ text: words, style }) => new TextRun({ text: words, bold: style === 1, italics: style === 2 }),
    );
  const paragraph = (text: string, indent = 0): Paragraph =>
    new Paragraph({
      children: typeset(text),
      alignment: AlignmentType.JUSTIFIED,
      spacing: { after: 140 },
      indent: { left: indent },
    });
  const section = (text: string): Paragraph =>
    new Paragraph({
      children: typeset(`**${text}**`),
      alignment: AlignmentType.CENTER,
      spacing: { before: 220, after: 120 },
      keepNext: true,
    });
  const table = (shares: [number, number], rows: [string, string][], total: boolean): Table =>
    new Table({
      width: { size: PAGE_WIDTH, type: WidthType.DXA },
      columnWidths: shares,
      rows: rows.map(
        (row, index) =>
          new TableRow({
            cantSplit: true,
            tableHeader: index === 0,
            children: row.map((cell, column) => {
              const bold = index === 0 || (total && index === rows.length - 1);
              return new TableCell({
                width: { size: shares[column]!, type: WidthType.DXA },
                margins: { top: 60, bottom: 60, left: 100, right: 100 },
                borders: { top: LINE, bottom: LINE, left: LINE, right: LINE },
                ...(bold && { shading: { fill: "EDEDED" } }),
                children: [
                  new Paragraph({
                    children: typeset(bold ? `**${cell}**` : cell),
                    alignment: column === 1 && total ? AlignmentType.RIGHT : AlignmentType.LEFT,
                  }),
                ],
              });
            }),
          }),
      ),
    });

  const body = [
    new Paragraph({
      children: [
        new TextRun({
          text: toFrenchTypography("PROJET D'ACTE DE VENTE", { curlyApostrophes: true }),
          bold: true,
          size: 32,
        }),
      ],
      alignment: AlignmentType.CENTER,
      spacing: { after: 280 },
    }),
    paragraph(`**${facts.opening}**,`),
    paragraph(`**DEVANT** Me ${facts.notary}, notaire à Montréal, province de Québec,`),
    paragraph("**COMPARAISSENT :**"),
    paragraph(
      `${nameTogether(facts.sellers, { bold: true })}, résidant et domiciliés au ${facts.sellersAddress}, ci-après appelés les « **VENDEURS** »;`,
      400,
    ),
    paragraph("ET"),
    paragraph(
      `${nameTogether(facts.buyers, { bold: true })}, résidant et domiciliés au ${facts.buyersAddress}, ci-après appelés les « **ACHETEURS** »;`,
      400,
    ),
    paragraph("**LESQUELS conviennent de ce qui suit :**"),
    section("OBJET DU CONTRAT"),
    paragraph(
      "Les vendeurs vendent aux acheteurs, qui acceptent, chacun pour une moitié indivise, l'immeuble dont la désignation suit :",
    ),
    section("DÉSIGNATION"),
    paragraph(
      `Un immeuble connu et désigné comme étant le lot numéro **${facts.lot}** du cadastre du Québec, circonscription foncière de Montréal.`,
      400,
    ),
    paragraph(
      `Avec la bâtisse y érigée portant le numéro civique **${facts.address}**, circonstances et dépendances.`,
      400,
    ),
    section("SERVITUDES"),
    paragraph(facts.easements),
    section("ORIGINE DU DROIT DE PROPRIÉTÉ"),
    paragraph(facts.origin),
    section("GARANTIE ET DOSSIER DE TITRES"),
    paragraph(
      "La vente est faite avec la garantie légale. Les vendeurs s'engagent à remettre aux acheteurs tous les titres en leur possession et le certificat de localisation, dont les acheteurs ont pris connaissance.",
    ),
    section("POSSESSION"),
    paragraph(`Les acheteurs deviennent propriétaires de l'immeuble à compter de ce jour. ${facts.occupation}`),
    section("DÉCLARATIONS DES VENDEURS"),
    paragraph(
      "Les vendeurs déclarent que l'immeuble est libre de toute hypothèque, redevance, priorité ou charge quelconque, sauf ce qui est énoncé ci-dessus; que toutes les taxes foncières échues ont été payées, sans subrogation; qu'ils n'ont reçu aucun avis d'une autorité compétente à l'effet que l'immeuble n'est pas conforme aux règlements; et qu'ils sont résidents canadiens au sens des lois fiscales.",
    ),
    section("RÉPARTITIONS"),
    paragraph(
      `Les parties déclarent avoir fait entre elles les répartitions d'usage en date du ${facts.adjustmentDate}, suivant l'état que leur a remis le notaire soussigné.`,
    ),
    section("PRIX"),
    paragraph(
      `La vente est consentie pour le prix de **${inWordsAndFigures(facts.price)}**, que les acheteurs paient comme suit, dont quittance des vendeurs :`,
    ),
    table(
      [6560, 2800],
      [
        ["Paiement du prix", "Montant"],
        ["Acompte déjà versé, détenu en fidéicommis par l'agence", facts.deposit],
        ["Mise de fonds versée au notaire soussigné, en fidéicommis", facts.downPayment],
        [`Prêt hypothécaire consenti par ${facts.lender}, versé au notaire soussigné, en fidéicommis`, facts.loan],
        ["Total", facts.price.figures],
      ],
      true,
    ),
    section("TAXES DE VENTE"),
    paragraph(
      "Les vendeurs déclarent que l'immeuble est un immeuble d'habitation occupé à titre résidentiel et que la présente vente est exonérée de la taxe sur les produits et services et de la taxe de vente du Québec.",
    ),
    section("DÉCLARATION RELATIVE À L'AVANT-CONTRAT"),
    paragraph(
      `La présente vente est faite en exécution de la promesse d'achat acceptée le ${facts.acceptedPromise}. Sauf incompatibilité, les parties confirment les ententes qui y sont contenues et qui ne sont pas reproduites aux présentes.`,
    ),
    section("ÉTAT CIVIL"),
    paragraph(
      "Les vendeurs déclarent être mariés l'un à l'autre sous le régime de la société d'acquêts, sans changement depuis. Les acheteurs déclarent être célibataires, vivre en union de fait et ne pas être en union parentale.",
    ),
    section("MENTIONS EXIGÉES EN VERTU DE L'ARTICLE 9 DE LA LOI CONCERNANT LES DROITS SUR LES MUTATIONS IMMOBILIÈRES"),
    paragraph(
      "Les vendeurs (cédants) et les acheteurs (cessionnaires) font les déclarations suivantes : leurs noms et l'adresse de leur résidence principale sont ceux qui figurent à la comparution; l'immeuble est situé sur le territoire de la Ville de Montréal; le transfert ne porte pas à la fois sur un immeuble et sur des meubles visés à l'article 1.0.1 de la loi; aucune exonération n'est demandée.",
    ),
    ...dutyParticulars(facts, paragraph, table),
    new Paragraph({
      children: typeset("**DONT ACTE** à Montréal, sous le numéro ______________ des minutes du notaire soussigné."),
      spacing: { before: 260, after: 120 },
    }),
    paragraph("**LECTURE FAITE**, les parties signent en présence du notaire soussigné."),
    ...[...facts.sellers, ...facts.buyers, { name: `Me ${facts.notary}, notaire` }].flatMap(({ name }) => [
      new Paragraph({ children: [new TextRun("_".repeat(42))], spacing: { before: 380 }, keepNext: true }),
      new Paragraph({ children: typeset(name) }),
    ]),
  ];

  const document = new Document({
    title: "Projet d'acte de vente",
    creator: facts.notary,
    lastModifiedBy: facts.notary,
    description: "Spécimen de démonstration",
    styles: { default: { document: { run: { font: "Times New Roman", size: 23, language: { value: "fr-CA" } } } } },
    sections: [
      {
        properties: {
          page: { size: { width: 12240, height: 15840 }, margin: { top: 1440, bottom: 1300, left: 1440, right: 1440 } },
        },
        headers: {
          default: new Header({
            children: [
              new Paragraph({
                children: [
                  new TextRun({
                    text: `Me\u00a0${facts.notary}, notaire — ${facts.notaryAddress}`,
                    italics: true,
                    size: 18,
                  }),
                ],
              }),
              new Paragraph({
                children: [new TextRun({ text: "PROJET — non signé", bold: true, size: 18 })],
                alignment: AlignmentType.RIGHT,
                spacing: { after: 240 },
              }),
            ],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.RIGHT,
                children: [
                  new TextRun({ children: ["Page ", PageNumber.CURRENT, " de ", PageNumber.TOTAL_PAGES], size: 18 }),
                ],
              }),
            ],
          }),
        },
        children: body,
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(document));
}

function dutyParticulars(
  facts: ProjetActe,
  paragraph: (text: string) => Paragraph,
  table: (shares: [number, number], rows: [string, string][], total: boolean) => Table,
): (Paragraph | Table)[] {
  if (facts.dutyLayout === "tableau") {
    return [
      table(
        [4300, 5060],
        [
          ["Mention", "Déclaration des parties"],
          ["Valeur de la contrepartie", inWordsAndFigures(facts.price)],
          ["Base d'imposition du droit de mutation", inWordsAndFigures(facts.taxBase)],
          ["Montant du droit de mutation", inWordsAndFigures(facts.duty)],
        ],
        false,
      ),
    ];
  }
  return [
    paragraph(
      `La valeur de la contrepartie pour le transfert de l'immeuble est, selon les parties, de ${inWordsAndFigures(facts.price)}.`,
    ),
    paragraph(
      `Le montant constituant la base d'imposition du droit de mutation est, selon les parties, de ${inWordsAndFigures(facts.taxBase)}.`,
    ),
    paragraph(`Le montant du droit de mutation s'élève à la somme de ${inWordsAndFigures(facts.duty)}.`),
  ];
}
