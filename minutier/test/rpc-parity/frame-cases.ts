/** Frames made by hand: what a client of another language, or a broken one, may send. */
import { CborCodec } from "surrealdb";

import type { Format } from "./observe.ts";

const codec = new CborCodec({});

/** What is sent at once, in one format; the answers are read until a ping sent after it is answered. */
export interface FrameCase {
  name: string;
  format: Format;
  frames: readonly (Uint8Array | string)[];
  /** How many WebSocket frames carry each message. @default 1 */
  fragments?: number;
}

/** The head of a CBOR item. */
function head(major: number, argument: number): number[] {
  if (argument < 24) return [(major << 5) | argument];
  if (argument < 256) return [(major << 5) | 24, argument];
  return [(major << 5) | 25, argument >> 8, argument & 255];
}

const text = (value: string): number[] => [...head(3, Buffer.byteLength(value)), ...Buffer.from(value)];
const hex = (value: string): number[] => [...Buffer.from(value, "hex")];

/** A map whose values are CBOR already. */
function map(fields: readonly (readonly [key: number[], value: number[]])[]): Uint8Array {
  return Uint8Array.from([...head(5, fields.length), ...fields.flat(2)]);
}

/** `RETURN [type::of($a), $a]`, with a variable that is CBOR already. */
function returning(value: number[]): Uint8Array {
  const variables = [...head(5, 1), ...text("a"), ...value];
  const query = [...head(4, 2), ...text("RETURN [type::of($a), $a]"), ...variables];
  return map([
    [text("id"), text("asked")],
    [text("method"), text("query")],
    [text("params"), query],
  ]);
}

/** A ping whose parameters are nested so deep. */
function nested(depth: number): Uint8Array {
  return map([
    [text("id"), text("asked")],
    [text("method"), text("ping")],
    [text("params"), [...Array.from({ length: depth - 1 }, () => 0x81), 0x80]],
  ]);
}

const values: Record<string, string> = {
  undefined: "f7",
  "a half float": "f93e00",
  "a single float": "fa3fc00000",
  "a float without a fraction": "fb3ff0000000000000",
  "not a number": "f97e00",
  infinity: "f97c00",
  "a simple value that nobody knows": "f0",
  "an integer of 64 bits": "1bffffffffffffffff",
  "the greatest signed integer": "1b7fffffffffffffff",
  "the least integer of CBOR": "3bffffffffffffffff",
  "a small bignum": "c24101",
  "a bignum beyond 64 bits": "c249010000000000000000",
  "a negative bignum beyond 64 bits": "c349010000000000000000",
  "a text of chunks": "7f616161ff".replace("616161", "61616162"),
  "bytes of chunks": "5f41014102ff",
  "an endless list": "9f0102ff",
  "an endless map": "bf616201ff",
  "a text that is not UTF-8": "61ff",
  bytes: "42ffff",
  "the time of the standard, as a text": "c074323032362d30312d30315430303a30303a30305a",
  "a time of the standard that is none": "c0616e",
  "the time of the standard, as a number": "c11a5f5e1000",
  "a date of Python": "d903ec6a323032362d30312d3031",
  "a date of Python in days": "d8641a00004e20",
  "a set of Python": "d9010282 0102".replace(" ", ""),
  "a set of SurrealDB": "d83882010 1".replace(" ", ""),
  none: "c6f6",
  "none of a number": "c601",
  "a table": "c76161",
  "a table that is a number": "c701",
  "a record of a text": "c8633a3a3a".replace("633a3a3a", "63613a62"),
  "a record of a text that is none": "c86161",
  "a record of two": "c882616101",
  "a record of one": "c8816161",
  "a record of three": "c883616101 02".replace(" ", ""),
  "a record with a key that is a float": "c8826161f93e00",
  "a record whose key is none": "c8826161c6f6",
  "a uuid of bytes": "d82550" + "00".repeat(16),
  "a uuid of few bytes": "d8254100",
  "a uuid of a text": "c9782430313931653164352d303030302d373030302d383030302d303030303030303030303030",
  "a uuid of a text that is none": "c96161",
  "a decimal": "ca63312e35",
  "a decimal that is none": "ca6161",
  "a duration of a text": "cd623168",
  "a duration of a text that is none": "cd6161",
  "a duration": "ce820102",
  "a duration of nothing": "ce80",
  "a duration of three": "ce83010203",
  "a negative duration": "ce8120",
  "a time": "cc820102",
  "a time of one": "cc8101",
  "a time with a negative fraction": "cc820120",
  "a time with a long fraction": "cc82011a77359400",
  "a range": "d83182d83201d83302",
  "a range of one": "d83181d83201",
  "an open range": "d83182f6f6",
  "a range without bounds": "d831820102",
  "a point": "d8588201f93e00",
  "a point of three": "d85883010203",
  "a line": "d85982d858820102d858820304",
  "a line of numbers": "d859820102",
  "a polygon without a line": "d85a80",
  "a collection of points": "d85e81d858820102",
  "a file": "d8378261616162",
  "a file of numbers": "d837820102",
  "a regular expression of JavaScript": "d823616 1".replace(" ", ""),
  "an unknown tag": "d8c801",
  "a tag in a tag": "c6c6f6",
  "a key that is a number": "a10101",
  "a key that is none": "a1f601",
  "a key twice": "a2616101616102",
  "a key of chunks": "a17f6161ff01",
  "an empty map": "a0",
  "shared values of Python": "d81c820102",
  "a head that means nothing": "1c",
  "a break": "ff",
};

