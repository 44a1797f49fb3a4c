import { describe, expect, it } from "vitest";
import { dutySchedules, findDutySchedule, GENERAL } from "../src/computations/duty-schedules.ts";
import { comparativeFactors, computeTaxBase } from "../src/computations/tax-base.ts";
import { computeDuties, computeSupplementalDuty, computeTransferDuties } from "../src/computations/transfer-duties.ts";

function duties(municipality: string, date: string, baseDollars: number): number | string {
  const schedule = findDutySchedule(municipality, date);
  if (!schedule.ok) return schedule.reason;
  const computed = computeDuties(schedule.value, Math.round(baseDollars * 100));
  return computed.ok ? computed.value : computed.reason;
}

describe("duties on transfers (D-15.1, a. 2), with the examples that Québec and Montréal publish", () => {
  it.each([
    { municipality: GENERAL, date: "2026-06-01", base: 62_900, expected: 314.5, oracle: "seuil 1" },
    { municipality: GENERAL, date: "2026-06-01", base: 315_000, expected: 2835.5, oracle: "seuil 2" },
    { municipality: GENERAL, date: "2026-06-01", base: 350_000, expected: 3360.5, oracle: "exemple quebec.ca" },
    { municipality: GENERAL, date: "2026-06-01", base: 700_000, expected: 8610.5, oracle: "section 3.3" },
    { municipality: "Montréal", date: "2026-06-01", base: 552_300, expected: 6395, oracle: "seuil 3 de Montréal" },
    { municipality: "Montréal", date: "2026-06-01", base: 700_000, expected: 9349, oracle: "exemple montreal.ca" },
    { municipality: "Montréal", date: "2026-06-01", base: 3_500_000, expected: 92_895.5, oracle: "section 3.3" },
    { municipality: "Montréal", date: "2025-06-01", base: 700_000, expected: 9392, oracle: "page fkhatami.com" },
    { municipality: GENERAL, date: "2024-06-01", base: 100_000, expected: 705.5, oracle: "page st-moise.com" },
    { municipality: "Montréal", date: "2024-06-01", base: 485_000, expected: 5507.5, oracle: "section 3.3" },
    {
      municipality: "Gatineau",
      date: "2026-02-25",
      base: 600_000,
      expected: 8610.5,
      oracle: "règlement du 25 février 2026",
    },
    { municipality: "Québec", date: "2026-06-01", base: 600_000, expected: 8110.5, oracle: "R.V.Q. 3101" },
  ])("$municipality $date, base $base $: $expected $ ($oracle)", ({ municipality, date, base, expected }) => {
    expect(duties(municipality, date, base)).toBe(Math.round(expected * 100));
  });

  it("Montréal 2025, price 600 000, roll 580 000 × 1,08: base 626 400, duties 7 920,00 (section 3.3)", () => {
    const computed = computeTransferDuties({
      municipality: "Montréal",
      date: "2025-06-01",
      priceCents: 60_000_000,
      rollCents: 58_000_000,
    });
    expect(computed).toMatchObject({
      ok: true,
      value: { baseCents: 62_640_000, marketValueCents: 62_640_000, dutiesCents: 792_000 },
    });
  });

  it("supplemental duty on 30 000 $: 150,00 (section 3.3)", () => {
    expect(computeSupplementalDuty(3_000_000)).toBe(15_000);
  });

  it("refuses 2027: « barème 2027 non chargé » (section 3.3)", () => {
    expect(findDutySchedule(GENERAL, "2027-01-01")).toEqual({
      ok: false,
      code: "schedule_not_loaded",
      reason: "barème 2027 non chargé",
    });
    for (const municipality of ["Montréal", "Québec", "Gatineau", "Laval", ""]) {
      expect(duties(municipality, "2027-03-01", 500_000)).toBe("barème 2027 non chargé");
    }
    expect(duties(GENERAL, "2022-12-31", 500_000)).toBe("barème 2022 non chargé");
  });
});

