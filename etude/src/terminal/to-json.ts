/** An analysis for programs: `--json`. */
import type { ChecklistItem } from "../checklist.ts";
import type { DocumentFacts } from "../facts.ts";

/** The checklist and the facts, snake_case, amounts in whole cents, dates ISO, each with its quotation. */
export function toJson(items: readonly ChecklistItem[], documents: readonly DocumentFacts[]): object {
  return { items, documents: documents.map(toDocument) };
}

function toDocument({ file, type, pages, unreadable }: DocumentFacts): object {
  return {
    file,
    type,
    ...(unreadable === undefined ? {} : { unreadable }),
    pages: pages.map(({ page, status, amounts, dates, lots, postalCodes, addresses, parties }) => ({
      page,
      status,
      amounts: amounts.map(({ cents, label, wordsCents, quotation }) => ({
        cents,
        ...(label === undefined ? {} : { label }),
        ...(wordsCents === undefined ? {} : { words_cents: wordsCents }),
        quotation,
      })),
      dates: dates.map(({ date, time, label, quotation }) => ({
        date: date ?? null,
        ...(time === undefined ? {} : { time }),
        ...(label === undefined ? {} : { label }),
        quotation,
      })),
      lots: lots.map(({ lot, servitude, quotation }) => ({ lot, servitude, quotation })),
      postal_codes: postalCodes.map(({ postalCode, quotation }) => ({ postal_code: postalCode, quotation })),
      addresses: addresses.map(({ address, quotation }) => ({ address, quotation })),
      parties: parties.map(({ name, role, quotation }) => ({ name, role, quotation })),
    })),
  };
}
