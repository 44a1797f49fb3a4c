import type { Person } from "./parties.ts";
import { Scan } from "./scan.ts";
import { Sheet } from "./sheet.ts";
import { signatureCurve } from "./signature-curve.ts";

export interface DeclarationsVendeur {
  agency: string;
  sellers: Person[];
  address: string;
  lot: string;
  since: string;
  answers: { question: string; yes: boolean; comment?: string }[];
  signed: string;
}

const TITLE = "DÉCLARATIONS DU VENDEUR SUR L'IMMEUBLE";

export async function writeDeclarationsVendeur(facts: DeclarationsVendeur): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: "Déclarations du vendeur",
    author: facts.agency,
    family: "helvetica",
    fontSize: 9.8,
    margin: 58,
    footer: "Déclarations du vendeur sur l'immeuble",
  });
  sheet.paragraph(`**${facts.agency}**`, { align: "left", gapAfter: 2 });
  sheet.rule(1.2);
  sheet.heading(TITLE, { size: 14, align: "center", gapBefore: 2, gapAfter: 8 });
  sheet.table(
    [{ share: 2 }, { share: 5 }],
    [
      ["Vendeurs", facts.sellers.map(({ name }) => name).join("\n")],
      ["Adresse de l'immeuble", facts.address],
      ["Cadastre", `Lot ${facts.lot} du cadastre du Québec`],
      ["Propriétaires depuis", facts.since],
    ],
    { header: false },
  );
  sheet.table(
    [{ share: 5.4 }, { share: 0.8, align: "center" }, { share: 3.4 }],
    [
      ["À la connaissance du vendeur :", "Réponse", "Précisions"],
      ...facts.answers.map(({ question, yes, comment = "" }, index) => [
        `${index + 1}. ${question}`,
        yes ? "Oui" : "Non",
        comment,
      ]),
    ],
  );
  sheet.paragraph(
    "Les vendeurs déclarent que les renseignements ci-dessus sont exacts au meilleur de leur connaissance et s'engagent à informer sans délai les acheteurs de tout changement avant la signature de l'acte de vente.",
  );
  sheet.paragraph(`Signé à Montréal, le ${facts.signed}.`, { align: "left", gapAfter: 0, keep: 70 });
  sheet.signatures(facts.sellers.map(({ name }) => ({ name, below: "Vendeur", signed: true })));
  return sheet.save();
}

/** The same form, filled by hand and scanned: an image, and not one word of text. */
export async function scanDeclarationsVendeur(facts: DeclarationsVendeur): Promise<Uint8Array> {
  const scan = new Scan(facts.lot);
  const [left, right] = [120, 1160];
  const printed = { height: 16, pen: 2 };
  const byHand = { height: 21, pen: 2.4, hand: true };
  scan.write(facts.agency, left, 120, { height: 20, pen: 3 });
  scan.line(left, 140, right, 140, 3);
  scan.write(TITLE, left, 200, { height: 27, pen: 4.2 });

  let y = 270;
  const fields = [
    ["Vendeurs :", facts.sellers.map(({ name }) => name).join(" et ")],
    ["Adresse de l'immeuble :", facts.address],
    ["Cadastre : lot", facts.lot],
    ["Propriétaires depuis :", facts.since],
  ];
  for (const [label, value] of fields as [string, string][]) {
    const end = scan.write(label, left, y, printed);
    scan.write(value, end + 14, y - 3, { ...byHand, height: Math.min(byHand.height, 19) });
    scan.line(end + 6, y + 6, right, y + 6, 1);
    y += 56;
  }

  scan.line(left, y - 18, right, y - 18, 2);
  scan.write("À la connaissance du vendeur :", left + 8, y + 14, { ...printed, pen: 2.8 });
  scan.write("Oui", 800, y + 14, { ...printed, pen: 2.8 });
  scan.write("Non", 870, y + 14, { ...printed, pen: 2.8 });
  scan.write("Précisions", 950, y + 14, { ...printed, pen: 2.8 });
  y += 34;
  for (const [index, { question, yes, comment }] of facts.answers.entries()) {
    scan.line(left, y, right, y, 1.2);
    let lineY = y + 32;
    for (const line of wrap(`${index + 1}. ${question}`, 62)) {
      scan.write(line, left + 8, lineY, { ...printed, height: 14 });
      lineY += 27;
    }
    scan.box(806, y + 44, 22, yes);
    scan.box(876, y + 44, 22, !yes);
    if (comment) scan.write(comment, 930, y + 42, { ...byHand, height: 17 });
    y += 82;
  }
  scan.line(left, y, right, y, 2);
  for (const x of [left, 780, 850, 922, right]) scan.line(x, y - 82 * facts.answers.length - 52, x, y, 1.2);

  y += 52;
  for (const line of wrap(
    "Les vendeurs déclarent que ces renseignements sont exacts au meilleur de leur connaissance et s'engagent à informer les acheteurs de tout changement.",
    92,
  )) {
    scan.write(line, left, y, { ...printed, height: 14 });
    y += 28;
  }
  y += 14;
  const end = scan.write("Signé à Montréal, le", left, y, printed);
  scan.write(facts.signed, end + 14, y - 2, byHand);
  y += 110;
  for (const [index, { name }] of facts.sellers.entries()) {
    const x = left + index * 540;
    scan.line(x, y, x + 460, y, 1.2);
    scan.curve(
      signatureCurve(name).map(([px, py]) => [x + 40 + px * 2.6, y - 14 - py * 2.2]),
      2.8,
    );
    scan.write(name, x, y + 26, { ...printed, height: 13 });
  }
  scan.write("Page 1 de 1", 1050, 1580, { height: 12, pen: 1.6 });
  return scan.save("Numérisation 2026-10-19", "Numériseur (spécimen)");
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
