import fc from "fast-check";
import {
  BoundExcluded,
  BoundIncluded,
  DateTime,
  Decimal,
  Duration,
  FileRef,
  Future,
  GeometryCollection,
  GeometryLine,
  GeometryMultiPolygon,
  GeometryPoint,
  GeometryPolygon,
  Range,
  RecordId,
  RecordIdRange,
  Table,
  toSurqlString,
  Uuid,
} from "surrealdb";
import { describe, expect, test } from "vitest";

import { fromStored, toStored } from "../src/db/codec.ts";
import { DriverCodec } from "../src/db/engine/driver-codec.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { MinutierError } from "../src/errors.ts";
import { step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends } from "./backends.ts";

const nul = String.fromCharCode(0);

/** A value once through a row: written, and read back by another query. */
async function throughRow(db: SurrealDb, value: unknown): Promise<unknown> {
  const id = new RecordId("codec", Uuid.v7().toString());
  await db.query("CREATE $id CONTENT { value: $value }", { id, value });
  const [value_] = await db.query<[unknown]>("RETURN $id.value", { id });
  return value_;
}

function own(key: string, value: unknown): object {
  return Object.defineProperty({}, key, { value, enumerable: true, configurable: true, writable: true });
}

function nested(levels: number): object {
  let value: object = {};
  for (let level = 1; level < levels; level++) value = { inner: value };
  return value;
}