describe("duties on transfers: boundaries", () => {
  it.each([
    [0, 0],
    [0.01, 0],
    [0.99, 0],
    [1, 1],
    // 62 900,01 $: 314,50 $ + a hundredth of a cent.
    [62_900.01, 31_450],
    [62_900.5, 31_451],
    [315_000.33, 283_550],
    [315_000.34, 283_551],
  ])("rounds half-up once at the end: base %d gives %d cents", (base, cents) => {
    expect(duties(GENERAL, "2026-06-01", base)).toBe(cents);
  });

  it("stays exact where cents × basis points passes 2^53", () => {
    // (1e13 - 311 300 000) × 4 % + the duties on 3 113 000 $.
    const onThreshold = duties("Montréal", "2026-06-01", 3_113_000) as number;
    expect(duties("Montréal", "2026-06-01", 100_000_000_000.01)).toBe(
      onThreshold + Math.round((10_000_000_000_001 - 311_300_000) * 0.04),
    );
  });

  it("never decreases when the base grows by a cent across a threshold", () => {
    for (const schedule of dutySchedules) {
      for (const { upToCents } of schedule.brackets) {
        if (upToCents === undefined) continue;
        const [below, at, above] = [-1, 0, 1].map((step) => computeDuties(schedule, upToCents + step));
        expect(below?.ok && at?.ok && above?.ok && below.value <= at.value && at.value <= above.value).toBe(true);
      }
    }
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("throws on a base of %d cents", (base) => {
    const schedule = dutySchedules[0];
    expect(() => schedule && computeDuties(schedule, base)).toThrow(RangeError);
  });

  it.each([
    [4_999.99, 0],
    [5_000, 2_500],
    [40_000, 20_000],
    [40_000.01, 20_000],
    [900_000, 20_000],
  ])("supplemental duty on %d $ is %d cents (D-15.1 a. 20.1)", (base, cents) => {
    expect(computeSupplementalDuty(Math.round(base * 100))).toBe(cents);
  });
});

describe("schedules by municipality and date", () => {
  it("a by-law that starts in mid-year applies from that day only", () => {
    expect(duties("Gatineau", "2026-02-24", 600_000)).toMatch(
      /^taux municipaux 2026 \(Gatineau\) au-delà de 500\u00A0000,00\u00A0\$ non chargés$/,
    );
    expect(duties("Gatineau", "2026-02-24", 500_000)).toBe(561_050);
    expect(duties("Québec", "2025-06-30", 600_000)).toMatch(/non chargés/);
    expect(duties("Québec", "2025-07-01", 800_000)).toBe(30_750 + 246_300 + 288_300 + 625_000 + 150_000);
  });

  it("refuses what an unlisted municipality may tax at its own rates, above 500 000 $ (D-15.1 a. 2 al. 3)", () => {
    expect(duties("Saint-Dominique", "2026-06-01", 500_000)).toBe(561_050);
    expect(duties("Saint-Dominique", "2026-06-01", 500_000.01)).toMatch(/^taux municipaux 2026 \(Saint-Dominique\)/);
    expect(duties("Montréal", "2024-06-01", 600_000)).toMatch(/^taux municipaux 2024 \(Montréal\)/);
  });

  it("knows a municipality however it is written, and not its neighbour", () => {
    expect(duties("VILLE DE MONTREAL", "2026-06-01", 700_000)).toBe(934_900);
    expect(duties("montréal", "2026-06-01", 700_000)).toBe(934_900);
    expect(duties("Montréal-Est", "2026-06-01", 700_000)).toMatch(/Montréal-Est/);
  });

  it("no two schedules of a municipality overlap, and every one says where it comes from", () => {
    for (const schedule of dutySchedules) {
      expect(schedule.source).not.toBe("");
      const same = dutySchedules.filter((other) => other.municipality === schedule.municipality && other !== schedule);
      expect(same.filter((other) => other.from <= schedule.to && schedule.from <= other.to)).toEqual([]);
      const bounds = schedule.brackets.map(({ upToCents }) => upToCents ?? Number.POSITIVE_INFINITY);
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      expect(bounds.at(-1)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it("refuses a comparative factor that is not loaded", () => {
    const input = { municipality: "Laval", date: "2026-06-01", priceCents: 1, rollCents: 1 };
    expect(computeTaxBase(input)).toEqual({
      ok: false,
      code: "comparative_factor_not_loaded",
      reason: "facteur comparatif 2026 (Laval) non chargé",
    });
    expect(computeTaxBase({ ...input, municipality: "Montréal", date: "2027-06-01" })).toMatchObject({ ok: false });
    expect(comparativeFactors.map(({ year, hundredths }) => [year, hundredths])).toEqual([
      [2023, 100],
      [2024, 110],
      [2025, 108],
      [2026, 100],
    ]);
  });

  it("the base is the greater of price and market value, and the price without a roll", () => {
    const input = { municipality: "Montréal", date: "2024-06-01", priceCents: 50_000_000 };
    expect(computeTaxBase(input)).toEqual({ ok: true, value: { baseCents: 50_000_000 } });
    expect(computeTaxBase({ ...input, rollCents: 40_000_000 })).toEqual({
      ok: true,
      value: { baseCents: 50_000_000, marketValueCents: 44_000_000 },
    });
    expect(computeTaxBase({ ...input, rollCents: 45_454_546 })).toMatchObject({ value: { baseCents: 50_000_001 } });
  });
});
