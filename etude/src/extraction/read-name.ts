import { foldText } from "./fold-text.ts";

/** A name where it stands in the text. */
export interface ReadName {
  name: string;
  /** Where the name starts, after its title. */
  start: number;
  end: number;
  /** « M. », « Mme », « Me »… stood before it. */
  title: "person" | "jurist" | undefined;
  company: boolean;
}

const TITLE =
  /(?:(M\.|MM\.|Mme|Mmes|MME|Mlle|Monsieur|Madame|monsieur|madame|Mademoiselle|Messieurs|Mesdames|MONSIEUR|MADAME|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Dre|feue?)|(Me|Mes|ME|M[ᵉe]|Maître|Maitre|MAÎTRE|MAITRE))[ \u00a0]{1,3}(?:et[ \u00a0](?:Mme|Madame|M\.|Monsieur)[ \u00a0])?(?=[\p{Lu}d])/uy;
/** A capitalized word with its hyphens and apostrophes, or an initial: « Jean-Pierre », « O'Brien », « J.-P. ». */
const WORD =
  /(?:\p{Lu}\.(?:[-‑]?\p{Lu}\.)*|(?:[dl]['’])?\p{Lu}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*(?:[-‑](?:\n[ \u00a0]{0,8})?\p{L}[\p{L}\p{M}'’]*)*)(?![\p{L}\p{N}@])/uy;