const message = { id: "asked", method: "ping" };
const cbor = codec.encode(message);
const json = JSON.stringify(message);

const handmade: Record<string, FrameCase["frames"]> = {
  "an empty frame": [new Uint8Array()],
  "a byte": [Uint8Array.of(0xff)],
  "an endless map of nothing": [Uint8Array.of(0xbf, 0xff)],
  "a map of unending length": [Uint8Array.from(hex("bbffffffffffffffff"))],
  "a list of unending length": [Uint8Array.from(hex("9bffffffffffffffff"))],
  "a text of unending length": [Uint8Array.from(hex("7bffffffffffffffff"))],
  "a list": [codec.encode([1, 2])],
  "a number": [codec.encode(5)],
  "an empty map": [codec.encode({})],
  "a message that ends early": [cbor.subarray(0, -1)],
  "a message and more": [Uint8Array.from([...cbor, 0, 1, 2])],
  "a message of an endless map": [Uint8Array.from([0xbf, ...cbor.subarray(1), 0xff])],
  "a message with a key that is a number": [
    map([
      [text("method"), text("ping")],
      [[1], [1]],
    ]),
  ],
  "a message with two methods": [
    map([
      [text("id"), text("asked")],
      [text("method"), text("nothing")],
      [text("method"), text("ping")],
    ]),
  ],
  "a message in a tag": [Uint8Array.from([0xc6, ...cbor])],
  "a text on a socket of CBOR": [json],
  "a text that is CBOR": ["\u0001"],
  "a hundred thousand lists": [new Uint8Array(100_000).fill(0x81)],
};

const handmadeJson: Record<string, FrameCase["frames"]> = {
  "an empty text": [""],
  "a brace": ["{"],
  "a list": ["[1]"],
  "a text": ['"a"'],
  "a message in bytes": [Buffer.from(json)],
  "CBOR on a socket of JSON": [cbor],
  "bytes that are not UTF-8": [Uint8Array.of(0xff, 0xfe)],
  "a message and more": [`${json} {`],
  "a message after blanks": [` \n${json}`],
  "a message nested 100 deep": [`{"id":"asked","method":"ping","params":${"[".repeat(99)}${"]".repeat(99)}}`],
  "a message nested 101 deep": [`{"id":"asked","method":"ping","params":${"[".repeat(100)}${"]".repeat(100)}}`],
  "no quotes": ["{id:'asked',method:'ping'}"],
};

