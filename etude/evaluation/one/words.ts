/** Words that several papers of the first generator share. */
import { dateInWords, dateParts, groupDigits, moneyInWords, numberInWords } from "../story/spell.ts";
import { fullName, type Person, type Place, type Professional, type Story } from "../story/story.ts";
import * as say from "../say.ts";
import type { TrueAmountLabel, TrueRole } from "../truth.ts";
import { join, w, type Written } from "../written.ts";

export const nbsp = "\u00a0";

export function civil({ female }: { female: boolean }): string {
  return female ? "Mme" : "M.";
}

/** « M. Jean Roy et Mme Anne Côté ». */
export function people(values: readonly Person[], role: TrueRole): Written {
  return join(values.map((person) => w`${civil(person)} ${say.party(person, role)}`), ", ", " et "); // prettier-ignore
}

export function capitals(value: { given: string; family: string }, role: TrueRole): Written {
  return say.party(value, role, fullName(value).toUpperCase());
}

export function master(value: Professional): Written {
  return w`Me${nbsp}${say.party(value, "notaire")}`;
}

/** « QUATRE CENT MILLE DOLLARS (400 000,00 $) », one amount. */
export function solemn(cents: number, label?: TrueAmountLabel): Written {
  const figures = `${groupDigits(Math.floor(cents / 100), nbsp)},${String(cents % 100).padStart(2, "0")}${nbsp}$`;
  return say.amount(cents, label, `${moneyInWords(cents).toUpperCase()} (${figures})`);
}

export function solemnDate(value: string): Written {
  const { year } = dateParts(value);
  const [day, month] = dateInWords(value).split(/ (?=\p{L}+ deux mille)/u);
  return say.date(value, "acte", `L’AN ${numberInWords(year).toUpperCase()}, le ${day} ${month!.split(" ")[0]}`);
}

/** « numéro UN MILLION … (1 234 567) ». */
export function solemnLot(lot: string): Written {
  return say.lot(lot, "own", `numéro ${numberInWords(Number(lot)).toUpperCase()} (${groupDigits(lot, nbsp)})`);
}

export function lots(values: readonly string[], kind: "own" | "neighbour" | "servient" = "own"): Written {
  return join(values.map((value) => say.lot(value, kind)), ", ", " et "); // prettier-ignore
}

/** A postal address on two lines. */
export function twoLines(place: Place, immovable = false): [Written, Written] {
  return [say.street(place, immovable), w`${place.city} (Québec)  ${say.postalCode(place, immovable)}`];
}

export function giverRole({ deed }: Story): TrueRole {
  if (deed === "refinancement") return "emprunteur";
  return deed === "donation" ? "donateur" : "vendeur";
}

export function takerRole({ deed }: Story): TrueRole {
  if (deed === "succession") return "heritier";
  return deed === "donation" ? "donataire" : "acheteur";
}

/** « célibataire », « marié à X sous le régime … ». */
export function civilStateInWords({ civilState, female, spouse }: Person): Written {
  const e = female ? "e" : "";
  const other = w`${spouse === undefined ? "" : say.party({ name: spouse }, "conjoint")}`.map((run) => (run.fact === undefined ? run : { ...run, fact: { ...run.fact, may: true as const } })); // prettier-ignore
  switch (civilState) {
    case "celibataire":
      return w`célibataire, n’ayant jamais été marié${e} ni uni${e} civilement et n’étant visé${e} par aucune union parentale`;
    case "marie":
      return w`marié${e} avec ${other} sous le régime de la société d’acquêts, et n’avoir pas changé d’état civil ni de régime depuis`;
    case "union_civile":
      return w`uni${e} civilement avec ${other} sous le régime de la société d’acquêts`;
    case "union_parentale":
      return w`en union parentale avec ${other}, dont le patrimoine n’a fait l’objet d’aucun retrait`;
    case "divorce":
      return w`divorcé${e} et non remarié${e}, et n’être visé${e} par aucune union civile ou parentale`;
    case "veuf":
      return w`${female ? "veuve" : "veuf"} et non remarié${e}`;
    case undefined:
      return w``;
  }
}

export function born(person: Person): Written {
  return w`né${person.female ? "e" : ""} le ${say.date(person.birth)}`;
}
