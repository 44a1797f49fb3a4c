import { describe, expect, it } from "vitest";
import { classifyDocument } from "../src/classification/classify-document.ts";
import { extractAddresses } from "../src/extraction/addresses.ts";
import { extractAmounts } from "../src/extraction/amounts.ts";
import { extractDates } from "../src/extraction/dates.ts";
import { extractLots } from "../src/extraction/lots.ts";
import { extractParties } from "../src/extraction/parties.ts";
import { extractPostalCodes } from "../src/extraction/postal-codes.ts";

const PAGE = 200_000;
const PATTERNS = [
  "123 456 789 ",
  " ",
  "quatre cent mille ",
  "lots 1 234 567, ",
  "premier jour du mois de ",
  "Jean Tremblay et ",
  "A B C ",
  "vendeur : ",
  "ci-après appelé ",
  "456, rue Champlain ",
  "....",
  "$1 ",
  "\n",
  "a",
  "Jean-",
  "d'",
  "vendeur\n",
  "Gestion de ",
  "prix de 1 000 $ ",
  "l'an deux mille ",
  "1-2-",
  "(((",
];
const GRAMMARS: Record<string, (text: string) => unknown> = {
  amounts: extractAmounts,
  dates: extractDates,
  lots: extractLots,
  postalCodes: extractPostalCodes,
  addresses: extractAddresses,
  parties: extractParties,
  classification: (text) => classifyDocument("a.txt", [{ page: 1, text, status: "text" }]),
};

describe("a page made to be slow", () => {
  for (const [name, read] of Object.entries(GRAMMARS)) {
    it(`does not slow down the grammar of ${name}`, () => {
      for (const pattern of PATTERNS) {
        const text = pattern.repeat(Math.ceil(PAGE / pattern.length));
        // A grammar that backtracks takes minutes: the test's own time limit ends it.
        expect(read(text)).toBeDefined();
      }
    });
  }
});
