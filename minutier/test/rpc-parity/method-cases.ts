/** Every RPC method, with no parameters, with wrong ones of every kind, and with right ones. */
import { DateTime, RecordId, Table, Uuid } from "surrealdb";

import { type Credentials, password } from "./principals.ts";

/** A request, and how the recorded answers name it. */
export interface MethodCase {
  name: string;
  /** The fields of the message, but for its id. */
  message: Record<string, unknown>;
  /** It changes the session that it runs in, so it has one of its own, which is then asked what it has become. */
  changesSession?: boolean;
}

const methods = [
  ...["ping", "info", "version", "use", "signup", "signin", "authenticate", "refresh", "invalidate", "revoke", "reset"],
  ...["kill", "live", "set", "let", "unset", "query", "gql", "graphql", "run", "begin", "commit", "cancel"],
  ...["attach", "detach", "sessions", "select", "insert", "create", "upsert", "update", "merge", "patch", "delete"],
  ...["relate", "insert_relation", "query_cancel", "health", "export", "import", "unknown", "PING", ""],
];
// These do the same whatever the parameters are.
const changesSessionAlways = new Set(["use", "invalidate", "reset", "begin"]);

const wrongParams: Record<string, unknown> = {
  absent: undefined,
  null: null,
  "an object": { a: 1 },
  none: [],
  "[null]": [null],
  "[1.5]": [1.5],
  "[{}]": [{}],
  "[[]]": [[]],
  '[""]': [""],
  "[null, 5]": [null, 5],
  eight: [1, 2, 3, 4, 5, 6, 7, 8],
};

function withWrongParams(): MethodCase[] {
  return methods.flatMap((method) =>
    Object.entries(wrongParams).map(([kind, params]) => ({
      name: `${method} with ${kind}`,
      message: { method, ...(params === undefined ? {} : { params }) },
      changesSession: changesSessionAlways.has(method),
    })),
  );
}

const queries: Record<string, unknown[]> = {
  "a value": ["RETURN 1"],
  "an empty text": [""],
  "a comment": ["-- nothing"],
  "a semicolon": [";"],
  "no SurrealQL": ["SELEC 1"],
  "a variable": ["RETURN $a + 1", { a: 1 }],
  "an undefined variable": ["RETURN $nothing"],
  "variables that are null": ["RETURN 1", null],
  "variables that are a list": ["RETURN 1", []],
  "variables that are a text": ["RETURN 1", "a"],
  "a protected variable": ["RETURN $auth", { auth: 1 }],
  "three parameters": ["RETURN 1", {}, 1],
  "a throw": ["THROW 'stop'; RETURN 2"],
  "where it is": ["RETURN [session::ns(), session::db()]"],
  "of the root": ["RETURN (INFO FOR ROOT).defaults; RETURN 1"],
  "of the namespace": ["RETURN (INFO FOR NS).users.n != NONE"],
  "of the database": ["RETURN (INFO FOR DB).tables.letter != NONE"],
  "of a row": ["SELECT * FROM letter:one"],
  "of a missing row": ["SELECT * FROM letter:missing"],
  "of a missing table": ["SELECT * FROM missing"],
  "of people": ["SELECT VALUE id FROM person"],
  "a row that stands": ["CREATE letter:one"],
  "two statements": ["LET $a = 1; RETURN $a"],
  "a transaction that is cancelled": ["BEGIN; CREATE letter:gone; CANCEL"],
  "a transaction that fails": ["BEGIN; CREATE letter:gone; THROW 'stop'; COMMIT"],
  "a selection": [`USE DB other; RETURN session::db()`],
  "a definition": ["DEFINE TABLE OVERWRITE defined; RETURN 1"],
  "a definition of the namespace": ["DEFINE USER OVERWRITE m ON NAMESPACE PASSWORD 'm'; RETURN 1"],
  "a live query of a missing table": ["LIVE SELECT * FROM missing"],
  "a live query": ["LIVE SELECT * FROM letter"],
  "the end of no live query": ["KILL u'0191e1d5-0000-7000-8000-000000000000'"],
  "a wrong type": ["RETURN 1 + {}"],
  "an unknown function": ["RETURN nothing::at_all()"],
  "a function of its own": ["RETURN fn::double(2)"],
  "values of every type": [
    "RETURN [NONE, NULL, true, 1, 1.5, 1dec, 'a', 1h30m, d'2026-01-01T00:00:00Z', u'0191e1d5-0000-7000-8000-000000000000', letter:1, letter:[1, 'a'], <bytes>'a', (1.0, 2.0), 1..2, {a: NONE}, <set>[1, 1], 9223372036854775807, -1.0, 1e300]",
  ],
};

