import fc from "fast-check";
import { DateTime, Decimal, Duration, RecordId, Uuid } from "surrealdb";
import { describe, expect, test } from "vitest";

import { fromStored, toStored } from "../src/db/codec.ts";
import { DriverCodec } from "../src/db/engine/driver-codec.ts";
import type { SurrealDb } from "../src/db/surreal-db.ts";
import { MinutierError } from "../src/errors.ts";
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

const sdkValues: [name: string, value: { toString(): string }][] = [
  ["a decimal", new Decimal("1234567890123456789.0123456789")],
  ["a duration", new Duration("1d2h3ms")],
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
