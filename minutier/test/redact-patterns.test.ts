import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { expressions } from "../src/redact/built-in-patterns.ts";
import { type RedactPattern, redactPatterns } from "../src/redact/redact-patterns.ts";
import { failureOf } from "./failure-of.ts";

const all = redactPatterns(["email", "phone", "card", "sin"]);
const redact = (text: string): string => all(text, "record");

describe("an e-mail address", () => {
  test.each([
    ["ana@example.com", "[email]"],
    ["Courriel : ana.tremblay+acte@notaires.qc.ca.", "Courriel : [email]."],
    ["<ana@example.com>, (luc@example.com)", "<[email]>, ([email])"],
    ["mailto:ana@example.com?subject=x", "mailto:[email]?subject=x"],
    ["https://example.com/?a=1&to=ana@example.com&b=2", "https://example.com/?a=1&to=[email]&b=2"],
    ["https://example.com/?to=ana%40example.com", "https://example.com/?to=[email]"],
    ["'ana@example.com'", "'[email]'"],
    ["rené.bélanger@québec.ca", "[email]"],
    ["rene\u0301@que\u0301bec.ca", "[email]"],
    ["ANA_1@EXAMPLE.CO.UK", "[email]"],
    ["ana@xn--qubec-csa.xn--p1ai", "[email]"],
    ["ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[email]"],
    ["ana@example.com\u00A0luc@example.com", "[email]\u00A0[email]"],
  ])("is taken from %j", (text, expected) => expect(redact(text)).toBe(expected));

  test.each(["@ana", "10 @ 5 $", "ana@", "@example.com", "ana@example", "ai@7.0.173", "a @ b.ca", "ana@ example.com"])(
    "is not seen in %j",
    (text) => expect(redact(text)).toBe(text),
  );

  test("whose name is too long leaves nothing of an address", () => {
    expect(redact(`${"a".repeat(100)}@example.com`)).toBe(`${"a".repeat(36)}[email]`);
  });
});

describe("a phone number", () => {
  test.each([
    "514-555-1234",
    "(514) 555-1234",
    "(514)555-1234",
    "514 555-1234",
    "514 555 1234",
    "514.555.1234",
    "5145551234",
    "1-800-463-2100",
    "1 (418) 555-1234",
    "+1 514 555-1234",
    "+15145551234",
    "+1(514)555-1234",
    "514\u00A0555-1234",
    "514\u202F555\u20111234",
    "514–555–1234",
    "514 - 555 - 1234",
    "５１４-５５５-１２３４",
    "+33 1 42 68 53 00",
    "+33142685300",
    "+44 20 7946 0958",
    "+44 (0)20 7946 0958",
    "+49 (0)30 901820",
    "+52 55 1234 5678",
    "+1-876-555-1234",
  ])("is taken: %s", (number) => {
    expect(redact(number)).toBe("[phone]");
    expect(redact(`Tél. : ${number}, bureau 3`)).toBe("Tél. : [phone], bureau 3");
  });

  test.each([
    ["514-555-1234/418-555-9999", "[phone]/[phone]"],
    ["514 555-1234,418 555-9999", "[phone],[phone]"],
    ["12 514 555-1234", "12 [phone]"],
    ["514-555-1234.514-555-9999.514-555-8888", "[phone].[phone].[phone]"],
    ["+33142685300+33142685301+33142685302", "[phone][phone][phone]"],
    ["5145551234,12,5145559999,7", "[phone],12,[phone],7"],
    ["514 555-1234 poste 201", "[phone] poste 201"],
    ["tel:5145551234", "tel:[phone]"],
    ["+33 1 42 68 53 00 12345 67890", "[phone] 12345 67890"],
  ])("is taken from %j", (text, expected) => expect(redact(text)).toBe(expected));

  test.each([
    "555-1234",
    "114-555-1234",
    "911-555-1234",
    "514-155-1234",
    "514-555-123",
    "514-555-12345",
    "a5145551234",
  ])("is not seen in %j", (text) => expect(redact(text)).toBe(text));
});

