/** Who may ask a server: each kind of user, signed in by a token, in a database of its own. */
import { setTimeout as sleep } from "node:timers/promises";

import { CborCodec } from "surrealdb";

import { decode, type Format, idOf } from "./observe.ts";
import { RawSocket } from "./raw-socket.ts";

const codec = new CborCodec({});

/** A server under comparison. */
export interface Target {
  readonly port: number;
}

/** In words that the answers of both servers are filed under. */
export const principals = ["stranger", "root", "namespace", "database", "record", "expired", "invalidated"] as const;
export type Principal = (typeof principals)[number];

const schema = `
  DEFINE USER OVERWRITE n ON NAMESPACE PASSWORD 'n' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1h;
  DEFINE USER OVERWRITE d ON DATABASE PASSWORD 'd' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1h;
  DEFINE USER OVERWRITE e ON DATABASE PASSWORD 'e' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1s;
  DEFINE TABLE person SCHEMALESS PERMISSIONS FOR select, update, delete WHERE id = $auth.id FOR create NONE;
  DEFINE TABLE letter SCHEMALESS PERMISSIONS FULL;
  DEFINE TABLE sent TYPE RELATION PERMISSIONS FULL;
  DEFINE FUNCTION fn::double($n: number) { RETURN $n * 2 } PERMISSIONS FULL;
  DEFINE ACCESS portal ON DATABASE TYPE RECORD
    SIGNUP (CREATE type::record('person', $name) SET pass = $pass)
    SIGNIN (SELECT * FROM type::record('person', $name) WHERE pass = $pass)
    WITH REFRESH DURATION FOR TOKEN 1h, FOR SESSION 1h;
  CREATE letter:one SET pages = 1 RETURN NONE;
`;

/** One call over a socket, which must succeed. */
export async function call(
  socket: RawSocket,
  method: string,
  params: unknown[] = [],
  format: Format = "cbor",
): Promise<unknown> {
  const message = { id: "call", method, params };
  socket.send(format === "cbor" ? codec.encode(message) : JSON.stringify(message));
  for (;;) {
    const received = await socket.receive(20_000);
    if (received === undefined || "closed" in received) throw new Error(`no answer to ${method}`);
    if (idOf(received) !== "call") continue;
    const answer = decode(received) as { result?: unknown; error?: { message: string } };
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }
}

/** How a principal's requests say who asks. */
export interface Credentials {
  principal: Principal;
  namespace: string;
  database: string;
  /** Undefined for a stranger. */
  token: string | undefined;
}

let prepared = 0;

/** Fills a database in a namespace of its own, and signs each kind of user in, once: a password takes 50 ms to check. */
export async function prepare(target: Target): Promise<Map<Principal, Credentials>> {
  const database = `database${++prepared}`;
  const namespace = `namespace${prepared}`;
  const socket = await RawSocket.open(target.port, { protocols: ["cbor"] });
  const signin = async (params: Record<string, unknown>): Promise<string> => {
    const tokens = await call(socket, "signin", [params]);
    return typeof tokens === "string" ? tokens : String((tokens as { access: string }).access);
  };
  const root = await signin({ user: "root", pass: "root" });
  await call(socket, "use", [namespace, database]);
  const outcomes = (await call(socket, "query", [schema])) as { status: string; result: unknown }[];
  const failed = outcomes.find(({ status }) => status === "ERR");
  if (failed !== undefined) throw new Error(`the schema of a comparison: ${String(failed.result)}`);
  const onDatabase = { NS: namespace, DB: database };
  const ada = { ...onDatabase, AC: "portal", name: "ada", pass: "lovelace" };
  const record = (await call(socket, "signup", [ada])) as { access: string };
  const tokens: Record<Principal, string | undefined> = {
    stranger: undefined,
    root,
    invalidated: root,
    namespace: await signin({ NS: namespace, user: "n", pass: "n" }),
    database: await signin({ ...onDatabase, user: "d", pass: "d" }),
    expired: await signin({ ...onDatabase, user: "e", pass: "e" }),
    record: record.access,
  };
  socket.end();
  return new Map(
    principals.map((principal) => [principal, { principal, namespace, database, token: tokens[principal] }]),
  );
}

/** Makes a fresh socket the principal's. */
export async function become(socket: RawSocket, credentials: Credentials, format: Format): Promise<void> {
  const { principal, namespace, database, token } = credentials;
  if (token !== undefined) await call(socket, "authenticate", [token], format);
  await call(socket, "use", [namespace, database], format);
  if (principal === "invalidated") await call(socket, "invalidate", [], format);
  // A session ends on a whole second.
  if (principal === "expired") await sleep(2100);
}