const rows: Record<string, Record<string, unknown[]>> = {
  select: {
    "a table": ["letter"],
    "a table of its type": [new Table("letter")],
    "a missing table": ["nothing"],
    "a record": [new RecordId("letter", "one")],
    "a missing record": [new RecordId("letter", "missing")],
    "a text of a record": ["letter:one"],
  },
  create: {
    "a record": [new RecordId("letter", "two"), { pages: 2 }],
    "a record that stands": [new RecordId("letter", "one"), { pages: 2 }],
    "a person": [new RecordId("person", "eve"), {}],
    "a record without data": [new RecordId("letter", "three")],
    "a record with a text": [new RecordId("letter", "four"), "text"],
    "a missing table": ["made", { pages: 1 }],
  },
  insert: {
    "one row": ["letter", { id: "five", pages: 5 }],
    rows: ["letter", [{ id: "six" }, { id: "seven" }]],
    "a row that stands": ["letter", { id: "one" }],
    "a number": ["letter", 5],
    "no table": [null, { id: new RecordId("letter", "eight") }],
  },
  upsert: { "a record": [new RecordId("letter", "nine"), { pages: 9 }], "a table": ["nobody", { pages: 9 }] },
  update: {
    "a record": [new RecordId("letter", "one"), { pages: 10 }],
    "a missing record": [new RecordId("letter", "missing"), { pages: 10 }],
    "a table": ["sent", { pages: 10 }],
  },
  merge: {
    "a record": [new RecordId("letter", "one"), { read: true }],
    "a record with a text": [new RecordId("letter", "one"), "text"],
  },
  patch: {
    "a record": [new RecordId("letter", "one"), [{ op: "add", path: "/seen", value: 1 }]],
    "a record, and what changed": [new RecordId("letter", "one"), [{ op: "replace", path: "/seen", value: 2 }], true],
    "a wrong operation": [new RecordId("letter", "one"), [{ op: "mend", path: "/seen" }]],
  },
  delete: {
    "a record": [new RecordId("letter", "two")],
    "a missing record": [new RecordId("letter", "missing")],
    "a missing table": ["nothing"],
  },
  relate: {
    "two records": [new RecordId("letter", "one"), "sent", new RecordId("person", "ada"), { on: "monday" }],
    "two records without data": [new RecordId("letter", "one"), "sent", new RecordId("person", "ada")],
  },
  insert_relation: {
    one: ["sent", { id: "sent1", in: new RecordId("letter", "one"), out: new RecordId("person", "ada") }],
    "one without ends": ["sent", { id: "sent2" }],
  },
  run: {
    "a function of the engine": ["math::max", null, [[1, 2]]],
    "a function of its own": ["fn::double", null, [4]],
    "a missing function": ["fn::missing", null, []],
    "a function that takes none": ["rand::nothing"],
    "a model": ["ml::model", null, []],
    "a version that is a number": ["math::max", 5, [[1]]],
    "arguments that are a text": ["math::max", null, "text"],
  },
  live: { "a table": ["letter"], "a table, by differences": ["letter", true], "a missing table": ["nothing"] },
  kill: { "no live query": ["0191e1d5-0000-7000-8000-000000000000"] },
};

const unknownId = "0191e1d5-0000-7000-8000-000000000000";

