/** How the second generator's papers speak. */
import { dateInWords, dateParts, groupDigits, moneyInWords, months, numberInWords } from "../story/spell.ts";
import type { Person, Place, Professional, Story } from "../story/story.ts";
import * as say from "../say.ts";
import type { TrueAmountLabel, TrueDateLabel, TrueLotKind, TrueRole } from "../truth.ts";
import { inPassing, join, w, type Written } from "../written.ts";
import type { Figure } from "./desk.ts";

/** « Sylvie MORIN ». */
export function name(who: { given: string; family: string }, role: TrueRole, alsoRole?: TrueRole): Written {
  return say.party(who, role, `${who.given} ${who.family.toUpperCase()}`, alsoRole);
}

/** « MORIN (Sylvie) », as registers list people. */
export function listed(who: { given: string; family: string }, role: TrueRole, alsoRole?: TrueRole): Written {
  return say.party(who, role, `${who.family.toUpperCase()} (${who.given})`, alsoRole);
}

export function titled(who: Person, role: TrueRole): Written {
  return w`${who.female ? "Madame" : "Monsieur"} ${say.party(who, role)}`;
}

export function and(values: readonly Written[]): Written {
  return join(values, ", ", " et ");
}

export function notary(who: Professional): Written {
  return w`Maître ${say.party(who, "notaire")}`;
}

/** « 485 000 $ »: whole dollars without cents. */
export function sum(cents: number, label?: TrueAmountLabel): Written {
  const dollars = groupDigits(Math.floor(cents / 100), "\u00a0");
  const rest = cents % 100 === 0 ? "" : `,${String(cents % 100).padStart(2, "0")}`;
  return say.amount(cents, label, `${dollars}${rest}\u00a0$`);
}

/** « quatre cent mille dollars (400 000,00 $) ». */
export function sumInWords(cents: number, label?: TrueAmountLabel): Written {
  const figures = `${groupDigits(Math.floor(cents / 100))},${String(cents % 100).padStart(2, "0")} $`;
  return say.amount(cents, label, `${moneyInWords(cents)} (${figures})`);
}

/** « 2026-11-18 ». */
export function iso(value: string, label?: TrueDateLabel): Written {
  return say.date(value, label, value);
}

/** « dix-huit (18) novembre deux mille vingt-six (2026) ». */
export function deedDate(value: string, label?: TrueDateLabel): Written {
  const { year, month, day } = dateParts(value);
  const first = day === 1 ? "premier (1er)" : `${numberInWords(day)} (${day})`;
  return say.date(value, label, `${first} ${months[month - 1]} ${numberInWords(year)} (${year})`);
}

export function dateWords(value: string, label?: TrueDateLabel): Written {
  return say.date(value, label, dateInWords(value));
}

/** « $387,000.00 ». */
export function englishSum(cents: number, label?: TrueAmountLabel): Written {
  const dollars = groupDigits(Math.floor(cents / 100), ",");
  return say.amount(cents, label, `$${dollars}.${String(cents % 100).padStart(2, "0")}`);
}

const englishMonths = "January February March April May June July August September October November December".split(
  " ",
);

/** « December 15, 2026 ». */
export function englishDate(value: string, label?: TrueDateLabel): Written {
  const { year, month, day } = dateParts(value);
  return say.date(value, label, `${englishMonths[month - 1]} ${day}, ${year}`);
}

/** Seven digits without spaces, as plans and accounts print them. */
export function tight(lot: string, kind: TrueLotKind = "own"): Written {
  return say.lot(lot, kind, lot);
}

export function wide(lot: string, kind: TrueLotKind = "own"): Written {
  return say.lot(lot, kind, lot.includes("-") ? lot : groupDigits(lot, "\u00a0"));
}

/** « 456 rue Champlain, app. 3, Lévis, QC  G6V 4H2 ». */
export function where(place: Place, immovable = false): Written {
  const unit = place.unit === undefined ? "" : `, app. ${place.unit}`;
  const street = say.street(place, immovable, `${place.civic}, ${place.street}${unit}`);
  return w`${street}, ${place.city} (Québec) ${say.postalCode(place, immovable)}`;
}

/** The address on the lines of an envelope. */
export function envelope(place: Place, immovable = false): Written[] {
  const unit = place.unit === undefined ? "" : `, app. ${place.unit}`;
  return [
    say.street(place, immovable, `${place.civic}, ${place.street}${unit}`),
    w`${place.city} (QC) ${say.postalCode(place, immovable)}`,
  ];
}

export function livesHere(person: Person, story: Story): boolean {
  return person.home.civic === story.immovable.place.civic && person.home.street === story.immovable.place.street;
}

export function figure(part: string, persons: readonly Person[], role: TrueRole, story: Story): Figure {
  return {
    part,
    names: persons.map((person) => say.party(person, role)),
    described: persons.map((person) => w`${name(person, role)}, ${person.occupation}, demeurant au ${where(person.home, livesHere(person, story))}`), // prettier-ignore
  };
}

export function maritalWords(person: Person): Written {
  const e = person.female ? "e" : "";
  const spouse = person.spouse === undefined ? w`` : inPassing(say.party({ name: person.spouse }, "conjoint"));
  switch (person.civilState) {
    case "marie":
      return w`marié${e}, régime de la société d’acquêts, conjoint : ${spouse}`;
    case "union_civile":
      return w`uni${e} civilement, société d’acquêts, conjoint : ${spouse}`;
    case "union_parentale":
      return w`en union parentale, conjoint : ${spouse}`;
    case "celibataire":
      return w`célibataire, sans union civile ni parentale`;
    case "divorce":
      return w`divorcé${e}, sans union civile ni parentale`;
    case "veuf":
      return w`${person.female ? "veuve" : "veuf"}, sans nouvelle union`;
    case undefined:
      return w``;
  }
}

export function giversAre({ deed }: Story): TrueRole {
  return deed === "refinancement" ? "emprunteur" : deed === "donation" ? "donateur" : "vendeur";
}

export function takersAre({ deed }: Story): TrueRole {
  return deed === "succession" ? "heritier" : deed === "donation" ? "donataire" : "acheteur";
}