describe("a card number", () => {
  test.each([
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111111111111111",
    "4111\u00A01111\u202F1111\u20071111",
    "5555 5555 5555 4444",
    "2223003122003222",
    "3782 822463 10005",
    "378282246310005",
    "3056 930902 5904",
    "4222222222222",
    "6304 0000 0000 0000 000",
    "６011 0009 9013 9424",
  ])("is taken: %s", (number) => {
    expect(redact(number)).toBe("[card]");
    expect(redact(`Visa ${number}, exp. 12/27`)).toBe("Visa [card], exp. 12/27");
  });

  test("is taken from among other numbers", () => {
    expect(redact("1234 4111 1111 1111 1111 12")).toBe("1234 [card] 12");
    expect(redact("2026-11-25 4111 1111 1111 1111")).toBe("2026-11-25 [card]");
  });

  test.each(["4111 1111 1111 1112", "411111111111", "4111111111111111x", "4".repeat(20), "2020 2021 2022 2023"])(
    "is not seen in %j",
    (text) => expect(redact(text)).toBe(text),
  );
});

describe("a social insurance number", () => {
  test.each(["130 692 544", "130-692-544", "130692544", "130\u00A0692\u202F544", "130–692–544"])(
    "is taken: %s",
    (number) => {
      expect(redact(number)).toBe("[sin]");
      expect(redact(`NAS : ${number}.`)).toBe("NAS : [sin].");
    },
  );

  test("is taken beside another number that is no group of three", () => {
    expect(redact("NAS:130692544")).toBe("NAS:[sin]");
    expect(redact("130692544,130692544,12,130 692 544.130 692 544")).toBe("[sin],[sin],12,[sin].[sin]");
    expect(redact("130 692 544 514 555-1234 2026 130 692 544")).toBe("[sin] [phone] 2026 [sin]");
  });

  test.each([
    "130 692 545",
    "046 454 286",
    "800 000 002",
    "130 692-544",
    "130 692 5440",
    "x130692544",
    "130692544 RT0001",
    "130 692 544 $",
    "$130 692 544",
    "130 692 544,00",
    "130692544.50",
    "12-130-692-544",
    "12 130 692 544",
    "130 692 544 000 $",
  ])("is not seen in %j", (text) => expect(redact(text)).toBe(text));
});

/** What a dossier is full of. */
const harmless = [
  "9 412 305",
  "9\u00A0412\u202F305",
  "lot 9 412 305 2026",
  "lots 9 412 305 et 9 412 306 du cadastre du Québec",
  "28 123 456",
  "485 000,00 $",
  "1 250 000 $",
  "$1,250,000.00",
  "12 485 120 450",
  "+485 000,00 $",
  "2026-11-25",
  "25-11-2026",
  "20261125224228",
  "2026-11-25T22:42:28.130692544Z",
  "G1K 4H2",
  "01M8244DBRJ9MFS4CAN7HRQ747",
  "workflow_runs:01M8244DBRJ9MFS4CAN7HRQ747",
  "dossier:7c35a0786ecd3cd66a67",
  "dossier:130692544",
  "document:⟨5145551234⟩",
  "9855-31-7542-7-000-0000",
  "0648-71-0525",
  "11971 - 11973, rue Champlain",
  "192.168.100.200",
  "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
];

test.each(harmless)("%j stays as it is", (text) => expect(redact(text)).toBe(text));

describe("any text", () => {
  test("without a pattern is unchanged", () => {
    const words = fc.constantFrom(...harmless, "l'acquéreur", "Mme", "Étienne", "—", "@", "(", "5 %");
    const separator = fc.constantFrom("\n", ", ", " ; ", " et ", "\t");
    const texts = fc.array(fc.tuple(words, separator)).map((pairs) => pairs.flat().join(""));
    fc.assert(fc.property(texts, (text) => redact(text) === text));
    const withoutDigits = fc.string({ unit: "binary" }).filter((text) => !/[\p{N}@＠]/u.test(text));
    fc.assert(fc.property(withoutDigits, (text) => redact(text) === text));
  });

  test("redacted twice is the same as once, and holds no secret that stood alone", () => {
    const secrets = ["ana@example.com", "(514) 555-1234", "+33 1 42 68 53 00", "4111 1111 1111 1111", "130-692-544"];
    const pieces = [
      ...secrets,
      ...harmless,
      "4111 1111 1111 1111 123",
      "130 692 544",
      "1",
      "12",
      "514",
      " ",
      "-",
      ".",
      "@",
      "+",
      "(",
      "é",
      "\u202F",
    ];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => redact(redact(text)) === redact(text)),
      { numRuns: 5000 },
    );
    const apart = fc.array(fc.constantFrom(...secrets, ...harmless)).map((parts) => parts.join("; "));
    fc.assert(fc.property(apart, (text) => secrets.every((secret) => !redact(text).includes(secret))));
  });

  test("changes only where something was found", () => {
    const around = fc.string({ unit: "grapheme" }).filter((text) => !/[\p{N}@+]/u.test(text));
    const found = (before: string, after: string, is: string): string => `${before} ${is} ${after}`;
    fc.assert(
      fc.property(around, around, (before, after) => {
        return redact(found(before, after, "514 555-1234")) === found(before, after, "[phone]");
      }),
    );
  });
});

