import { grayscale, rgb } from "pdf-lib";
import { Sheet } from "./sheet.ts";

export interface CertificatLocalisation {
  surveyor: string;
  firm: string;
  /** The surveyor's own number of the document. */
  minute: string;
  file: string;
  client: string;
  lot: string;
  address: string;
  area: string;
  /** In metres: frontage and depth, with a comma. */
  frontage: string;
  depth: string;
  surveyed: string;
  reported: string;
  title: string;
  easements: string;
  building: string;
}

export async function writeCertificatLocalisation(facts: CertificatLocalisation): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: `Certificat de localisation, minute ${facts.minute}`,
    author: facts.surveyor,
    family: "helvetica",
    fontSize: 9.8,
    margin: 62,
    footer: `Minute ${facts.minute} — Dossier ${facts.file}`,
  });
  sheet.paragraph(`**${facts.firm}**`, { align: "left", size: 12, gapAfter: 0 });
  sheet.paragraph("Arpenteurs-géomètres", { align: "left", gapAfter: 4, size: 9 });
  sheet.rule();
  sheet.paragraph("PROVINCE DE QUÉBEC — CIRCONSCRIPTION FONCIÈRE DE MONTRÉAL", {
    align: "center",
    size: 9,
    gapAfter: 4,
  });
  sheet.heading("CERTIFICAT DE LOCALISATION", { size: 16, align: "center", gapBefore: 4, gapAfter: 0 });
  sheet.heading("RAPPORT", { size: 13, align: "center", gapBefore: 2, gapAfter: 8 });
  sheet.table(
    [{ share: 2 }, { share: 5 }],
    [
      ["Minute / dossier", `${facts.minute} / ${facts.file}`],
      ["Lot", `${facts.lot} du cadastre du Québec`],
      ["Immeuble", facts.address],
      ["Client", facts.client],
      ["Levé sur le terrain", facts.surveyed],
    ],
    { header: false },
  );
  sheet.paragraph(
    `Je, soussigné, **${facts.surveyor}**, arpenteur-géomètre, certifie avoir effectué, le **${facts.surveyed}**, le levé et les recherches nécessaires à la préparation du présent rapport et du plan qui l'accompagne, lesquels forment ensemble un certificat de localisation au sens du règlement applicable.`,
  );
  for (const [title, text] of articles(facts)) {
    sheet.heading(title, { size: 10.2, gapBefore: 3, gapAfter: 2 });
    sheet.paragraph(text);
  }
  sheet.paragraph(
    `Fait et signé à Montréal, le **${facts.reported}**, sous le numéro **${facts.minute}** de mes minutes.`,
    { keep: 80 },
  );
  sheet.signatures([{ name: facts.surveyor, below: "Arpenteur-géomètre", signed: true }]);
  drawPlan(sheet, facts);
  return sheet.save();
}

function articles(facts: CertificatLocalisation): [string, string][] {
  return [
    [
      "1. Désignation du bien-fonds",
      `Le bien-fonds à l'étude est le lot **${facts.lot}** du cadastre du Québec, circonscription foncière de Montréal. Il est de figure rectangulaire et mesure ${facts.frontage} mètres de front sur ${facts.depth} mètres de profondeur, pour une superficie de ${facts.area}.`,
    ],
    [
      "2. Historique cadastral et concordance",
      "Le lot a été créé lors de la rénovation cadastrale du secteur. Les recherches au Registre foncier n'ont révélé aucune modification du lot depuis. Les mesures et la superficie occupées concordent avec celles du cadastre et du titre.",
    ],
    ["3. Titre de propriété", facts.title],
    [
      "4. Occupation et bornage",
      "Le bien-fonds est délimité par des clôtures et des haies dont la position coïncide sensiblement avec ses limites. Aucun procès-verbal de bornage n'a été retracé.",
    ],
    ["5. Bâtiments", facts.building],
    [
      "6. Empiètements",
      "Le levé n'a révélé aucun empiètement exercé ou souffert par le bien-fonds, sauf le débord de gouttières usuel au-dessus de la marge avant.",
    ],
    ["7. Servitudes", facts.easements],
    [
      "8. Vues",
      "Les ouvertures du bâtiment principal donnant sur les fonds voisins respectent les distances prescrites par le Code civil du Québec.",
    ],
    [
      "9. Réglementation municipale",
      "L'immeuble est situé dans une zone d'habitation de faible densité. La position du bâtiment est conforme aux marges prescrites par le règlement de zonage en vigueur à la date du levé.",
    ],
    [
      "10. Zones particulières",
      "Le bien-fonds n'est situé ni dans une zone agricole, ni dans une zone inondable cartographiée, ni dans une aire de protection d'un immeuble patrimonial classé. Il n'est pas visé par un avis d'expropriation ni par une réserve pour fins publiques.",
    ],
    [
      "11. Immeuble collectif",
      "Le bâtiment compte moins de cinq logements. Il n'y a pas lieu d'examiner son appartenance à un ensemble immobilier.",
    ],
    [
      "12. Attestation",
      "J'ai vérifié, et mentionné s'il y a lieu, chacun des éléments que le règlement exige. Les mesures indiquées sont en mètres (SI). Le présent certificat a été préparé en vue d'une transaction immobilière ou d'un financement; il ne peut servir à une autre fin sans l'autorisation écrite du soussigné.",
    ],
  ];
}

