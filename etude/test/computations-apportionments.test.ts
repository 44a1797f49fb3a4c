import { describe, expect, it } from "vitest";
import { apportion, municipalTaxPeriod, schoolTaxPeriod } from "../src/computations/apportionments.ts";
import { addDays } from "../src/computations/civil-date.ts";

const cents = (dollars: number): number => Math.round(dollars * 100);

describe("apportionments by day, as notaries work them out", () => {
  it.each([
    {
      item: "municipal",
      total: 3650,
      paid: 3650,
      date: "2027-05-15",
      days: [134, 231],
      payer: "acheteur",
      amount: 2310,
      oracle: "jours ScriptaLegal",
    },
    {
      item: "municipal",
      total: 3650,
      paid: 0,
      date: "2027-05-15",
      days: [134, 231],
      payer: "vendeur",
      amount: 1340,
      oracle: "section 3.3",
    },
    {
      item: "municipal",
      total: 3650,
      paid: 1825,
      date: "2027-05-15",
      days: [134, 231],
      payer: "acheteur",
      amount: 485,
      oracle: "section 3.3",
    },
    {
      item: "scolaire",
      total: 730,
      paid: 730,
      date: "2027-05-15",
      days: [318, 47],
      payer: "acheteur",
      amount: 94,
      oracle: "jours ScriptaLegal",
    },
    {
      item: "scolaire",
      total: 456.78,
      paid: 456.78,
      date: "2026-12-15",
      days: [167, 198],
      payer: "acheteur",
      amount: 247.79,
      oracle: "section 3.3",
    },
    {
      item: "municipal",
      total: 4850,
      paid: 4850,
      date: "2026-12-15",
      days: [348, 17],
      payer: "acheteur",
      amount: 225.89,
      oracle: "section 3.3",
    },
    {
      item: "municipal",
      total: 3650,
      paid: 3650,
      date: "2027-12-31",
      days: [364, 1],
      payer: "acheteur",
      amount: 10,
      oracle: "31 décembre, section 3.3",
    },
    {
      item: "copropriété",
      total: 285,
      paid: 285,
      date: "2026-12-15",
      days: [14, 17],
      payer: "acheteur",
      amount: 156.29,
      oracle: "section 3.3",
    },
  ])(
    "$item $total $, paid $paid $, $date: $payer pays $amount $ ($oracle)",
    ({ item, total, paid, date, days, payer, amount }) => {
      const period =
        item === "scolaire"
          ? schoolTaxPeriod(date)
          : item === "municipal"
            ? municipalTaxPeriod(date)
            : { from: "2026-12-01", to: "2026-12-31" };
      expect(apportion({ totalCents: cents(total), paidCents: cents(paid), ...period, date })).toMatchObject({
        ok: true,
        value: { sellerDays: days[0], buyerDays: days[1], payer, amountCents: cents(amount) },
      });
    },
  );
});

describe("apportionments: boundaries", () => {
  const year = { totalCents: 365_000, paidCents: 365_000, from: "2027-01-01", to: "2027-12-31" };

  it("on the first day the buyer bears the whole period; nothing is owed when nothing was paid", () => {
    expect(apportion({ ...year, date: "2027-01-01" })).toMatchObject({
      value: { sellerDays: 0, buyerDays: 365, buyerShareCents: 365_000, payer: "acheteur" },
    });
    const unpaid = apportion({ ...year, paidCents: 0, date: "2027-01-01" });
    expect(unpaid).toMatchObject({ ok: true, value: { amountCents: 0 } });
    expect(unpaid.ok && "payer" in unpaid.value).toBe(false);
  });

  it("a leap year has 366 days", () => {
    expect(apportion({ ...year, from: "2028-01-01", to: "2028-12-31", date: "2028-03-01" })).toMatchObject({
      value: { sellerDays: 60, buyerDays: 306 },
    });
  });

  it("the two shares always add up to the whole, on every day of the year", () => {
    for (let day = 0; day < 365; day++) {
      const result = apportion({ ...year, totalCents: 123_457, date: addDays(year.from, day) });
      expect(result.ok && result.value.sellerShareCents + result.value.buyerShareCents).toBe(123_457);
    }
  });

  it("refuses a date outside the period", () => {
    expect(apportion({ ...year, date: "2028-01-01" })).toMatchObject({ ok: false, code: "date_outside_period" });
    expect(apportion({ ...year, date: "2026-12-31" })).toMatchObject({ ok: false, code: "date_outside_period" });
  });

  it("school taxes change year on 1 July", () => {
    expect(schoolTaxPeriod("2026-06-30")).toEqual({ from: "2025-07-01", to: "2026-06-30" });
    expect(schoolTaxPeriod("2026-07-01")).toEqual({ from: "2026-07-01", to: "2027-06-30" });
  });
});