function sessions({ namespace, database, token = "none" }: Credentials): Record<string, Record<string, unknown[]>> {
  const onDatabase = { NS: namespace, DB: database };
  return {
    use: {
      "its database": [namespace, database],
      "its namespace": [namespace, null],
      "another database": [namespace, `${database}-other`],
      "another namespace": [`${namespace}-other`, "other"],
      "no namespace": [null, null],
      "a database alone": [null, "other"],
      "a namespace alone": [namespace],
      "a namespace that is a number": [5, null],
      "a database that is a number": [namespace, 5],
      "an empty namespace": ["", null],
    },
    signin: {
      "the root user": [{ user: "root", pass: "root" }],
      "a wrong password": [{ user: "root", pass: "wrong" }],
      "no password": [{ user: "root" }],
      "a password that is a number": [{ user: "root", pass: 5 }],
      "a user of the namespace": [{ NS: namespace, user: "n", pass: password }],
      "a user of the namespace, in small letters": [{ ns: namespace, user: "n", pass: password }],
      "a user of the database": [{ ...onDatabase, user: "d", pass: password }],
      "an unknown user": [{ ...onDatabase, user: "x", pass: "x" }],
      "an unknown namespace": [{ NS: "nowhere", user: "n", pass: password }],
      "a record": [{ ...onDatabase, AC: "portal", name: "ada", pass: "lovelace" }],
      "a record with a wrong password": [{ ...onDatabase, AC: "portal", name: "ada", pass: "wrong" }],
      "a record by a wrong access": [{ ...onDatabase, AC: "nothing", name: "ada", pass: "lovelace" }],
    },
    signup: {
      "a record": [{ ...onDatabase, AC: "portal", name: "bob", pass: "bob" }],
      "a record that stands": [{ ...onDatabase, AC: "portal", name: "ada", pass: "ada" }],
      "a wrong access": [{ ...onDatabase, AC: "nothing", name: "x" }],
      "no access": [onDatabase],
    },
    authenticate: { "its token": [token], "a wrong token": ["a.b.c"], "an empty text": [""] },
    refresh: { "a wrong token": [{ access: token, refresh: "surreal-refresh-nothing" }], "its token": [token] },
    revoke: { "a wrong token": [{ access: token, refresh: "surreal-refresh-nothing" }], "its token": [token] },
    set: {
      "a variable": ["x", 5],
      "a variable without a value": ["x"],
      "a protected variable": ["auth", 5],
      "a variable with a strange name": ["a b", 5],
      "an empty name": ["", 1],
    },
    unset: { "a variable": ["x"] },
    commit: { "an unknown transaction": [new Uuid(unknownId)], "a text": [unknownId] },
    cancel: { "an unknown transaction": [new Uuid(unknownId)] },
  };
}

function withRightParams(credentials: Credentials): MethodCase[] {
  const of = (byMethod: Record<string, Record<string, unknown[]>>, changesSession: boolean): MethodCase[] =>
    Object.entries(byMethod).flatMap(([method, kinds]) =>
      Object.entries(kinds).map(([kind, params]) => ({
        name: `${method}: ${kind}`,
        message: { method, params },
        changesSession,
      })),
    );
  return [...of({ query: queries }, false), ...of(rows, false), ...of(sessions(credentials), true)];
}

/** What a message may say besides its method and its parameters. */
function withFields(): MethodCase[] {
  const fields: Record<string, Record<string, unknown>> = {
    "an unknown transaction": { txn: new Uuid(unknownId) },
    "a transaction that is a number": { txn: 5 },
    "a transaction that is a text": { txn: "text" },
    "an unknown session": { session: Uuid.v4() },
    "an unknown session, in capitals": { session: Uuid.v4().toString().toUpperCase() },
    "a session that is a number": { session: 5 },
    "a session that is a text": { session: "text" },
    "an empty session": { session: "" },
    "version 1": { version: 1 },
    "version 3": { version: 3 },
    "version 1.0": { version: "1" },
    "a trace": { trace_context: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    "a trace that is a number": { trace_context: 5 },
    "a field that nobody knows": { more: true },
    "an id that is null": { id: null },
    "an id that is a number": { id: 7 },
    "an id that is a fraction": { id: 1.5 },
    "an id that is an object": { id: {} },
    "an id that is a list": { id: [] },
    "an id that is a boolean": { id: true },
    "an id that is a time": { id: new DateTime("2026-01-01T00:00:00Z") },
    "an id that is a record": { id: new RecordId("letter", "one") },
    "an id that is a uuid": { id: new Uuid(unknownId) },
    "no id": { id: undefined },
    "a method that is a number": { method: 5 },
    "no method": { method: undefined },
  };
  return Object.entries(fields).flatMap(([kind, more]) => [
    { name: `a query with ${kind}`, message: { method: "query", params: ["RETURN 1"], ...more } },
    { name: `a ping with ${kind}`, message: { method: "ping", ...more } },
    { name: `an attachment with ${kind}`, message: { method: "attach", ...more }, changesSession: true },
  ]);
}

/** Those of one principal; the wrong ones are left out where they were tried for others of its kind. */
export function methodCases(credentials: Credentials, hasWrongParams: boolean): MethodCase[] {
  return [...(hasWrongParams ? withWrongParams() : []), ...withFields(), ...withRightParams(credentials)];
}
