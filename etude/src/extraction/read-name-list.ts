import { readName, type ReadName } from "./read-name.ts";

/** Between two names of a list: « et », a comma, a new line, a dash of an enumeration. */
const LINK =
  /[ \u00a0]*(?:,?[ \u00a0]*\n?[ \u00a0]*(?:et|ET|and|AND|&|ainsi que)[ \u00a0\n]{1,6}(?:de |par )?|[;/][ \u00a0]*\n?[ \u00a0]*|,[ \u00a0]*(?=(?:M\.|Mme|Monsieur|Madame|Mr\.?|Mrs\.?|Ms\.?)[ \u00a0]))/y;
const COMMA = /,[ \u00a0]{1,2}/y;
/** What an enumeration puts before a name. */
export const BULLET: RegExp =
  /[\s:|«"'’–—•*_-]*(?:\(?(?:[Ss]ignée?s?|SIGNÉE?S?|[Ss]igned)\)?[ \u00a0]?:?[ \u00a0]{0,2})?(?:(?:\d{1,2}|[a-h])[°.)][ \u00a0]+)?(?:(?:[Nn]oms?|NOMS?)(?:[ \u00a0](?:complets?|et prénoms?|COMPLETS?))?[ \u00a0]?:[ \u00a0]*)?(?:(?:l['’]|la[ \u00a0]|le[ \u00a0]|les[ \u00a0])(?=Banque|Caisse|Soci|Fiducie|Compagnie))?/y;
/** A name ends where its last word does: « Jean Tremblay@ » is none. */
const AFTER_NAME = /^(?:$|[\s,;:.()/«»"–—|\]_*&'’-])/;

export interface NameList {
  names: ReadName[];
  end: number;
}

function isEnded(text: string, end: number): boolean {
  return AFTER_NAME.test(text.slice(end, end + 1));
}

function nameAt(text: string, at: number): ReadName | undefined {
  BULLET.lastIndex = at;
  const bullet = BULLET.exec(text)?.[0].length ?? 0;
  const name = readName(text, at + bullet);
  return name !== undefined && isEnded(text, name.end) ? name : undefined;
}

/**
 * The names joined by « et » and commas that start at `at`. What follows a comma may be a profession or a city: it is a name
 * when the list goes on with « et », or, where several are announced (`severalExpected`), when the names fill the line.
 */
export function readNameList(text: string, at: number, severalExpected = false): NameList | undefined {
  const first = nameAt(text, at);
  if (first === undefined) return undefined;
  const names = [first];
  let end = first.end;
  let pending: ReadName[] = [];
  for (let steps = 0; steps < 12; steps += 1) {
    const from = pending.at(-1)?.end ?? end;
    LINK.lastIndex = from;
    const link = LINK.exec(text)?.[0];
    if (link !== undefined && link.trim() !== "") {
      const next = nameAt(text, from + link.length);
      if (next === undefined) break;
      names.push(...pending, next);
      pending = [];
      end = next.end;
      continue;
    }
    COMMA.lastIndex = from;
    const comma = COMMA.exec(text)?.[0].length;
    const next = comma === undefined ? undefined : nameAt(text, from + comma);
    if (next === undefined) break;
    pending.push(next);
  }
  const last = pending.at(-1);
  if (severalExpected && last !== undefined && /^[ \u00a0.;]*(?:\n|$)/.test(text.slice(last.end, last.end + 12))) {
    return { names: [...names, ...pending], end: last.end };
  }
  return { names, end };
}
