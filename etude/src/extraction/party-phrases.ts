import type { PartyRole } from "../facts.ts";
import type { FoundParty } from "./party-labels.ts";
import { namesEndingAt } from "./names-ending-at.ts";
import { ROLE_WORDS, roleOf } from "./party-roles.ts";
import { readNameList } from "./read-name-list.ts";
import { readName } from "./read-name.ts";

const ROLE = new RegExp(ROLE_WORDS, "g");
/** Between a name and the role that qualifies it: « Jean Tremblay (le « Vendeur ») », « Jean Tremblay, vendeur ». */
const QUALIFIED =
  /(?:\s?[("][\s("]{0,3}(?:(?:le|la|les|l'|the)\s?)?[\s"]{0,2}|,\s?(?:en qualite de |as )?|\s[-]\s(?:le |la |les |l')?)$/;
/** « vente par X à Y », in an index or a recital. */
const SALE = /\b(?:vente|vend|vendu|cession|cede|sale|sold)\b(?:[^.;:\n]{0,40}?\b(?:par|by)|\s(de|from))\s/g;
const TO = /^[^.;:\n]{0,60}?\s(?:a|en faveur de|to)\s/;
/** « hypothèque par X en faveur de Y » */
const HYPOTHEC = /\bhypotheque\b[^.;:\n]{0,90}?\b(?:en faveur d[eu']|au profit d[eu'])\s?(?:la |l')?/g;
/** « un prêt de la Banque X », « un emprunt auprès de la Caisse Y » */
const LOAN =
  /\b(?:prets?|emprunts?)(?: hypothecaires?)? (?:d[eu]s?|aupres d[eu]s?|consentie?s? par|accordee?s? par)\s(?:la |le |l')?/g;
const OWNED =
  /\b(?:appartient|appartiennent|appartenant|(?:est|etant) (?:la )?propriete)\s(?:a|de|au nom de)\s|\b(?:belongs|belonging) to\s|\bau nom d(?:e\s|')/g;
const JURIST =
  /\b(?:devant|recu[es]? par|par-devant|minutes de|etude de|before|rapport de|redige par|prepare par)\s(?:me|maitre|mes)\s/g;

function findQualified(text: string, folded: string, start: number, role: PartyRole, words: string): FoundParty[] {
  const before = folded.slice(Math.max(0, start - 30), start);
  const link = QUALIFIED.exec(before);
  if (link === null) return [];
  const end = start - (before.length - link.index);
  return namesEndingAt(text, end, /s\b|\(s\)/.test(words)).map((name) => ({ name, role, from: name.start }));
}

/** « le vendeur, M. Jean Tremblay », « vendeur Jean Tremblay », « arpenteur-géomètre Marc Gendron ». */
function findAfterRole(text: string, folded: string, start: number, end: number, role: PartyRole): FoundParty[] {
  // « ancien propriétaire : » is somebody else.
  if (
    /\b(?:ancien(?:ne)?s?|precedente?s?|future?s?|autres?|ex-)\s?$/.test(folded.slice(Math.max(0, start - 14), start))
  )
    return [];
  const link = /^(?:[ \u00a0](?:est|sont|is|are)[ \u00a0]|[ \u00a0]"?|,[ \u00a0]|"[ \u00a0])/.exec(
    text.slice(end, end + 8),
  )?.[0];
  if (link === undefined) return [];
  const list = readNameList(text, end + link.length);
  const first = list?.names[0];
  if (list === undefined || first === undefined || first.start > end + 22 || / {2}/.test(text.slice(end, first.start)))
    return [];
  // In capitals, « LE VENDEUR DÉCLARE AVOIR » looks like a name; and after a comma, only a title is sure.
  const isCapitals =
    first.name === first.name.toUpperCase() && text.slice(start, end) === text.slice(start, end).toUpperCase();
  const isSure = first.title !== undefined || first.company;
  if (!isSure && (isCapitals || (link.includes(",") && !/^\s?,/.test(text.slice(list.end, list.end + 2))))) return [];
  // « acheteur, notaire Me Roy » : the jurist is no buyer.
  if (first.title === "jurist" && role !== "notaire") return [];
  const names = /s\b|\(s\)/.test(folded.slice(start, end)) ? list.names : [first];
  return names.map((name) => ({ name, role, from: start }));
}

function findSales(text: string, folded: string): FoundParty[] {
  return [...folded.matchAll(SALE)].flatMap((match) => {
    const at = match.index + match[0].length;
    const sellers = readNameList(text, at);
    // « acte de vente reçu par Me Caron »: a notary receives the deed, he sells nothing.
    if (sellers === undefined || sellers.names[0]?.title === "jurist" || /\brecu/.test(match[0])) return [];
    const found: FoundParty[] = sellers.names.map((name) => ({ name, role: "vendeur", from: match.index }));
    const to = TO.exec(folded.slice(sellers.end, sellers.end + 90));
    const buyers = to === null ? undefined : readNameList(text, sellers.end + to[0].length);
    // « vente de » may be followed by what is sold: only a buyer proves that a person sells.
    if (match[1] !== undefined && buyers === undefined) return [];
    return [...found, ...(buyers?.names ?? []).map((name) => ({ name, role: "acheteur" as const, from: name.start }))];
  });
}

/** « L'immeuble appartient à X et Y » */
function findOwners(text: string, folded: string): FoundParty[] {
  return [...folded.matchAll(OWNED)].flatMap((match) => {
    const list = readNameList(text, match.index + match[0].length);
    return (list?.names ?? []).map((name) => ({ name, role: "proprietaire" as const, from: match.index }));
  });
}

function findLenders(text: string, folded: string): FoundParty[] {
  return [...folded.matchAll(HYPOTHEC), ...folded.matchAll(LOAN)].flatMap((match) => {
    const name = readName(text, match.index + match[0].length);
    return name?.company === true ? [{ name, role: "preteur" as const, from: match.index + match[0].length }] : [];
  });
}

function findJurists(text: string, folded: string): FoundParty[] {
  return [...folded.matchAll(JURIST)].flatMap((match) => {
    const titleStart = match.index + match[0].search(/\s(?:me|maitre|mes)\s$/) + 1;
    const name = readName(text, titleStart);
    const isLawyer = name !== undefined && /^,?\s{0,2}avocat/.test(folded.slice(name.end, name.end + 12));
    return name === undefined || isLawyer ? [] : [{ name, role: "notaire" as const, from: match.index }];
  });
}

/** The parties that a phrase names beside their role. */
export function findInPhrases(text: string, folded: string): FoundParty[] {
  const beside = [...folded.matchAll(ROLE)].flatMap((match) => {
    const role = roleOf(match[0]);
    if (role === undefined) return [];
    const end = match.index + match[0].length;
    return [
      ...findQualified(text, folded, match.index, role, match[0]),
      ...findAfterRole(text, folded, match.index, end, role),
    ];
  });
  return [
    ...beside,
    ...findSales(text, folded),
    ...findOwners(text, folded),
    ...findLenders(text, folded),
    ...findJurists(text, folded),
  ];
}