describe("a pattern of one's own", () => {
  const dossier = { name: "dossier", pattern: /D-\d{4}/ };

  test("is found everywhere, with any flags", () => {
    for (const flags of ["", "g", "gy", "i", "u"]) {
      const redact = redactPatterns([{ name: "dossier", pattern: new RegExp(dossier.pattern, flags) }]);
      expect([redact("D-1234, D-5678", "record"), redact("D-1234", "model")]).toEqual([
        "[dossier], [dossier]",
        "[dossier]",
      ]);
    }
  });

  test("does not see what another pattern has put in", () => {
    expect(redactPatterns(["email", { name: "word", pattern: /email/ }])("ana@example.com", "record")).toBe("[email]");
  });

  test("that overlaps another hides the whole of both", () => {
    const redact = redactPatterns([{ name: "street", pattern: /12 514/ }, "phone"]);
    expect(redact("no 12 514 555-1234.", "record")).toBe("no [phone].");
  });

  test("may be replaced by what is made of its match", () => {
    const seen: [string, string][] = [];
    const redact = redactPatterns(["card", dossier], {
      replace: (name, match) => {
        seen.push([name, match]);
        return `[${name} …${match.slice(-2)}]`;
      },
    });
    expect(redact("D-1234, 4111 1111 1111 1111", "record")).toBe("[dossier …34], [card …11]");
    expect(seen).toEqual([
      ["dossier", "D-1234"],
      ["card", "4111 1111 1111 1111"],
    ]);
  });

  test.each([
    ["an unknown name", ["e-mail"]],
    ["a name of every object", ["toString"]],
    ["no pattern", []],
    ["a pattern without a name", [{ name: "", pattern: /x/ }]],
    ["a text for an expression", [{ name: "x", pattern: "x" }]],
    ["an expression that matches nothing", [{ name: "x", pattern: /x*/ }]],
    ["nothing at all", [undefined]],
  ])("is refused: %s", async (_, patterns) => {
    const error = await failureOf((async () => redactPatterns(patterns as RedactPattern[]))());
    expect(error.code).toBe("invalid_options");
  });
});

describe("a hostile text", () => {
  const hostile = [
    "1",
    "@",
    "-",
    "4 ",
    "a@",
    "514-",
    "5145551234 ",
    "+1(",
    "a@a.",
    "130 692 544 ",
    "4111 1111 1111 111",
    `${"x".repeat(63)}@`,
  ];

  test("of a megabyte costs four times what its quarter costs, not sixteen times", () => {
    for (const piece of hostile) {
      const [quarter, whole] = [2 ** 18, 2 ** 20].map((length) =>
        leastCpuTime(() => redact(`${piece.repeat(length / piece.length)}@`)),
      );
      // Below a few milliseconds the garbage collector is most of it.
      expect((whole ?? 0) / Math.max(quarter ?? 0, 5000), piece).toBeLessThan(10);
    }
  });

  test("finds no expression that repeats without a bound", () => {
    const unbounded = (expression: RegExp): boolean =>
      /[*+]|\{\d+,\}/.test(expression.source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, "x"));
    expect([/a*/, /[ab]+/, /a{2,}/, /a\+/, /[*+]{1,2}/].map(unbounded)).toEqual([true, true, true, false, false]);
    expect(Object.entries(expressions).filter(([, expression]) => unbounded(expression))).toEqual([]);
  });
});

/** In microseconds, of this process alone. */
function leastCpuTime(work: () => void): number {
  const times = [1, 2].map(() => {
    const before = process.cpuUsage();
    work();
    return process.cpuUsage(before).user;
  });
  return Math.min(...times);
}
