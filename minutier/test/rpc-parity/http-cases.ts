/** HTTP requests that need no SDK: every route, method, content type and accepted type, and every way to sign in. */
import { CborCodec } from "surrealdb";

import { type Credentials, password } from "./principals.ts";

const codec = new CborCodec({});

export interface HttpCase {
  name: string;
  path: string;
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** The order of what is exported is the engine's own: its lines are compared as a set. */
  isExport?: boolean;
}

const routes = [
  ...["/", "/rpc", "/sql", "/import", "/export", "/signin", "/signup", "/key/letter", "/key/letter/one", "/key"],
  ...["/health", "/status", "/version", "/ready", "/sync", "/nowhere", "/rpc/", "/key/letter/one/two"],
];
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
const types = [
  ...["application/json", "application/cbor", "application/vnd.surrealdb.flatbuffers", "text/plain"],
  ...["application/octet-stream", "text/html", "application/json; charset=utf-8", "Application/JSON", ""],
];
const accepted = [...types, "*/*", "application/json, text/plain", "text/*"];

const basic = (user: string, pass: string): string => `Basic ${btoa(`${user}:${pass}`)}`;

export function httpCases({ namespace, database, token = "" }: Credentials, records: Credentials): HttpCase[] {
  const root = basic("root", "root");
  const where = { "surreal-ns": namespace, "surreal-db": database };
  // By a token: a password takes long to check.
  const signedIn = { authorization: `Bearer ${token}`, ...where };
  const ping = { id: "asked", method: "ping" };
  const post = (
    name: string,
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): HttpCase => ({
    name: `POST ${path}, ${name}`,
    path,
    method: "POST",
    headers: { ...signedIn, ...headers },
    body,
  });

  const byMethod = routes.flatMap((path) =>
    methods.map((method) => ({ name: `${method} ${path}`, path, method, headers: signedIn })),
  );
  const byStranger = routes.flatMap((path) =>
    ["GET", "POST"].map((method) => ({ name: `${method} ${path} by a stranger`, path, method, headers: where })),
  );
  const byType = types.flatMap((type) => {
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    const said = type || "no type";
    const isCbor = type === "application/cbor";
    return [
      post(`of ${said}`, "/rpc", isCbor ? codec.encode(ping) : JSON.stringify(ping), headers),
      post(`of ${said}`, "/sql", "RETURN 1", headers),
      post(`of ${said}`, "/import", "RETURN 1", headers),
      { ...post(`of ${said}`, "/export", isCbor ? codec.encode({}) : "{}", headers), isExport: true },
      post(`of ${said}`, "/signin", JSON.stringify({ user: "root", pass: "root" }), headers),
    ];
  });
  const byAccept = accepted.flatMap((type) => {
    const headers: Record<string, string> = {
      "content-type": "application/json",
      ...(type !== "" && { accept: type }),
    };
    const said = type || "nothing";
    return [
      post(`accepting ${said}`, "/rpc", JSON.stringify(ping), headers),
      post(`accepting ${said}`, "/sql", "RETURN [1, 1.5, 'a', letter:one, NONE]; THROW 'stop'", headers),
      post(`accepting ${said}`, "/import", "RETURN 1", headers),
      post(`accepting ${said}, of what fails`, "/import", "THROW 'stop'", headers),
      { ...post(`accepting ${said}`, "/export", "{}", headers), isExport: true },
      post(`accepting ${said}`, "/signin", JSON.stringify({ user: "root", pass: "root" }), headers),
      post(`accepting ${said}`, "/signup", signUp(records, `of ${said}`), headers),
      { ...post(`accepting ${said}`, "/key/letter/one", "", headers), method: "GET" },
    ].map((each) =>
      each.method === "GET" ? { ...each, name: each.name.replace("POST", "GET"), body: undefined } : each,
    );
  });
  return ([...byMethod, ...byStranger, ...byType, ...byAccept, ...bySignIn()] as HttpCase[]).concat(byBody());

  function bySignIn(): HttpCase[] {
    const headers: Record<string, Record<string, string>> = {
      "a wrong password": { ...where, authorization: basic("root", "wrong") },
      "an unknown user": { ...where, authorization: basic("nobody", "x") },
      "Basic in small letters": { ...where, authorization: root.replace("Basic", "basic") },
      "Basic of no credentials": { ...where, authorization: "Basic" },
      "Basic of no base64": { ...where, authorization: "Basic !" },
      "a token": { ...where, authorization: `Bearer ${token}` },
      "a token in small letters": { ...where, authorization: `bearer ${token}` },
      "a wrong token": { ...where, authorization: "Bearer a.b.c" },
      "an empty token": { ...where, authorization: "Bearer " },
      "a scheme that nobody knows": { ...where, authorization: "Digest x" },
      "a user of the namespace": { ...where, "surreal-auth-ns": namespace, authorization: basic("n", password) },
      "a user of the database": {
        ...where,
        "surreal-auth-ns": namespace,
        "surreal-auth-db": database,
        authorization: basic("d", password),
      },
      "a user of the database, elsewhere": {
        "surreal-ns": namespace,
        "surreal-db": "elsewhere",
        "surreal-auth-ns": namespace,
        "surreal-auth-db": database,
        authorization: basic("d", password),
      },
      "a user of the namespace, in another": {
        "surreal-ns": "elsewhere",
        "surreal-db": "elsewhere",
        "surreal-auth-ns": namespace,
        authorization: basic("n", password),
      },
      "a user of the database who selects nothing": {
        "surreal-auth-ns": namespace,
        "surreal-auth-db": database,
        authorization: basic("d", password),
      },
      "a record": { ...where, authorization: `Bearer ${records.token}` },
      "a record elsewhere": {
        "surreal-ns": namespace,
        "surreal-db": "elsewhere",
        authorization: `Bearer ${records.token}`,
      },
      "a record that selects nothing": { authorization: `Bearer ${records.token}` },
      "headers of SurrealDB 1": { ns: namespace, db: database, authorization: root },
      "no namespace": { authorization: root, "surreal-db": database },
      "no database": { authorization: root, "surreal-ns": namespace },
      "nothing selected": { authorization: root },
      "a namespace that is not there": { authorization: root, "surreal-ns": "gone", "surreal-db": "gone" },
      "a database that is not there": { authorization: root, "surreal-ns": namespace, "surreal-db": "gone" },
      "an id that is no UUID": { ...signedIn, "surreal-id": "x" },
      "an id": { ...signedIn, "surreal-id": "0191e1d5-0000-7000-8000-000000000000" },
      "an origin": { ...signedIn, origin: "http://example.com" },
    };
    const query = "RETURN [session::ns(), session::db(), $auth]; CREATE |letter:1| RETURN NONE; INFO FOR TABLE letter";
    return Object.entries(headers).flatMap(([name, sent]) => [
      { ...post(`by ${name}`, "/sql", query), headers: sent },
      {
        ...post(`by ${name}`, "/export", "{}"),
        headers: { ...sent, "content-type": "application/json" },
        isExport: true,
      },
      { ...post(`by ${name}`, "/import", "RETURN 1"), headers: sent },
      { ...post(`by ${name}`, "/rpc", JSON.stringify(ping)), headers: { ...sent, "content-type": "application/json" } },
      { name: `GET /key/letter/one by ${name}`, path: "/key/letter/one", method: "GET", headers: sent },
    ]);
  }

  function byBody(): HttpCase[] {
    const json = { "content-type": "application/json", accept: "application/json" };
    const onKey = (method: string, path: string, body?: string): HttpCase => ({
      name: `${method} ${path} of ${body ?? "nothing"}`,
      path,
      method,
      headers: { ...signedIn, accept: "application/json" },
      ...(body !== undefined && { body }),
    });
    const bodies = [
      "{ pages: 3 }",
      '{"pages": 4}',
      "5",
      "[{ pages: 1 }]",
      "",
      "$n",
      "rand()",
      "{ a: 1 }; REMOVE TABLE letter",
      "{",
      "{ id: 'x' }",
    ];
    const configs = [
      ...["{}", '{"tables":["letter"]}', '{"tables":[]}', '{"tables":false}', '{"tables":true}', '{"records":false}'],
      ...[
        '{"tables":{"exclude":["letter"]}}',
        '{"users":false,"accesses":false}',
        '{"functions":false}',
        "null",
        "5",
        "[]",
      ],
      ...[
        "",
        "{",
        '{"tables":"letter"}',
        '{"tables":["missing"]}',
        '{"nothing":1}',
        '{"versions":true}',
        '{"records":1}',
      ],
    ];
    const queries = [
      ...[
        "",
        ";",
        "SELEC",
        "RETURN 1; RETURN 2",
        "RETURN $n",
        "THROW 'a'",
        "BEGIN; CREATE letter:x; CANCEL",
        "INFO FOR DB.x",
      ],
      ...[
        "SELECT * FROM letter:one",
        "LIVE SELECT * FROM letter",
        "RETURN $auth",
        "USE DB other; RETURN session::db()",
      ],
    ];
    const signIns = [
      ...["", "{", "[]", "5", "{}", '{"user":"root"}', '{"user":"root","pass":"wrong"}', "{user:'root',pass:'root'}"],
      JSON.stringify({ ns: namespace, user: "n", pass: password }),
      JSON.stringify({ ns: namespace, db: database, ac: "portal", name: "ada", pass: "lovelace" }),
      JSON.stringify({ ns: namespace, db: database, ac: "portal", name: "ada", pass: "wrong" }),
      JSON.stringify({ ns: namespace, db: database, ac: "nothing", name: "ada", pass: "lovelace" }),
    ];
    return [
      ...queries.map((body) => post(`of ${body}`, "/sql", body)),
      post("of bytes", "/sql", Uint8Array.of(0xff)),
      post("with a parameter", "/sql?n=5&m=a", "RETURN [$n, $m]"),
      post("with a parameter twice", "/sql?n=5&n=6", "RETURN $n"),
      post("with a protected parameter", "/sql?auth=5", "RETURN $auth"),
      ...queries.map((body) => post(`of ${body}`, "/import", body)),
      post("of an export", "/import", "OPTION IMPORT;\nDEFINE TABLE imported;\nINSERT [{ id: imported:1 }];"),
      post("of bytes", "/import", Uint8Array.of(0xff)),
      ...configs.map((body) => ({ ...post(`of ${body}`, "/export", body, json), isExport: true })),
      ...[codec.encode({ tables: ["letter"] }), codec.encode({ tables: { exclude: ["person"] } }), codec.encode(5)].map(
        (body, index) => ({
          ...post(`of CBOR ${index}`, "/export", body, { "content-type": "application/cbor" }),
          isExport: true,
        }),
      ),
      ...signIns.flatMap((body, index) => [
        { ...post(`of ${index} ${body}`, "/signin", body, json), headers: json },
        { ...post(`of ${index} ${body}`, "/signup", body, json), headers: json },
      ]),
      ...["{", "[]", "5", "", '{"id":1}', '{"method":"ping"}', '{"id":1,"method":"ping"} x'].map((body) =>
        post(`of ${body}`, "/rpc", body, json),
      ),
      ...bodies.flatMap((body, index) => [
        onKey("POST", `/key/note${index}`, body),
        onKey("POST", `/key/note/p${index}`, body),
        onKey("PUT", `/key/note/u${index}`, body),
        onKey("PATCH", `/key/note/u${index}`, body),
        onKey("PUT", `/key/note${index}?n=5`, body),
        onKey("PATCH", `/key/note${index}?n=5`, body),
      ]),
      ...[
        "/key/letter",
        "/key/letter?limit=1&start=0",
        "/key/letter?limit=0",
        "/key/letter?limit=x",
        "/key/letter?fields=pages",
      ].map((path) => onKey("GET", path)),
      ...[
        "/key/letter?fields=pages&fields=id",
        "/key/letter/one?fields=pages",
        "/key/letter/missing",
        "/key/missing",
      ].map((path) => onKey("GET", path)),
      ...["/key/letter/1", "/key/letter/%5B1,2%5D", "/key/letter/a%20b", "/key/a%20b/1"].flatMap((path) => [
        onKey("POST", path, "{}"),
        onKey("GET", path),
        onKey("DELETE", path),
      ]),
      onKey("DELETE", "/key/note/p0"),
      onKey("DELETE", "/key/note"),
    ];
  }
}

function signUp({ namespace, database }: Credentials, name: string): string {
  return JSON.stringify({ ns: namespace, db: database, ac: "portal", name, pass: "x" });
}
