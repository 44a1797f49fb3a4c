/** Facts in letters: each gives the words and what they say, in one piece. */
import { dateLong, groupDigits, spellMoney } from "./story/spell.ts";
import { fullName, type Place } from "./story/story.ts";
import type { TrueAmountLabel, TrueDateLabel, TrueLotKind, TrueRole } from "./truth.ts";
import { state, w, type Written } from "./written.ts";

type Named = { given: string; family: string } | { name: string };

export function party(who: Named, role: TrueRole, text?: string, alsoRole?: TrueRole): Written {
  const name = "name" in who ? who.name : fullName(who);
  return state(text ?? name, { field: "party", name, role, ...(alsoRole === undefined ? {} : { alsoRole }) });
}

export function amount(cents: number, label?: TrueAmountLabel, text = spellMoney(cents)): Written {
  return state(text, { field: "amount", cents, ...(label === undefined ? {} : { label }) });
}

export function date(value: string, label?: TrueDateLabel, text = dateLong(value)): Written {
  return state(text, { field: "date", date: value, ...(label === undefined ? {} : { label }) });
}

export function lot(
  value: string,
  kind: TrueLotKind = "own",
  text = /-/.test(value) ? value : groupDigits(value),
): Written {
  return state(text, { field: "lot", lot: value, kind });
}

/** « 456, rue Champlain, app. 3 ». */
export function street(place: Place, immovable: boolean, text?: string): Written {
  const { civic, street, unit, city, postalCode } = place;
  const rest = `${unit === undefined ? "" : `app appartement unité ${unit} `}${city} Québec QC Canada ${postalCode}`;
  const letters = text ?? `${civic}, ${street}${unit === undefined ? "" : `, app. ${unit}`}`;
  return state(letters, { field: "address", civic, street, rest, immovable });
}

export function postalCode(place: Place, immovable: boolean, text = place.postalCode): Written {
  return state(text, { field: "postal_code", postalCode: place.postalCode, immovable });
}

/** « 456, rue Champlain, Québec (Québec) G1K 4H2 ». */
export function address(place: Place, immovable = false): Written {
  return w`${street(place, immovable)}, ${place.city} (Québec) ${postalCode(place, immovable)}`;
}