const jsonValues = [
  ...[
    '"person:1"',
    '"person:one"',
    '"person:⟨a b⟩"',
    '"person:`a b`"',
    '"a:b:c"',
    '"a: b"',
    '"a:"',
    '":a"',
    '"http://a"',
  ],
  ...[
    '"1:2"',
    '"person:0191e1d5-0000-7000-8000-000000000000"',
    '"person:-1"',
    '"person:1a"',
    '"person:9223372036854775808"',
  ],
  ...['"person:[1, 2]"', '"a-b:c"', '"a:b-c"', '"a:b c"', '"é:b"', '"0191e1d5-0000-7000-8000-000000000000"'],
  ...[
    '"0191E1D5-0000-7000-8000-00000000000A"',
    '"0191e1d5"',
    '"2026-01-01T00:00:00Z"',
    '"2026-01-01T00:00:00.5+02:00"',
  ],
  ...['"2026-01-01"', '"2026-13-01T00:00:00Z"', '"12:30"', '"1h"', '"NONE"', '"$a"', '""'],
  ...["1", "-1", "1.5", "1.0", "1e3", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400"],
  ...["true", "null", "[]", "{}", "[1,[2]]", '{"a":1,"a":2}', '{"a b":1}', '{"type":"Point","coordinates":[1,2]}'],
  ...[
    '"\\u0061"',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"a\\/b"',
    '"a\\nb"',
    '"\\b\\f\\r\\t\\"\\\\"',
    '"\\x"',
    '"\\u00"',
    '"\\u0000"',
  ],
  ...[
    "01",
    "+1",
    "nan",
    "NaN",
    "Infinity",
    "undefined",
    "'a'",
    "[1,]",
    '{"a":1,}',
    "{,}",
    "person:1",
    "1h",
    "1dec",
    "(1,2)",
  ],
  ...["1..2", "/a/", 'd"2026-01-01T00:00:00Z"', "rand()", "$x", "(1)", "// c\n1", "/* c */1"],
];

const results: Record<string, string> = {
  numbers: "[1, 1.5, 1.0, -1.0, 1e300, 1e-7, 1e16, 0.1 + 0.2, NaN, 1.50dec, 9223372036854775807]",
  records:
    "[a:1, a:b, a:⟨a b⟩, a:⟨1⟩, a:[1, 'b', {c: d:e}, 1.5, NONE, null, true], a:{b: 1}, a:u'0191e1d5-0000-7000-8000-000000000000', `a b`:c, a:⟨b`c⟩, a:-1]",
  "ranges of records": "[type::record('a', 1..2)]",
  times:
    "[d'2026-01-01T00:00:00Z', d'2026-01-01T00:00:00.5Z', d'2026-01-01T00:00:00.123456Z', d'2026-01-01T00:00:00.123456789Z', d'1969-12-31T23:59:59.5Z']",
  durations: "[0ns, 1ns, 1µs, 1ms, 1s, 90s, 1h30m, 1d, 1w, 1y, 1y2w3d4h5m6s7ms8us9ns]",
  ranges: "[1..2, 1..=2, 1>..2, .., 'a'..'b', 1..]",
  texts: "['', 'é', '\\u{1}', '\\u{2028}', '\"', '\\\\', '\\n\\t\\r', '/', '😀']",
  others: "[type::table('a b'), type::table('a'), <bytes>'ab', <set>[2, 1, 'a'], [[]], {}, {b: {}, a: NONE}]",
  geometries:
    "[(1.5, 2), {type: 'LineString', coordinates: [[1, 2], [3, 4]]}, {type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, {type: 'MultiPoint', coordinates: [[1, 2], [3, 4]]}, {type: 'GeometryCollection', geometries: [{type: 'Point', coordinates: [1, 2]}]}]",
};

/** A query's results in JSON. */
function resultsInJson(): FrameCase[] {
  return Object.entries(results).map(([name, list]) => ({
    name: `results that are ${name}`,
    format: "json" as const,
    frames: [JSON.stringify({ id: "asked", method: "query", params: [`RETURN ${list}`] })],
  }));
}

/** Two hundred requests in one tick, each answered. */
const batch = Array.from({ length: 200 }, (_, index) =>
  codec.encode({ id: index, method: "query", params: ["RETURN 1"] }),
);

export function frameCases(): FrameCase[] {
  const of = (format: Format, named: Record<string, FrameCase["frames"]>): FrameCase[] =>
    Object.entries(named).map(([name, frames]) => ({ name, format, frames }));
  return [
    ...of("cbor", handmade),
    ...of("cbor", Object.fromEntries([98, 99, 100, 101, 102].map((depth) => [`lists ${depth} deep`, [nested(depth)]]))),
    ...of("json", handmadeJson),
    ...Object.entries(values).map(([name, value]) => ({
      name: `a value that is ${name}`,
      format: "cbor" as const,
      frames: [returning(hex(value))],
    })),
    ...jsonValues.map((value) => ({
      name: `the value ${value}`,
      format: "json" as const,
      frames: [`{"id":"asked","method":"query","params":["RETURN [type::of($a), $a]",{"a":${value}}]}`],
    })),
    ...resultsInJson(),
    { name: "a message in three frames", format: "cbor", frames: [cbor], fragments: 3 },
    { name: "a message of JSON in three frames", format: "json", frames: [json], fragments: 3 },
    { name: "two hundred queries at once", format: "cbor", frames: batch },
  ];
}