/** The plan that goes with the report: the lot, the house, the street, the north. */
function drawPlan(sheet: Sheet, facts: CertificatLocalisation): void {
  sheet.pageBreak();
  sheet.heading("CERTIFICAT DE LOCALISATION — PLAN", { size: 13, align: "center", gapBefore: 0, gapAfter: 2 });
  sheet.paragraph(`accompagnant le rapport portant le numéro ${facts.minute} des minutes de ${facts.surveyor}`, {
    align: "center",
    size: 9,
  });
  const { page } = sheet;
  const [x, y, width, height] = [196, 250, 220, 380];
  page.drawRectangle({ x, y, width, height, borderWidth: 1.4, borderColor: grayscale(0) });
  page.drawRectangle({
    x: x + 45,
    y: y + 95,
    width: 130,
    height: 120,
    borderWidth: 1,
    color: grayscale(0.92),
    borderColor: grayscale(0.1),
  });
  page.drawRectangle({
    x: x + 150,
    y: y + 318,
    width: 42,
    height: 36,
    borderWidth: 0.8,
    color: grayscale(0.96),
    borderColor: grayscale(0.3),
  });
  const label = (text: string, labelY: number, size = 9): void =>
    sheet.text(text, x, labelY, { size, align: "center", width });
  label(`**LOT ${facts.lot}**`, y + 268, 11);
  label(`Superficie : ${facts.area}`, y + 254);
  label("Maison", y + 158);
  label(`N° ${facts.address.split(",")[0]}`, y + 146, 8);
  sheet.text("Cabanon", x + 153, y + 333, { size: 7.5 });
  label(`${facts.frontage} m`, y + height + 6);
  label(`${facts.frontage} m`, y - 14);
  sheet.text(`${facts.depth} m`, x - 46, y + height / 2, { size: 9 });
  sheet.text(`${facts.depth} m`, x + width + 8, y + height / 2, { size: 9 });
  for (const [from, to] of [
    [y, y + 95],
    [y + 215, y + height],
  ] as const) {
    page.drawLine({
      start: { x: x + 22, y: from },
      end: { x: x + 22, y: to },
      thickness: 0.4,
      dashArray: [3, 3],
      color: rgb(0.4, 0.4, 0.4),
    });
  }
  sheet.text("6,10", x + 26, y + 44, { size: 7.5 });
  for (const offset of [24, 72]) {
    page.drawLine({
      start: { x: 90, y: y - offset },
      end: { x: 522, y: y - offset },
      thickness: 0.9,
      color: grayscale(0.3),
    });
  }
  sheet.text(
    facts.address
      .split(",")
      .slice(0, 2)
      .join(",")
      .replace(/^\d+, /, "")
      .toUpperCase(),
    90,
    y - 52,
    { size: 9.5, align: "center", width: 432 },
  );
  page.drawSvgPath("M 0 0 L 7 28 L 0 21 L -7 28 Z", { x: 500, y: 640, color: grayscale(0.15), borderWidth: 0.5 });
  sheet.text("**N**", 496, 646, { size: 11 });
  sheet.y = 158;
  sheet.table(
    [{ share: 3 }, { share: 2 }, { share: 2 }],
    [
      [
        "Cadastre du Québec\nCirconscription foncière de Montréal",
        "Échelle 1 : 200\nMesures en mètres (SI)",
        `Minute ${facts.minute}\nDossier ${facts.file}`,
      ],
    ],
    { header: false, size: 8.5 },
  );
  sheet.scribble(facts.surveyor, 404, sheet.y - 14, 0.9);
  sheet.text(`${facts.surveyor}, arpenteur-géomètre`, sheet.margin, sheet.y - 14, { size: 9 });
}