const PARTICLE =
  /(?:[Dd]e [Ll]a|DE LA|D[Eeu]|DU|Des|DES|L[AaEe]|Les|LES|Van|Von|de l['’]|de|du|des|la|le|les|van der|van den|van|von|der|den|di|da|dos|del|el|al|bin|ben|y|[dl]['’])(?:[ \u00a0]|(?<=['’]))/y;
const SPACE = /[ \u00a0]{1,2}/y;
/** A name may run over the end of a full line. */
const WRAP = /[ \u00a0]?\n[ \u00a0]{0,8}/y;
const FULL_LINE = 50;
const LONGEST_NAME = 6;

/** Words that end a name, whatever their capital: roles, titles of sections, places, verbs of deeds. */
const STOP_WORDS = new Set(
  (
    "vendeur vendeurs vendeuse vendeuses venderesse acheteur acheteurs acheteuse acheteuses acquereur acquereurs preteur preteurs emprunteur emprunteurs creancier debiteur proprietaire " +
    "proprietaires titulaire notaire notaires arpenteur arpenteur-geometre arpenteurs geometre et entre and the of prix lot lots acte vente promesse offre achat certificat localisation designation immeuble cadastre " +
    "quebec canada province district ville municipalite circonscription fonciere date adresse page signature signatures telephone tel courriel rue avenue boulevard chemin rang app ci-apres nom noms prenom prenoms " +
    "comparaissent comparait objet conditions condition titre numero no dossier registre hypotheque pret le la les l du des d un une l'acheteur l'acquereur l'emprunteur partie parties president presidente secretaire " +
    "representant representee represente monsieur madame maitre declare declarent reconnait soussigne soussignes ne nee domicilie avis acceptation inscription inscrit minute minutes compte taxes evaluation janvier " +
    "fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche seller buyer purchaser vendor lender borrower notary deed sale agreement " +
    "immatriculation montant total solde acompte devant ayant aux termes article clause annexe je nous il elle pour par sur a en au dans avec sans que qui dont si son sa ses cette ce ces tout toute ainsi selon " +
    "service direction bureau greffe ministere gouvernement loi code civil statut etat regime profession occupation nationalite sexe taille yeux permis expire expiration delivrance classe restriction restrictions lieu naissance " +
    "superficie matricule servitude servitudes declaration declarations garantie possession delivrance quittance mainlevee inc ltee reponse reponses precision precisions oui non element valeur description remarques remarque qualite nature radiation radiations presentation courtier agence immobilier immobiliere lieutenant l'an l'annee mille million cent vingt me mme mlle etude obligations charges " +
    "particulieres particuliere generales generale dispositions modalites paiement financement inspection inclusions exclusions identification origine repartitions repartition regime matrimonial mentions exigees " +
    "droits mutation mutations hypothecaire hypothecaires hypotheques renseignements sous-total intervention consentement mandat consideration considerations clauses stipulations priorite delai delais"
  ).split(" "),
);

const COMPANY_NUMBERED =
  /(?:\d{4}-\d{4}|\d{5,8})[ \u00a0](?:Qu[ée]bec|Canada|QU[ÉE]BEC|CANADA|Ontario)(?:[ \u00a0]?,?[ \u00a0](?:inc\.?|INC\.?|Inc\.?|lt[ée]e\.?|LT[ÉE]E\.?|limit[ée]e|ltd\.?))?/uy;
const COMPANY_HEAD =
  /(?:(?:La|Le|Les|LA|LE|LES)[ \u00a0])?(?:Banque|BANQUE|Caisse|CAISSE|Fiducie|FIDUCIE|Soci[ée]t[ée]|SOCI[ÉE]T[ÉE]|Compagnie|COMPAGNIE|Corporation|Syndicat|SYNDICAT|Succession|SUCCESSION|F[ée]d[ée]ration|F[ÉE]D[ÉE]RATION|Coop[ée]rative|COOP[ÉE]RATIVE|Hypoth[èe]ques|Financi[èe]re|Groupe|GROUPE|Gestions?|GESTION|Gestion|Placements?|PLACEMENTS|Investissements?|INVESTISSEMENTS|Entreprises?|ENTREPRISES|Immeubles|IMMEUBLES|Immobili[èe]re?|Habitations?|HABITATIONS|Constructions?|CONSTRUCTIONS?|D[ée]veloppements?|Fabrique|Fondation|Association|Trust|Royal Bank|National Bank|Bank|TD Canada Trust|CIBC|RBC|BMO|Desjardins|DESJARDINS|Laurentian Bank|Ville de|VILLE DE|Municipalit[ée] de|MUNICIPALIT[ÉE] DE)(?![\p{L}-])/uy;
/** What stands after a company's name, though it starts with a capital. */
const COMPANY_STOP =
  /^(?:vendeu|vendere|achete|acquere|preteu|emprunteu|creancier|debiteu|proprietaire|titulaire|notaire|adresse|date|numero|no\b|telephone|montant|ci-apres|offre|lettre|page|radie|publie)/;
/** The rest of a company's name: words, « & », « et », small words, up to its legal form. */
const COMPANY_REST =
  /(?:[ \u00a0](?:\p{Lu}[\p{L}\p{M}\p{N}'’.&-]*|\d{1,6}|&|(?:de feue?|feue?|de|du|des|de la|la|le|les|of|pour|en|aux?|et de|et des|et|and)[ \u00a0](?:l['’])?(?=\p{Lu})(?:[dl]['’])?\p{Lu}[\p{L}\p{M}\p{N}'’.&-]*|[dl]['’]\p{Lu}?[\p{L}\p{M}'’-]*|(?:caisses|hypoth[èe]ques|copropri[ée]taires|copropri[ée]t[ée]|placements?|gestion|immobili[èe]re?|familiale|fiducie|entreprises?|populaire|d['’][ée]conomie|hypoth[ée]caire|financi[eè]re?)(?![\p{L}])|(?:des|de la|de)(?=[ \u00a0](?:caisses|copropri))))/uy;
const LEGAL_FORM =
  /,?[ \u00a0](?:inc\.?|INC\.?|Inc\.?|lt[ée]e\.?|LT[ÉE]E\.?|Lt[ée]e\.?|limit[ée]e|ltd\.?|Ltd\.?|LTD\.?|s\.?e\.?n\.?c\.?(?:r\.?l\.?)?|S\.?E\.?N\.?C\.?(?:R\.?L\.?)?|s\.?e\.?c\.?|S\.?E\.?C\.?|corp\.?|Corp\.?|enr\.?|S\.A\.|LLP|L\.P\.|& Cie|et associ[ée]s|et fils inc\.?)(?![\p{L}])/uy;
/** The last word of an English name, when all its words have a capital: « Northern Pine Mortgage Corporation ». */
const ENGLISH_FORM = /[ \u00a0](?:Corporation|CORPORATION|Company|COMPANY|Credit Union|CREDIT UNION)(?![\p{L}])/uy;
/** « Les Rénovations Bélanger inc. »: any words, from a capital to a legal form. */
const COMPANY_FIRST = /\p{Lu}[\p{L}\p{M}\p{N}'’.&-]*/uy;
const COMPANY_WORD = /[ \u00a0](?:[\p{Lu}\p{N}&][\p{L}\p{M}\p{N}'’.&-]*|\p{Ll}[\p{L}\p{M}'’-]{0,13})/uy;

/** « TREMBLAY, Jean-Pierre » */
const GIVEN_AFTER =
  /,[ \u00a0]{1,2}(\p{Lu}[\p{L}\p{M}'’]*(?:[- ‑]\p{Lu}[\p{L}\p{M}'’]*){0,2})(?=[ \u00a0]*(?:\n|$|;|\(| {2,}|\d|[ \u00a0](?:et|and)[ \u00a0]))/uy;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isStop(word: string): boolean {
  const folded = foldText(word);
  return STOP_WORDS.has(folded) || STOP_WORDS.has(folded.replace(/^[dl]'/, ""));
}

function readCompany(text: string, at: number): { start: number; end: number } | undefined {
  const numbered = matchAt(COMPANY_NUMBERED, text, at);
  if (numbered !== null) return { start: at, end: at + numbered[0].length };
  const head = matchAt(COMPANY_HEAD, text, at);
  if (head !== null) {
    let end = at + head[0].length;
    for (let words = 0; words < 10; words += 1) {
      const rest = matchAt(COMPANY_REST, text, end);
      if (rest === null || COMPANY_STOP.test(foldText(rest[0].trim()))) break;
      end += rest[0].length;
    }
    // The period of the sentence is no part of the name.
    if (/\p{L}{4}\.$/u.test(text.slice(at, end))) end -= 1;
    end += matchAt(LEGAL_FORM, text, end)?.[0].length ?? 0;
    // « Banque » alone is a word, not a name.
    return end - at > head[0].length || /^(?:CIBC|RBC|BMO|Desjardins|TD|Royal Bank|National Bank)/i.test(head[0])
      ? { start: at, end }
      : undefined;
  }
  return readUpToLegalForm(text, at);
}

function readUpToLegalForm(text: string, at: number): { start: number; end: number } | undefined {
  const first = matchAt(COMPANY_FIRST, text, at);
  if (first === null) return undefined;
  let end = at + first[0].length;
  let isCapitalized = true;
  for (let words = 0; words < 8; words += 1) {
    const form = matchAt(LEGAL_FORM, text, end) ?? (isCapitalized ? matchAt(ENGLISH_FORM, text, end) : null);
    if (form !== null) return { start: at, end: end + form[0].length };
    const next = matchAt(COMPANY_WORD, text, end);
    if (next === null) return undefined;
    end += next[0].length;
    isCapitalized &&= /^.[\p{Lu}\p{N}&]/u.test(next[0]);
  }
  return undefined;
}

/** Whether a name may go on after the end of this line: the line is full, and one word of the name is left. */
function wraps(text: string, at: number, words: number): string | undefined {
  const wrap = matchAt(WRAP, text, at);
  if (wrap === null) return undefined;
  if (at - (text.lastIndexOf("\n", at - 1) + 1) < FULL_LINE) return undefined;
  const word = matchAt(WORD, text, at + wrap[0].length);
  if (word === null) return undefined;
  const after = text.slice(at + wrap[0].length + word[0].length);
  return words === 1 || /^(?:[,;(]|[ \u00a0](?:et|and)[ \u00a0])/.test(after) ? wrap[0] : undefined;
}

function readPerson(text: string, at: number): { start: number; end: number; words: number } | undefined {
  let end = at;
  let words = 0;
  let next = at;
  while (words < LONGEST_NAME) {
    const particle = words === 0 ? null : matchAt(PARTICLE, text, next);
    const word = matchAt(WORD, text, next + (particle?.[0].length ?? 0));
    if (word === null || isStop(word[0])) break;
    words += 1;
    end = next + (particle?.[0].length ?? 0) + word[0].length;
    const space = matchAt(SPACE, text, end)?.[0] ?? wraps(text, end, words);
    if (space === undefined) break;
    next = end + space.length;
  }
  return words === 0 ? undefined : { start: at, end, words };
}

/** Reads the name of a person (two words or more) or of a company that starts at `at`, after its title if it has one. */
export function readName(text: string, at: number): ReadName | undefined {
  const titled = matchAt(TITLE, text, at);
  const start = at + (titled?.[0].length ?? 0);
  const title = titled === null ? undefined : titled[2] === undefined ? "person" : "jurist";
  const company = title === undefined ? readCompany(text, start) : undefined;
  if (company !== undefined)
    return { name: tidy(text.slice(company.start, company.end)), ...company, title, company: true };
  const person = readPerson(text, start);
  if (person === undefined) return undefined;
  if (person.words === 1) {
    const given = /^[\p{Lu}\p{M}'’-]{2,}$/u.test(text.slice(start, person.end))
      ? matchAt(GIVEN_AFTER, text, person.end)
      : null;
    if (given === null || (given[1] ?? "").split(/[ -]/).some(isStop)) return undefined;
    const end = person.end + given[0].length;
    return { name: tidy(text.slice(start, end)), start, end, title, company: false };
  }
  return { name: tidy(text.slice(start, person.end)), start, end: person.end, title, company: false };
}

function tidy(name: string): string {
  return name
    .replaceAll(/(?<=[-‑])\n\s*/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[‐‑]/g, "-")
    .trim();
}
