import type { PartyFact } from "../facts.ts";
import { quote } from "./cite.ts";

const SURNAME =
  /(?:^|\n|[ \t]{2})[ \t]*(?:\d[a-z]?\.? ?)?(?:Nom(?: de famille)?|NOM(?: DE FAMILLE)?|Surname|SURNAME)(?:[ \t]?\/[ \t]?(?:Surname|SURNAME|Last name|Name))?[ \t]?:?[ \t]*\n?[ \t]*([\p{Lu}][\p{L}\p{M}'’-]+(?:[ -][\p{Lu}][\p{L}\p{M}'’-]+){0,2})(?=\s|$|,)/u;
const GIVEN =
  /(?:Prénoms?|PRÉNOMS?|Prenoms?|PRENOMS?|Given names?|GIVEN NAMES?)(?:\(s\))?(?:[ \t]?\/[ \t]?(?:Given names?|GIVEN NAMES?|First name))?[ \t]?:?[ \t]*\n?[ \t]*([\p{Lu}][\p{L}\p{M}'’-]+(?:[ ,-]{1,2}[\p{Lu}][\p{L}\p{M}'’-]+){0,3})(?=\s|$|,)/u;
const WHOLE =
  /(?:^|\n|[ \t]{2})[ \t]*(?:Titulaire|TITULAIRE|Nom(?: complet| et prénom)?|NOM(?: COMPLET)?|Name|NAME)[ \t]?:[ \t]*((?:[\p{Lu}][\p{L}\p{M}'’.-]+,?[ ]){1,4}[\p{Lu}][\p{L}\p{M}'’-]+)(?=\s|$)/u;
const LABEL_WORDS = /^(?:pr[ée]noms?|noms?|given|adresse|date|sexe|titulaire)$/i;

/** The holder of an identity document, whose surname and given names stand in two fields or in one. */
export function extractHolder(text: string): PartyFact[] {
  const surname = SURNAME.exec(text);
  const given = GIVEN.exec(text);
  const family = surname?.[1];
  const first = given?.[1];
  if (
    surname !== null &&
    given !== null &&
    family !== undefined &&
    first !== undefined &&
    !LABEL_WORDS.test(family) &&
    !LABEL_WORDS.test(first)
  ) {
    const from = Math.min(surname.index, given.index);
    const to = Math.max(surname.index + surname[0].length, given.index + given[0].length);
    return [{ name: `${first} ${family}`, role: "autre", ...quote(text, from, to) }];
  }
  const whole = WHOLE.exec(text);
  return whole?.[1] === undefined
    ? []
    : [{ name: whole[1], role: "autre", ...quote(text, whole.index, whole.index + whole[0].length) }];
}
