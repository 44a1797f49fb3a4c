/** Who may ask a server: each kind of user, signed in by a token, in a database of its own. */
import { setTimeout as sleep } from "node:timers/promises";

import { CborCodec } from "surrealdb";

import { decode, type Format, idOf } from "./observe.ts";
import { RawSocket, type Received } from "./raw-socket.ts";

const codec = new CborCodec({});

/** A server under comparison. */
export interface Target {
  readonly port: number;
}

/** In words that the answers of both servers are filed under. */
export const principals = ["stranger", "root", "namespace", "database", "record", "expired", "invalidated"] as const;
export type Principal = (typeof principals)[number];

/** The password of each user of a namespace or a database. */
export const password = "office";
/** Of that password, made with the least of time and memory: those that a server makes take 50 ms to check. */
const hash = "$argon2id$v=19$m=8,t=1,p=1$cGFyaXR5cGFyaXR5c2FsdA$odt/mSC8gqkZPIZyGIzDrTH0Y6VCu+SnPEht+grNbPE";

const schema = `
  DEFINE USER OVERWRITE n ON NAMESPACE PASSHASH '${hash}' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1h;
  DEFINE USER OVERWRITE d ON DATABASE PASSHASH '${hash}' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1h;
  DEFINE USER OVERWRITE e ON DATABASE PASSHASH '${hash}' ROLES OWNER DURATION FOR TOKEN 1h, FOR SESSION 1s;
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
  const others: Received[] = [];
  for (;;) {
    const received = await socket.receive(20_000);
    if (received === undefined || "closed" in received) throw new Error(`no answer to ${method}`);
    if (idOf(received) !== "call") {
      others.push(received);
      continue;
    }
    socket.putBack(others);
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
const rootTokens = new Map<Target, string>();

/** Fills a database in a namespace of its own, and signs each kind of user in, once. */
export async function prepare(target: Target): Promise<Map<Principal, Credentials>> {
  const database = `database${++prepared}`;
  const namespace = `namespace${prepared}`;
  const socket = await RawSocket.open(target.port, { protocols: ["cbor"] });
  const signin = async (params: Record<string, unknown>): Promise<string> => {
    const tokens = await call(socket, "signin", [params]);
    return typeof tokens === "string" ? tokens : String((tokens as { access: string }).access);
  };
  const root = rootTokens.get(target) ?? (await signin({ user: "root", pass: "root" }));
  rootTokens.set(target, root);
  await call(socket, "authenticate", [root]);
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
    namespace: await signin({ NS: namespace, user: "n", pass: password }),
    database: await signin({ ...onDatabase, user: "d", pass: password }),
    expired: await signin({ ...onDatabase, user: "e", pass: password }),
    record: record.access,
  };
  socket.end();
  return new Map(
    principals.map((principal) => [principal, { principal, namespace, database, token: tokens[principal] }]),
  );
}

/** Makes a fresh socket the principal's, whose session may yet have to end. */
export async function signIn(socket: RawSocket, credentials: Credentials, format: Format): Promise<void> {
  const { principal, namespace, database, token } = credentials;
  if (token !== undefined) await call(socket, "authenticate", [token], format);
  await call(socket, "use", [namespace, database], format);
  if (principal === "invalidated") await call(socket, "invalidate", [], format);
}

/** Makes a fresh socket the principal's. */
export async function become(socket: RawSocket, credentials: Credentials, format: Format): Promise<void> {
  await signIn(socket, credentials, format);
  // A session ends on a whole second.
  if (credentials.principal === "expired") await sleep(2100);
}
