import { type Amount, type Person, inWordsAndFigures, nameTogether } from "./parties.ts";
import { Sheet } from "./sheet.ts";

export interface TitreAcquisition {
  minute: string;
  /** « L'AN DEUX MILLE ONZE, le trente juin » */
  opening: string;
  /** « 30 juin 2011 » */
  date: string;
  notary: string;
  sellers: Person[];
  sellersAddress: string;
  buyers: Person[];
  buyersAddress: string;
  lot: string;
  address: string;
  easements: string;
  previousTitle: string;
  price: Amount;
  duty: string;
  published: string;
}

export async function writeTitreAcquisition(facts: TitreAcquisition): Promise<Uint8Array> {
  const sheet = await Sheet.create({
    title: `Acte de vente, minute ${facts.minute}`,
    author: facts.notary,
    family: "times",
    fontSize: 11,
    margin: 72,
    curlyApostrophes: true,
    footer: `${facts.notary}, notaire — minute ${facts.minute}`,
  });
  const section = (text: string): void => sheet.heading(text, { align: "center", gapBefore: 4, gapAfter: 4, size: 11 });
  const plural = (people: Person[]): boolean => people.length > 1;
  const role = (people: Person[], one: string, many: string): string =>
    plural(people)
      ? `ci-après appelés les « ${many} »`
      : `ci-après ${people[0]!.title === "M." ? "appelé" : "appelée"} le « ${one} »`;

  sheet.paragraph(`Le ${facts.date}`, { align: "left", gapAfter: 0 });
  sheet.paragraph(`**N° ${facts.minute}**`, { align: "right", gapAfter: 0 });
  sheet.heading("ACTE DE VENTE", { size: 15, align: "center", gapBefore: 0, gapAfter: 10 });
  sheet.paragraph(`**${facts.opening}**,`);
  sheet.paragraph(`**DEVANT** Me ${facts.notary}, notaire à Montréal, province de Québec,`);
  sheet.paragraph("**COMPARAISSENT :**");
  sheet.paragraph(
    `${nameTogether(facts.sellers, { bold: true })}, demeurant au ${facts.sellersAddress}, ${role(facts.sellers, "VENDEUR", "VENDEURS")};`,
    { indent: 24 },
  );
  sheet.paragraph("ET");
  sheet.paragraph(
    `${nameTogether(facts.buyers, { bold: true })}, demeurant au ${facts.buyersAddress}, ${role(facts.buyers, "ACHETEUR", "ACHETEURS")};`,
    { indent: 24 },
  );
  sheet.paragraph("**LESQUELS conviennent de ce qui suit :**");

  section("OBJET DU CONTRAT");
  sheet.paragraph(
    `Le vendeur vend aux acheteurs, chacun pour une moitié indivise, l'immeuble dont la désignation suit :`,
  );
  section("DÉSIGNATION");
  sheet.paragraph(
    `Un immeuble connu et désigné comme étant le lot numéro **${facts.lot}** du cadastre du Québec, circonscription foncière de Montréal. Avec la maison y érigée portant le numéro **${facts.address}**, circonstances et dépendances.`,
    { indent: 24 },
  );
  section("SERVITUDES");
  sheet.paragraph(facts.easements);
  section("GARANTIE");
  sheet.paragraph(
    "La vente est faite avec la garantie légale. Le vendeur remet aux acheteurs les titres et le certificat de localisation qu'il a en sa possession.",
  );
  section("ORIGINE DU DROIT DE PROPRIÉTÉ");
  sheet.paragraph(facts.previousTitle);
  section("POSSESSION ET RÉPARTITIONS");
  sheet.paragraph(
    "Les acheteurs deviennent propriétaires de l'immeuble à compter de ce jour, avec possession et occupation immédiates. Les parties déclarent avoir fait entre elles les répartitions d'usage en date des présentes et s'en donner quittance.",
  );
  section("DÉCLARATIONS DU VENDEUR");
  sheet.paragraph(
    "Le vendeur déclare que l'immeuble est libre de toute hypothèque, redevance, priorité ou charge quelconque, sauf ce qui est énoncé ci-dessus; que toutes les taxes échues ont été payées, sans subrogation; et qu'il est résident canadien au sens des lois fiscales.",
  );
  section("OBLIGATIONS DES ACHETEURS");
  sheet.paragraph(
    "Les acheteurs s'obligent à prendre l'immeuble dans l'état où il se trouve, à payer les taxes à échoir à compter de ce jour, et à payer les frais et honoraires des présentes, de leur publicité et des copies pour toutes les parties.",
  );
  section("PRIX");
  sheet.paragraph(
    `La vente est consentie pour le prix de **${inWordsAndFigures(facts.price)}**, que le vendeur reconnaît avoir reçu, dont quittance totale et finale.`,
  );
  section("MENTIONS EXIGÉES PAR LA LOI CONCERNANT LES DROITS SUR LES MUTATIONS IMMOBILIÈRES");
  sheet.paragraph(
    `L'immeuble est situé sur le territoire de la Ville de Montréal. Selon les parties, le montant de la contrepartie et celui de la base d'imposition sont de ${facts.price.figures}; le montant du droit de mutation s'élève à ${facts.duty}. Le transfert ne comporte aucun meuble.`,
  );
  sheet.paragraph(
    `**DONT ACTE** à Montréal, sous le numéro ${facts.minute} des minutes du notaire soussigné. **LECTURE FAITE**, les parties signent en présence du notaire.`,
    { keep: 70 },
  );
  sheet.signatures([
    ...[...facts.sellers, ...facts.buyers].map(({ name }) => ({ name, signed: true })),
    { name: `Me ${facts.notary}`, below: "Notaire", signed: true },
  ]);
  sheet.paragraph(
    `_Copie conforme. Publié au Registre foncier du Québec, circonscription foncière de Montréal, ${facts.published}._`,
    { size: 9.5 },
  );
  return sheet.save();
}
