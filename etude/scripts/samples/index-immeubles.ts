import { Sheet } from "./sheet.ts";

export interface IndexImmeubles {
  lot: string;
  /** When the page of the lot was opened in the register. */
  opened: string;
  consulted: string;
  entries: {
    presented: string;
    number: string;
    nature: string;
    /** One a line: « Vendeur : … ». */
    parties: string[];
    remarks: string;
    cancelled?: string;
  }[];
}

export async function writeIndexImmeubles(facts: IndexImmeubles): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: `Index des immeubles, lot ${facts.lot}`,
    author: "Registre foncier (spécimen)",
    family: "helvetica",
    fontSize: 9.5,
    margin: 44,
    landscape: true,
    footer: `Consulté le ${facts.consulted} — copie sans valeur officielle (spécimen)`,
  });
  sheet.heading("REGISTRE FONCIER DU QUÉBEC", { size: 13, gapBefore: 0, gapAfter: 2 });
  sheet.heading("INDEX DES IMMEUBLES", { size: 15, gapBefore: 0, gapAfter: 6 });
  sheet.table(
    [{ share: 1 }, { share: 1 }, { share: 1 }],
    [
      [
        `Circonscription foncière : Montréal\nCadastre : Cadastre du Québec`,
        `Lot : ${facts.lot}\nDate d'établissement : ${facts.opened}`,
        `Plan : P-01\nConcordance : voir le plan de rénovation`,
      ],
    ],
    { header: false, size: 9 },
  );
  sheet.table(
    [{ share: 1.15 }, { share: 1.1 }, { share: 1.25 }, { share: 3.6 }, { share: 2.5 }, { share: 1.7 }],
    [
      [
        "Date de présentation",
        "Numéro d'inscription",
        "Nature de l'acte",
        "Qualité et nom des parties",
        "Remarques",
        "Radiations",
      ],
      ...facts.entries.map(({ presented, number, nature, parties, remarks, cancelled = "" }) => [
        presented,
        number,
        nature,
        parties.join("\n"),
        remarks,
        cancelled,
      ]),
    ],
    { size: 8.5 },
  );
  sheet.paragraph("Fin de l'index pour ce lot. Aucune autre inscription à la date de mise à jour du registre.", {
    align: "left",
    size: 8.5,
  });
  return sheet.save();
}
