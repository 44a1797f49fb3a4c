import { describe, expect, it } from "vitest";
import { certificateAgeYears, isCertificateOld } from "../src/computations/certificate-age.ts";
import { addMonths, isCivilDate, toPlainDate } from "../src/computations/civil-date.ts";
import {
  constructionHypothecDeadline,
  successionOptionDeadline,
  withdrawalDeadline,
} from "../src/computations/deadlines.ts";
import { formatAmount } from "../src/computations/format-amount.ts";
import { formatDate, formatWeekday } from "../src/computations/format-date.ts";
import { closedDayReason, easterSunday, quebecHolidays } from "../src/computations/holidays.ts";

describe("age of the certificate of location: the vectors of section 3.3", () => {
  it.each([
    ["2016-12-14", "2026-12-15", 10, true],
    ["2016-12-15", "2026-12-15", 10, true],
    ["2016-12-16", "2026-12-15", 9, false],
  ])("surveyed %s, signed %s: %i years, old: %s (usage des 10 ans)", (survey, signing, years, old) => {
    expect(certificateAgeYears(survey, signing)).toBe(years);
    expect(isCertificateOld(survey, signing)).toBe(old);
  });

  it("a survey of 29 February reaches its year on 1 March", () => {
    expect(certificateAgeYears("2016-02-29", "2026-02-28")).toBe(9);
    expect(certificateAgeYears("2016-02-29", "2026-03-01")).toBe(10);
  });
});

describe("deadlines: the vectors of section 3.3", () => {
  it("option of the heirs: death 2026-03-10, inventory closed 2026-09-01, until 2026-10-31 (C.c.Q. 632)", () => {
    expect(successionOptionDeadline("2026-03-10", "2026-09-01")).toEqual({ date: "2026-10-31" });
  });

  it("option of the heirs: an early closing doesn't shorten the six months", () => {
    expect(successionOptionDeadline("2026-03-10", "2026-04-01")).toEqual({ date: "2026-09-10" });
    expect(successionOptionDeadline("2026-03-10")).toEqual({ date: "2026-09-10" });
  });

  it("construction: works ended 2026-11-20, until 2026-12-20 (C.c.Q. 2727)", () => {
    expect(constructionHypothecDeadline("2026-11-20")).toEqual({ date: "2026-12-20" });
  });

  it("withdrawal: contract of 2026-11-20, until 2026-11-30, to be confirmed (C.c.Q. 1785)", () => {
    expect(withdrawalDeadline("2026-11-20")).toEqual({
      date: "2026-11-30",
      toConfirm: expect.stringContaining("à confirmer"),
    });
  });
});

describe("civil dates", () => {
  it.each(["2026-02-31", "2026-2-3", "20261215", "2026-12-15T10:00", "", "05/06/2026", "2026-13-01"])(
    "« %s » is not a civil date",
    (text) => {
      expect(isCivilDate(text)).toBe(false);
      expect(() => toPlainDate(text)).toThrow(RangeError);
    },
  );

  it("six months from 31 August end on the last day of February", () => {
    expect(addMonths("2026-08-31", 6)).toBe("2027-02-28");
  });
});

describe("holidays of Québec", () => {
  it.each([
    [2024, "2024-03-31"],
    [2025, "2025-04-20"],
    [2026, "2026-04-05"],
    [2027, "2027-03-28"],
    [2038, "2038-04-25"],
    [2285, "2285-03-22"],
  ])("Easter %i is on %s (published tables)", (year, date) => {
    expect(easterSunday(year)).toBe(date);
  });

  it("2026 (calendar of the CNESST)", () => {
    expect(quebecHolidays(2026).map(({ date }) => date)).toEqual([
      "2026-01-01",
      "2026-04-03",
      "2026-04-06",
      "2026-05-18",
      "2026-06-24",
      "2026-07-01",
      "2026-09-07",
      "2026-10-12",
      "2026-12-25",
    ]);
  });

  it("1 July on a Sunday is kept on the 2nd", () => {
    expect(closedDayReason("2029-07-02")).toBe("jour férié : fête du Canada");
    expect(closedDayReason("2029-07-01")).toBe("fin de semaine");
  });

  it("the patriots' day is the Monday before 25 May, even when the 25th is a Monday", () => {
    expect(closedDayReason("2026-05-18")).toContain("patriotes");
    expect(closedDayReason("2026-05-25")).toBeUndefined();
    expect(closedDayReason("2027-05-24")).toContain("patriotes");
  });

  it("a federal holiday that Québec does not keep is a working day", () => {
    expect(closedDayReason("2026-09-30")).toBeUndefined();
    expect(closedDayReason("2026-11-11")).toBeUndefined();
  });
});

describe("written as in French-speaking Québec", () => {
  it.each([
    [48_500_000, "485\u00A0000,00\u00A0$"],
    [0, "0,00\u00A0$"],
    [5, "0,05\u00A0$"],
    [99_999, "999,99\u00A0$"],
    [100_000, "1\u00A0000,00\u00A0$"],
    [123_456_789, "1\u00A0234\u00A0567,89\u00A0$"],
    [-150, "-1,50\u00A0$"],
  ])("%i cents is « %s »", (cents, text) => {
    expect(formatAmount(cents)).toBe(text);
  });

  it("dates and days", () => {
    expect(formatDate("2026-12-01")).toBe("1er décembre 2026");
    expect(formatDate("2026-08-15")).toBe("15 août 2026");
    expect(formatWeekday("2026-12-13")).toBe("dimanche");
  });
});
