/** Asks a server every method case, as each principal, in both formats, over a socket and over HTTP. */
import { CborCodec } from "surrealdb";

import { type MethodCase, methodCases } from "./method-cases.ts";
import { type Format, isNotification, observe, observeCbor, observeJson, settle } from "./observe.ts";
import { become, type Credentials, type Principal, prepare, principals, type Target } from "./principals.ts";
import { RawSocket } from "./raw-socket.ts";

const codec = new CborCodec({});

/** Answers by the name of what was asked. */
export type Answers = Map<string, string>;

const probe: MethodCase = {
  name: "",
  message: {
    method: "query",
    params: ["RETURN [session::ns(), session::db(), $auth, $x]; SELECT VALUE id FROM letter:one"],
  },
};

/** Whom a server is asked as, in which format and how; over a socket in CBOR, as everyone. */
const groups: readonly { transport: "socket" | "http"; format: Format; asked: readonly Principal[] }[] = [
  { transport: "socket", format: "cbor", asked: principals },
  { transport: "socket", format: "json", asked: ["stranger", "root", "record", "expired"] },
  { transport: "http", format: "cbor", asked: ["stranger", "database", "record"] },
  { transport: "http", format: "json", asked: ["stranger", "database"] },
];

/** Every answer of a server. */
export async function askMethods(target: Target): Promise<Answers> {
  const answers: Answers = new Map();
  const queue = groups.flatMap((group) => group.asked.map((principal) => ({ ...group, principal })));
  const work = async (): Promise<void> => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
      const { format, transport, principal } = group;
      const credentials = (await prepare(target)).get(principal) as Credentials;
      const hasWrongParams = format === "cbor" || principal === "stranger";
      const cases = methodCases(credentials, hasWrongParams);
      const ask = transport === "socket" ? askOverSocket : askOverHttp;
      for (const [name, answer] of await ask(target, format, credentials, cases)) {
        answers.set(`${transport} ${format}, ${principal}, ${name}`, answer);
      }
    }
  };
  // The groups share nothing, and those of the expired sessions mostly wait.
  await Promise.all(Array.from({ length: 6 }, work));
  return answers;
}

export function encode(format: Format, message: Record<string, unknown>): Uint8Array | string {
  const full = { id: "asked", ...message };
  const said = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined));
  return format === "cbor" ? codec.encode(said) : JSON.stringify(said);
}

async function askOverSocket(
  target: Target,
  format: Format,
  credentials: Credentials,
  cases: readonly MethodCase[],
): Promise<Answers> {
  const changing = cases.filter(({ changesSession }) => changesSession === true);
  const answers: Answers = new Map();
  const shared = await openAs(target, format, credentials);
  for (const each of cases) {
    if (each.changesSession !== true) answers.set(each.name, await askOnce(shared, format, each));
  }
  shared.end();
  // Opened together, as an expired session takes two seconds to become one.
  for (let start = 0; start < changing.length; start += 64) {
    const batch = changing.slice(start, start + 64);
    const sockets = await Promise.all(batch.map(() => openAs(target, format, credentials)));
    for (const [index, each] of batch.entries()) {
      const socket = sockets[index] as RawSocket;
      const answer = await askOnce(socket, format, each);
      answers.set(each.name, `${answer}\nthen ${await askOnce(socket, format, probe)}`);
      socket.end();
    }
  }
  return answers;
}

async function openAs(target: Target, format: Format, credentials: Credentials): Promise<RawSocket> {
  const socket = await RawSocket.open(target.port, { protocols: [format] });
  await become(socket, credentials, format);
  return socket;
}

async function askOnce(socket: RawSocket, format: Format, { message }: MethodCase): Promise<string> {
  socket.send(encode(format, message));
  for (;;) {
    const received = await socket.receive(3000);
    if (!isNotification(received)) return observe(received);
  }
}

async function askOverHttp(
  target: Target,
  format: Format,
  credentials: Credentials,
  cases: readonly MethodCase[],
): Promise<Answers> {
  const answers: Answers = new Map();
  for (const each of cases) {
    const { token, namespace, database } = credentials;
    const response = await fetch(`http://127.0.0.1:${target.port}/rpc`, {
      method: "POST",
      body: encode(format, each.message) as BodyInit,
      headers: {
        "content-type": `application/${format}`,
        accept: `application/${format}`,
        "surreal-ns": namespace,
        "surreal-db": database,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    answers.set(each.name, await describe(response));
  }
  return answers;
}

const bodies: Record<string, (bytes: Uint8Array) => string> = {
  "application/cbor": observeCbor,
  "application/json": (bytes) => observeJson(Buffer.from(bytes).toString()),
  "application/vnd.surrealdb.flatbuffers": () => "‹FlatBuffers›",
};

/** The status, the type and the body of an HTTP answer. */
export async function describe(response: Response): Promise<string> {
  const type = response.headers.get("content-type") ?? "no type";
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString();
  const body = bodies[type]?.(bytes) ?? settle(text);
  return `${response.status} ${type} ${body}`;
}
