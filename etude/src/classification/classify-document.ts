import type { DocumentType, Page } from "../facts.ts";
import { foldText } from "../extraction/fold-text.ts";

interface TypeWords {
  type: DocumentType;
  /** A title: these words at the head of the first page say what the document is. */
  title: RegExp;
  /** Words of a file's name. */
  file: RegExp;
}

/** In the order in which they are tried: a draft deed cites an offer, an offer cites a certificate. */
const TYPES: readonly TypeWords[] = [
  {
    type: "declarations_vendeur",
    title: /declarations? (?:du|de la|par le) vende(?:ur|resse)|\bseller'?s declarations?/,
    file: /declarations?[ _-]*(?:du[ _-]*)?vendeur|(?:^|[ _-])dv(?:[ _.-]|$)/,
  },
  {
    type: "certificat_localisation",
    title: /certificats? de localisation|certificate of location/,
    file: /certificat[ _-]*(?:de[ _-]*)?loc|localisation|certloc|location[ _-]*certificate/,
  },
  {
    type: "promesse_achat",
    title:
      /promesses? d'achat|offre d'achat|promesse de vente|contrat preliminaire|promise to purchase|offer to purchase/,
    file: /promesse|offre[ _-]*d?[' _-]*achat|(?:^|[ _-])pa[di]?(?:[ _.-]|$)|offer[ _-]*to[ _-]*purchase/,
  },
  {
    type: "offre_pret",
    title:
      /offre (?:de (?:pret|financement)|hypothecaire)|lettre d'engagement|engagement (?:de pret|hypothecaire)|instructions (?:au notaire|du preteur|notariees)|approbation (?:de pret|hypothecaire)|mortgage (?:commitment|offer|loan approval)|loan commitment|commitment letter/,
    file: /offre[ _-]*(?:de[ _-]*)?pret|offre[ _-]*hypothecaire|engagement|instructions|pret|financement|commitment/,
  },
  {
    type: "releve_hypothecaire",
    title:
      /releve (?:hypothecaire|de (?:pret|compte) hypothecaire|de remboursement)|etat de compte (?:hypothecaire|du pret|aux fins de)|etat de remboursement|solde (?:de remboursement|pour quittance)|mortgage statement|payout statement|discharge statement/,
    file: /releve|quittance|remboursement|payout|etat[ _-]*de[ _-]*compte/,
  },
  {
    type: "compte_taxes_scolaires",
    title:
      /(?:compte|avis|facture|releve)s? (?:de |d'imposition de )?(?:la )?taxes? scolaires?|\btaxe scolaire\b|school tax/,
    file: /scolaire|school/,
  },
  {
    type: "compte_taxes_municipales",
    title:
      /(?:compte|avis|facture|releve)s? (?:de |d'imposition de )?(?:la )?taxes?(?: (?:municipales?|foncieres?|annuelles?))?\b|\btaxes municipales\b|avis d'imposition|municipal tax/,
    file: /taxes?[ _-]*(?:mun|fonc|\d|$)|municipal|taxes/,
  },
  {
    type: "index_immeubles",
    title: /index (?:des|aux) immeubles|registre foncier du quebec|index of immovables|etat certifie d'inscription/,
    file: /index|registre[ _-]*foncier/,
  },
  {
    type: "assurance",
    title:
      /(?:police|certificat|attestation|preuve|confirmation|note de couverture) d'assurance|assurance (?:habitation|proprietaire|residentielle|des proprietaires)|(?:certificate|proof) of insurance|home insurance/,
    file: /assurance|insurance|police/,
  },
  { type: "projet_acte", title: /projet (?:d'acte|de (?:vente|contrat|l'acte))|draft deed/, file: /projet|draft/ },
  {
    type: "piece_identite",
    title:
      /permis de conduire|passeport|passport|driver'?s licen[cs]e|carte (?:d'identite|d'assurance maladie|de resident|de citoyennete)|certificat de (?:statut|citoyennete)|certificat de naissance|piece d'identite/,
    file: /permis|passeport|passport|identite|carte|(?:^|[ _-])id(?:[ _.-]|$)|licen[cs]e/,
  },
  {
    type: "titre",
    title:
      /titre (?:de propriete|d'acquisition)|(?:acte de |contrat de )?(?:vente|donation)\b|acte d'achat|declaration de transmission|deed of (?:sale|gift)/,
    file: /titre|acte|vente|deed|title/,
  },
];

/** A title stands in the first lines; what comes further down may only be cited. */
const HEAD_LINES = 12;
const HEAD_CHARACTERS = 900;
/** Published at the land register: a deed of the past, not a draft. */
const PUBLISHED =
  /(?:publie|inscrit)e?s?\b[^.]{0,80}?\b(?:numero|no)\s?\.?:?\s?\d{2}|\bnumero d'inscription\b|\bminute\s?:?\s?(?:no\.?|numero)?\s?\d/;
/** Blanks to fill, or a year yet to come, as only a draft has. */
const UNSIGNED = /_{4,}|\[\s?(?:date|numero|a completer|a confirmer)[^\]]{0,20}\]|\bprojet\b|\bebauche\b|\bdraft\b/;

/** The best title of a head: the one that stands first, a longer one before a shorter one. */
function byTitle(head: string): DocumentType | undefined {
  let best: { type: DocumentType; at: number; length: number } | undefined;
  for (const { type, title } of TYPES) {
    const match = title.exec(head);
    if (match === null) continue;
    const line = head.slice(0, match.index).split("\n").length;
    // Words of a sentence cite the document; a title is a short line.
    const at = line * 10 + (isTitleLine(head, match.index) ? 0 : 500);
    if (best === undefined || at < best.at || (at === best.at && match[0].length > best.length))
      best = { type, at, length: match[0].length };
  }
  return best === undefined || best.at >= 500 ? undefined : best.type;
}

function isTitleLine(head: string, at: number): boolean {
  const start = head.lastIndexOf("\n", at - 1) + 1;
  const newline = head.indexOf("\n", at);
  const line = head.slice(start, newline === -1 ? head.length : newline).trim();
  return line.length <= 90 && at - start <= 45;
}

/** A deed of sale without « projet » in its title is a title when it was published, a draft when it has blanks to fill. */
function deedType(pages: readonly Page[], file: string): DocumentType {
  const text = foldText(pages.map((page) => page.text).join("\n"));
  if (/projet|draft|ebauche/.test(file)) return "projet_acte";
  if (/titre|title/.test(file) || /titre (?:de propriete|d'acquisition)/.test(text.slice(0, HEAD_CHARACTERS)))
    return "titre";
  if (UNSIGNED.test(text)) return "projet_acte";
  if (PUBLISHED.test(text.slice(0, 1500)) || PUBLISHED.test(text.slice(-800))) return "titre";
  return "titre";
}

/** What a document is, from the titles at the head of its text, otherwise from its file's name. */
export function classifyDocument(file: string, pages: Page[]): DocumentType {
  const name = foldText(file.split("/").at(-1) ?? file);
  const first = pages.find(({ text }) => text.trim() !== "");
  const lines = foldText(first?.text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const head = lines
    .slice(0, HEAD_LINES)
    .join("\n")
    .replaceAll(/(?<=\b[a-z]) (?=[a-z]\b)/g, "")
    .slice(0, HEAD_CHARACTERS);
  const type =
    schoolOrNot(byTitle(head), head) ??
    TYPES.find(({ file: words }) => words.test(name))?.type ??
    byAnyMention(head) ??
    "inconnu";
  return type === "titre" || type === "projet_acte" ? (type === "projet_acte" ? type : deedType(pages, name)) : type;
}

/** « Avis d'imposition » is the title of both tax accounts. */
function schoolOrNot(type: DocumentType | undefined, head: string): DocumentType | undefined {
  return type === "compte_taxes_municipales" && /scolaire/.test(head) ? "compte_taxes_scolaires" : type;
}

/** When neither a title line nor the name tells: the one kind of document that the head mentions, if it is only one. */
function byAnyMention(head: string): DocumentType | undefined {
  const mentioned = TYPES.filter(({ title }) => title.test(head));
  return mentioned.length === 1 ? mentioned[0]?.type : undefined;
}