const kept: [name: string, value: unknown][] = [
  ["a text", "l'Étude 日本 🖋️"],
  ["an empty text", ""],
  ["a text with NUL", `a${nul}b`],
  ["a text that looks like SurrealQL", "workflow_runs:1; REMOVE TABLE x"],
  ["a text that looks like a record id", "dossier:abc123"],
  ["true and false", [true, false]],
  ["null", null],
  ["integers", [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
  ["floats", [0.1, -2.5, Number.MIN_VALUE, 1.5e-300]],
  ["NaN and the infinities", [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ["the edges of 64 bits", [2n ** 63n - 1n, -(2n ** 63n)]],
  ["a date", new Date("2026-03-01T12:34:56.789Z")],
  ["dates before 1970 with milliseconds", [new Date(-1), new Date(-1001), new Date("1867-07-01T00:00:00.001Z")]],
  [
    "the first and the last day of the four-digit years",
    [new Date("0000-01-01T00:00:00.000Z"), new Date("9999-12-31T23:59:59.999Z")],
  ],
  ["bytes", new Uint8Array([0, 1, 255])],
  ["no bytes", new Uint8Array()],
  ["a set", new Set([1, 2, "trois"])],
  ["an empty list and object", [[], {}]],
  ["keys of every sort", { "": 1, "a b": 2, "a.b": 3, é: 4, [`x${nul}`]: 5, "`": 6, "⟩": 7, constructor: 8, "1": 9 }],
  ["a key named __proto__ over an object", own("__proto__", { polluted: true })],
  ["a key named __proto__ over a text", own("__proto__", "x")],
  ["a key named __proto__ over null", own("__proto__", null)],
  ["a key named __proto__ over a set", own("__proto__", new Set([1]))],
  ["the deepest value", nested(79)],
  ["a mixture", { list: [{ at: new Date(0), n: 3n ** 39n }, [[null]]] }],
];

const nilUuid = "00000000-0000-0000-0000-000000000000";
const point = new GeometryPoint([new Decimal("1.5"), new Decimal("-2.25")]);
const corners: [number, number][] = [
  [0, 0],
  [0, 1],
  [1, 1],
  [0, 0],
];
const polygon = new GeometryPolygon([new GeometryLine(corners.map((corner) => new GeometryPoint(corner)) as never)]);
const geometries = new GeometryCollection([point, polygon]);

const sdkValues: [name: string, value: { toString(): string }][] = [
  ["a decimal", new Decimal("1234567890123456789.0123456789")],
  ["the largest decimal", new Decimal("-79228162514264337593543950335")],
  ["the smallest decimal", new Decimal("0.0000000000000000000000000001")],
  ["a duration", new Duration("1d2h3ms")],
  ["a range", new Range(new BoundIncluded({ from: [1] }), new BoundExcluded(new Uuid(nilUuid)))],
  ["a range of everything", new Range(undefined, undefined)],
  ["a range of records", new RecordIdRange("dossier", new BoundIncluded(["a", 1]), new BoundExcluded(["b"]))],
  ["a table", new Table("dossier d'étude")],
  ["a file", new FileRef("actes", "/2026/vente.pdf")],
  ["a polygon", polygon],
  ["many polygons", new GeometryMultiPolygon([polygon, polygon])],
  ["geometries", geometries],
  ["a uuid", Uuid.v7()],
  ["a record id", new RecordId("dossier", "abc123")],
  ["a record id with a number", new RecordId("dossier", 123)],
  ["a record id with digits as a text", new RecordId("dossier", "123")],
  ["a record id with an empty key", new RecordId("dossier", "")],
  ["a record id with odd signs", new RecordId("dossier", "a⟩`\\;\n é\"'")],
  ["a record id with a list", new RecordId("dossier", ["a", 1, { b: true }])],
  ["a record id with a uuid", new RecordId("dossier", Uuid.v4())],
  ["a record id of a table with an odd name", new RecordId("dossier d'étude", "1")],
  ["a record id with a date before 1970", new RecordId("dossier", [new DateTime("1969-12-31T23:59:59.999Z")])],
];

for (const backend of backends) {
  describe(`values through ${backend.name}`, () => {
    test.each(kept)("%s comes back as it was", async (_, value) => {
      const db = await backend.open();
      expect(await throughRow(db, value)).toStrictEqual(value);
    });

    test.each(sdkValues)("%s comes back as the same value", async (_, value) => {
      const db = await backend.open();
      const back = await throughRow(db, value);
      expect((back as object).constructor).toBe(value.constructor);
      expect((back as { equals(other: unknown): boolean }).equals(value)).toBe(true);
    });

    test("what SurrealDB has no type for comes back as plain data", async () => {
      const db = await backend.open();
      const error = Object.assign(new TypeError("outer", { cause: new Error("inner", { cause: "root" }) }), {
        status: 404,
      });
      class Person {
        readonly name = "Ada";
        get greeting(): string {
          return "hello";
        }
      }
      const value = {
        map: new Map<string, unknown>([
          ["a", 1],
          ["b", new Map([["c", new Date(0)]])],
        ]),
        error,
        url: new URL("https://example.org/a?b=c"),
        regexp: /a/g,
        money: { toJSON: () => ({ amount: 5n }) },
        buffer: Buffer.from("abc"),
        arrayBuffer: new Uint8Array([1, 2]).buffer,
        view: new DataView(new Uint8Array([9, 8, 7]).buffer, 1),
        floats: new Float32Array([0.5, 2]),
        noPrototype: Object.assign(Object.create(null) as object, { a: 1 }),
        person: new Person(),
        boxed: Object("text") as unknown,
        undefinedProperty: undefined,
        // eslint-disable-next-line no-sparse-arrays
        list: [undefined, , 3],
        proxy: new Proxy({ a: 1 }, {}),
      };
      expect(await throughRow(db, value)).toStrictEqual({
        map: { a: 1, b: { c: new Date(0) } },
        error: {
          name: "TypeError",
          message: "outer",
          status: 404,
          cause: { name: "Error", message: "inner", cause: "root" },
        },
        url: "https://example.org/a?b=c",
        regexp: "/a/g",
        money: { amount: 5 },
        buffer: new Uint8Array([97, 98, 99]),
        arrayBuffer: new Uint8Array([1, 2]),
        view: new Uint8Array([8, 7]),
        floats: [0.5, 2],
        noPrototype: { a: 1 },
        person: { name: "Ada" },
        boxed: "text",
        list: [undefined, undefined, 3],
        proxy: { a: 1 },
      });
    });

    test("two values are known to change: -0, and half of a surrogate pair", async () => {
      const db = await backend.open();
      expect(await throughRow(db, [-0, "\uD800x"])).toStrictEqual([0, "\uFFFDx"]);
    });

    test("a text of a megabyte comes back whole", async () => {
      const db = await backend.open();
      const text = "é🖋x".repeat(150_000);
      expect(await throughRow(db, text)).toBe(text);
    });

    test("a __proto__ key from the database can't pass for another type or reach a prototype", async () => {
      const db = await backend.open();
      const back = (await throughRow(db, own("__proto__", new RecordId("dossier", "1")))) as object;
      expect(back).not.toBeInstanceOf(RecordId);
      expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
      const parsed = (await throughRow(db, JSON.parse('{"a":{"__proto__":{"isAdmin":true}}}'))) as {
        a: { isAdmin?: boolean };
      };
      expect(parsed.a.isAdmin).toBeUndefined();
      expect(Object.keys(parsed.a)).toEqual(["__proto__"]);
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    });

    test("a refused value stops the query before any of it runs", async () => {
      const db = await backend.open();
      await expect(db.query("CREATE refused:1; RETURN $value", { value: 2n ** 63n })).rejects.toMatchObject({
        code: "invalid_value",
      });
      const [info] = await db.query<[{ tables: object }]>("INFO FOR DB");
      expect(info.tables).toEqual({});
    });

    test("JSON-like data of any shape comes back as it was", async () => {
      const db = await backend.open();
      const text = fc.string({ unit: "grapheme" });
      const { tree } = fc.letrec((tie) => ({
        leaf: fc.oneof(
          text,
          fc.boolean(),
          fc.constant(null),
          fc.maxSafeInteger(),
          fc.double().map((n) => (n === 0 ? 0 : n)),
          fc.date({
            noInvalidDate: true,
            min: new Date("-009999-01-01T00:00:00Z"),
            max: new Date("9999-12-31T00:00:00Z"),
          }),
        ),
        tree: fc.oneof(
          { maxDepth: 4 },
          tie("leaf"),
          fc.array(tie("tree"), { maxLength: 4 }),
          fc.dictionary(fc.oneof(text, fc.constant("__proto__"), fc.constant("id")), tie("tree"), {
            maxKeys: 4,
            noNullPrototype: true,
          }),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(tree, async (value) => {
          const storable = Number.isInteger(value) && !Number.isSafeInteger(value);
          fc.pre(!storable && !hasUnsafeInteger(value));
          const [back] = await db.query("RETURN $value", { value });
          expect(back).toStrictEqual(value);
        }),
        { numRuns: 300 },
      );
    });

    test("a copy that stays in memory is what the database gives back, of data in any shape and form", async () => {
      const db = await backend.open();
      const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.constant("\uD800x"));
      const { tree } = fc.letrec((tie) => ({
        leaf: fc.oneof(
          text,
          fc.constantFrom<unknown>(-0, null, undefined, Number.NaN, new URL("a:b"), /x/g, new Error("e", { cause: 1 })),
          fc.double(),
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          fc.date({ noInvalidDate: true }),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          fc.uint8Array().map(({ buffer }) => buffer.slice(0)),
          fc.float64Array({ noNaN: true }),
        ),
        tree: fc.oneof(
          { maxDepth: 3 },
          tie("leaf"),
          fc.array(tie("tree"), { maxLength: 3 }),
          fc.dictionary(fc.oneof(text, fc.constant("__proto__")), tie("tree"), { maxKeys: 3 }),
          fc.array(fc.tuple(text, tie("tree")), { maxLength: 3 }).map((entries) => new Map(entries)),
          // Of what is told apart by identity here, and by value there, a set has more here.
          fc.array(fc.oneof(text, fc.integer(), fc.bigInt({ min: 0n, max: 9n })), { maxLength: 3 }).map((items) => ({
            set: new Set(items.map((item) => (typeof item === "string" ? item.toWellFormed() : Number(item)))),
          })),
        ),
      }));
      await fc.assert(
        fc.asyncProperty(tree, async (value) => {
          let copy: unknown;
          try {
            copy = fromStored(toStored({ value }, "x"));
          } catch {
            // What is refused is refused before anything is copied: the other properties are about it.
            return fc.pre(false);
          }
          const [back] = await db.query("RETURN $it", { it: { value } });
          expect(copy).toStrictEqual(back);
        }),
        { numRuns: 300 },
      );
    });
  });
}

function hasUnsafeInteger(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Date) &&
    Object.values(value).some(hasUnsafeInteger)
  );
}

function refusalOf(value: unknown): MinutierError {
  try {
    toStored({ output: { list: [value] } }, "the run");
  } catch (error) {
    if (MinutierError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("the value was taken");
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

test.each<[string, unknown, RegExp]>([
  ["a cycle", cyclic, /^the run\.output\.list\[0\]\.self can't be stored: it contains itself/],
  ["a value deeper than 80 levels", nested(79), /more than 80 levels deep/],
  ["an integer past 64 bits", 2n ** 63n, /9223372036854775808 does not fit in 64 bits/],
  ["an integer below 64 bits", -(2n ** 63n) - 1n, /does not fit in 64 bits/],
  ["a number past 2^53", 2 ** 53, /past 2\^53/],
  ["a very large number", 1e21, /past 2\^53/],
  ["an invalid date", new Date(Number.NaN), /invalid Date/],
  ["a date past the engine's calendar", new Date(8.64e15), /year is 275760/],
  ["a function", () => 1, /it is a function/],
  ["a symbol", Symbol("s"), /it is a symbol/],
  ["a promise", Promise.resolve(1), /it is a Promise/],
  ["a generator", (function* () {})(), /it is a Generator/],
  ["a blob", new Blob(["x"]), /it is a Blob/],
  ["headers", new Headers({ a: "b" }), /it is a Headers/],
  ["a weak map", new WeakMap(), /it is a WeakMap/],
  ["a map with a number as key", new Map([[1, 2]]), /keys must be strings, and 1 is not/],
  [
    "a getter that throws",
    {
      get boom(): never {
        throw new Error("no value");
      },
    },
    /reading it failed: no value/,
  ],
  [
    "a toJSON that throws",
    {
      toJSON: () => {
        throw new Error("no json");
      },
    },
    /reading it failed: no json/,
  ],
  [
    "a toJSON that gives itself",
    {
      toJSON(): unknown {
        return this;
      },
    },
    /it contains itself/,
  ],
  ["a toJSON that never ends", { toJSON: endless }, /more than 80 levels deep/],
  ["a revoked proxy", revoked.proxy, /reading it failed/],
  ["a record id with a fraction", new RecordId("a", 1.5), /1\.5 of a record id is not an integer/],
  ["a record id past 64 bits", new RecordId("a", 2n ** 63n), /does not fit/],
  [
    "a record id holding what can't be stored",
    new RecordId("a", [new Date(Number.NaN)]),
    /list\[0\]\[0\] can't be stored: it is an invalid Date/,
  ],
  ["a record id range past 64 bits", new RecordIdRange("a", new BoundIncluded(2n ** 63n), undefined), /does not fit/],
  ["a record id range of fractions", new RecordIdRange("a", undefined, new BoundExcluded(1.5)), /1\.5 of a record id/],
  ["a range past 64 bits", new Range(new BoundIncluded([2n ** 63n]), undefined), /does not fit/],
  ["a range that holds a function", new Range(undefined, new BoundIncluded(() => 1)), /it is a function/],
  ["a Future", new Future("1 + 1"), /it is a Future/],
  ["a decimal of thirty digits", new Decimal("0.123456789012345678901234567891"), /more digits than SurrealDB keeps/],
  ["a decimal past 96 bits", new Decimal("79228162514264337593543950336"), /more digits than SurrealDB keeps/],
  ["a huge decimal", new Decimal("1e400"), /more digits than SurrealDB keeps/],
  ["a datetime past the calendar", new DateTime([10n ** 15n, 0n]), /its year is past/],
  ["a datetime before the calendar", new DateTime([-(10n ** 13n), 0n]), /its year is past/],
  ["a datetime of half a nanosecond's sign", new DateTime([1n, -5n]), /-5 nanoseconds/],
  ["a duration past 64 bits", new Duration([2n ** 65n, 0n]), /does not fit/],
  ["unsigned 64-bit integers that don't fit", new BigUint64Array([2n ** 64n - 1n]), /does not fit/],
])("%s is refused with its place", (_, value, message) => {
  const error = refusalOf(value);
  expect(error).toMatchObject({ code: "invalid_value", message: expect.stringMatching(message) });
  expect(error.message).toMatch(/^the run\.output\.list\[0\]/);
  expect(error.details["place"]).toMatch(/^the run\.output\.list\[0\]/);
});

function endless(): object {
  return { toJSON: endless };
}

/** What a level may be: a list, an object… around the next one; how many of the eighty it takes. */
const levels: [name: string, wrap: (inner: never) => unknown, takes: number][] = [
  ["list", (inner) => [inner], 1],
  ["object", (inner) => ({ inner }), 1],
  ["map", (inner) => new Map([["inner", inner]]), 1],
  ["set", (inner) => new Set([inner]), 2],
  ["range", (inner) => new Range(new BoundIncluded(inner), undefined), 3],
  ["record id", (inner) => ({ id: new RecordId("t", [inner]) }), 4],
  ["record id range", (inner) => ({ ids: new RecordIdRange("t", new BoundIncluded([inner]), undefined) }), 7],
];

const leaves: [name: string, value: unknown][] = [
  ["a number", 1],
  ["none", undefined],
  ["a date", new Date(0)],
  ["a uuid", Uuid.v7()],
  ["a decimal", new Decimal("1.5")],
  ["a duration", new Duration("1h")],
  ["a file", new FileRef("a", "/b")],
  ["many polygons", new GeometryMultiPolygon([polygon])],
  ["geometries", new GeometryCollection([new GeometryCollection([new GeometryMultiPolygon([polygon])])])],
];

/** The deepest value of that kind that is taken. */
function deepest(wrap: (inner: never) => unknown, leaf: unknown): unknown {
  let value = leaf;
  for (;;) {
    const next = wrap(value as never);
    try {
      toStored({ value: next }, "x");
    } catch {
      return value;
    }
    value = next;
  }
}

test.each(levels)("eighty levels are taken of %ss, and no more", (_, wrap, takes) => {
  const build = (count: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < count; level++) value = wrap(value as never);
    return value;
  };
  expect(() => toStored(build(Math.floor(80 / takes)), "x")).not.toThrow();
  expect(() => toStored(build(Math.floor(80 / takes) + 1), "x")).toThrow(
    /x\S* can't be stored: it is more than 80 levels/,
  );
});

describe("what is taken, every backend takes, and what is read back is the same", () => {
  const opened = Promise.all(backends.map(async (backend) => ({ backend, db: await backend.open() })));
  const ask = async (value: unknown): Promise<string[]> =>
    Promise.all(
      (await opened).map(async ({ db }) => {
        try {
          return toSurqlString(await throughRow(db, value));
        } catch (error) {
          if (MinutierError.isInstance(error) && error.code === "invalid_value") return error.message;
          throw error;
        }
      }),
    );

  test.each(levels.flatMap(([level, wrap]) => leaves.map(([leaf, value]) => [level, leaf, wrap, value] as const)))(
    "as deep as may be: %ss around %s",
    async (_level, _leaf, wrap, value) => {
      const outcomes = await ask(deepest(wrap, value));
      expect(new Set(outcomes).size, outcomes.join("\n")).toBe(1);
      expect(outcomes[0]).not.toMatch(/can't be stored/);
    },
  );

  test("values of any kind and depth", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        text,
        fc.boolean(),
        fc.constantFrom(
          null,
          undefined,
          Number.NaN,
          Infinity,
          -0,
          2 ** 53,
          2 ** 53 - 1,
          () => 1,
          ...sdkValues.map(([, v]) => v),
        ),
        fc.integer(),
        fc.double(),
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
        fc.date({ noInvalidDate: false }),
        fc.uint8Array({ maxLength: 20 }),
        fc
          .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.bigInt({ min: 0n, max: 10n ** 9n }))
          .map((at) => new DateTime(at)),
        fc.tuple(fc.bigInt({ min: -(10n ** 32n), max: 10n ** 32n }), fc.nat(32)).map(([n, places]) => {
          const digits = String(n < 0n ? -n : n).padStart(places + 1, "0");
          return new Decimal(
            `${n < 0n ? "-" : ""}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}0`,
          );
        }),
      ),
      record: fc
        .oneof(text, fc.bigInt(), fc.array(tie("tree"), { maxLength: 2 }))
        .map((id) => new RecordId("t", id as never)),
      tree: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        { arbitrary: tie("leaf"), weight: 4 },
        { arbitrary: fc.array(tie("tree"), { maxLength: 3 }), weight: 1 },
        { arbitrary: fc.dictionary(fc.oneof(text, fc.constant("__proto__")), tie("tree"), { maxKeys: 3 }), weight: 1 },
        { arbitrary: fc.array(tie("leaf"), { maxLength: 3 }).map((items) => new Set(items)), weight: 1 },
        { arbitrary: tie("record"), weight: 1 },
      ),
    }));
    const deep = fc
      .tuple(tree, fc.array(fc.constantFrom(...levels.map(([, wrap]) => wrap)), { maxLength: 60 }))
      .map(([inner, wraps]) => wraps.reduce<unknown>((value, wrap) => wrap(value as never), inner));
    await fc.assert(
      fc.asyncProperty(deep, async (value) => {
        const outcomes = await ask(value);
        expect(new Set(outcomes).size, outcomes.join("\n")).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});

test.each(backends)("what a run is given and gives is taken as deep as anywhere, on $name", async (backend) => {
  const db = await backend.open();
  const echo = new Workflow({ name: "echo", db, steps: [step("same", (value) => value)] });
  // The rows that hold it take a level or two.
  for (const depth of [77, 78]) {
    const value = nested(depth);
    const run = await echo.run(value, { metadata: { value: nested(depth - 1) } });
    expect(run.output).toEqual(value);
    expect(await db.runs.get(run.id)).toMatchObject({
      input: value,
      output: value,
      metadata: { value: nested(depth - 1) },
    });
  }
  await expect(echo.run(nested(80))).rejects.toMatchObject({ code: "invalid_value" });
  const deepen = new Workflow({ name: "deepen", db, steps: [step("deep", () => nested(81))] });
  await expect(deepen.run(1)).rejects.toMatchObject({ code: "step_failed", cause: { code: "invalid_value" } });
});

test("eighty levels are taken", () => {
  expect(toStored(nested(80), "x")).toEqual(nested(80));
});

test("the same object in two places is not a cycle", () => {
  const shared = { a: 1 };
  expect(toStored([shared, { shared }], "x")).toEqual([{ a: 1 }, { shared: { a: 1 } }]);
});

test("the copy does not change when the caller's value does", () => {
  const bytes = new Uint8Array([1]);
  const value = { list: [1], bytes };
  const stored = toStored(value, "x");
  value.list.push(2);
  bytes[0] = 9;
  expect(stored).toEqual({ list: [1], bytes: new Uint8Array([1]) });
});

test("a million numbers are checked", () => {
  const list = Array.from({ length: 1_000_000 }, (_, index) => index);
  expect(toStored(list, "x")).toHaveLength(1_000_000);
});

test("a value decoded by a client that the application shares is put right too", () => {
  const polluted = Object.setPrototypeOf({ a: 1 }, { isAdmin: true }) as unknown;
  expect(fromStored(polluted)).toStrictEqual(Object.assign(own("__proto__", { isAdmin: true }), { a: 1 }));
});

test("decoding leaves Object.prototype as it was, also when it fails", () => {
  const before = Object.getOwnPropertyDescriptor(Object.prototype, "__proto__");
  const codec = new DriverCodec({});
  const bytes = codec.encode(own("__proto__", "x"));
  expect(codec.decode(bytes)).toStrictEqual(own("__proto__", "x"));
  expect(() => codec.decode(bytes.slice(0, -1))).toThrow();
  expect(Object.getOwnPropertyDescriptor(Object.prototype, "__proto__")).toEqual(before);
});
