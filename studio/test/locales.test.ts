import { expect, test } from "vitest";

import { en } from "../src/locales/en.ts";
import { fr } from "../src/locales/fr.ts";

/** Each text by its path. */
function textsOf(texts: object, path = ""): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "string" ? [[`${path}${key}`, value]] : [...textsOf(value as object, `${path}${key}.`)],
    ),
  );
}

test("both languages have the same texts, none of them empty", () => {
  const [english, french] = [textsOf(en), textsOf(fr)];
  expect([...french.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  expect([...english, ...french].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("both languages put the same values into their texts", () => {
  const valuesOf = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
  const french = textsOf(fr);
  for (const [path, text] of textsOf(en))
    expect([path, valuesOf(french.get(path) ?? "")]).toEqual([path, valuesOf(text)]);
});
