/** What a client hears of a live query, whatever happens to its session, its table and its socket. */
import { setTimeout as sleep } from "node:timers/promises";

import { CborCodec, Uuid } from "surrealdb";

import type { Answers } from "./method-answers.ts";
import { isNotification, observe } from "./observe.ts";
import { signIn, call, type Credentials, type Principal, prepare, type Target } from "./principals.ts";
import { RawSocket } from "./raw-socket.ts";

/** A change is told within a few milliseconds; this long nothing more comes. */
const quietMs = 400;
/** A session of one second has ended by then. */
const expiryMs = 2100;
const codec = new CborCodec({});

interface Stage {
  target: Target;
  credentials: Map<Principal, Credentials>;
  /** Listens. */
  watcher: RawSocket;
  /** Writes, as root. */
  writer: RawSocket;
  watch(statement: string): Promise<Uuid>;
  write(statement: string): Promise<void>;
  /** What the watcher has been told since it was asked last. */
  heard(): Promise<string>;
}

type Scenario = (stage: Stage) => Promise<string>;

const LIVE = "LIVE SELECT * FROM letter";
const CHANGE = "CREATE letter:new SET pages = 1";

/** Watches, lets something happen, changes a row, and tells what was heard. */
function after(what: (stage: Stage, id: Uuid) => Promise<unknown>, principal: Principal = "root"): Scenario {
  return async (stage) => {
    await signIn(stage.watcher, stage.credentials.get(principal) as Credentials, "cbor");
    const id = await stage.watch(LIVE);
    await what(stage, id);
    const before = await stage.heard();
    await stage.write(CHANGE);
    return `${before}\nthen ${await stage.heard()}`;
  };
}

/** Watches by a statement of its own, and tells what is heard of a few changes. */
function of(live: string, ...changes: string[]): Scenario {
  return async (stage) => {
    await signIn(stage.watcher, stage.credentials.get("root") as Credentials, "cbor");
    await stage.watch(live);
    for (const change of changes) await stage.write(change);
    return await stage.heard();
  };
}

const scenarios: Record<string, Scenario> = {
  nothing: after(async () => {}),
  "a sign-in of the same user": after(({ watcher }) => call(watcher, "signin", [{ user: "root", pass: "root" }])),
  "a sign-in of another user": after(({ watcher, credentials }) =>
    call(watcher, "authenticate", [credentials.get("database")?.token]),
  ),
  "a failed sign-in": after(({ watcher }) =>
    call(watcher, "signin", [{ user: "root", pass: "wrong" }]).catch(() => {}),
  ),
  "a sign-out": after(({ watcher }) => call(watcher, "invalidate")),
  "a sign-out and a sign-in of the same user": after(async ({ watcher, credentials }) => {
    await call(watcher, "invalidate");
    await signIn(watcher, credentials.get("root") as Credentials, "cbor");
  }),
  "a reset": after(({ watcher }) => call(watcher, "reset")),
  "the selection of another database": after(({ watcher, credentials }) =>
    call(watcher, "use", [credentials.get("root")?.namespace, "elsewhere"]),
  ),
  "the selection of nothing": after(({ watcher }) => call(watcher, "use", [null, null])),
  "the end of the session": after(() => sleep(expiryMs), "expired"),
  "the kill by its session": after(({ watcher }, id) => call(watcher, "kill", [id])),
  "the kill by a query": after(({ watcher }, id) => call(watcher, "query", ["KILL $id", { id }])),
  "the kill by another": after(({ writer }, id) => call(writer, "kill", [id])),
  "the removal of its table": after(async ({ write }) => {
    await write("REMOVE TABLE letter; DEFINE TABLE letter");
  }),
  "the removal of its database": after(async ({ write, credentials }) => {
    const { database } = credentials.get("root") as Credentials;
    await write(`REMOVE DATABASE ${database}; DEFINE DATABASE ${database}`);
  }),
  "changes of every kind": of(LIVE, CHANGE, "UPDATE letter:new SET pages = 2", "DELETE letter:new"),
  "changes of differences": of(
    "LIVE SELECT DIFF FROM letter",
    CHANGE,
    "UPDATE letter:new SET pages = 2",
    "DELETE letter:new",
  ),
  "values alone": of("LIVE SELECT VALUE pages FROM letter", CHANGE, "UPDATE letter:new SET pages = 2"),
  "a condition that a change leaves": of(
    "LIVE SELECT * FROM letter WHERE pages = 1",
    CHANGE,
    "UPDATE letter:new SET pages = 2",
  ),
  "a transaction": of(LIVE, "BEGIN; CREATE letter:a; CREATE letter:b; COMMIT"),
  "a transaction that is cancelled": of(LIVE, "BEGIN; CREATE letter:a; CANCEL", CHANGE),
  "the rows that its user may see": async (stage) => {
    await signIn(stage.watcher, stage.credentials.get("record") as Credentials, "cbor");
    await stage.watch("LIVE SELECT id FROM person");
    await stage.write("CREATE person:eve SET pass = 'x'; UPDATE person:ada SET seen = true");
    return await stage.heard();
  },
  "a session of its own": async (stage) => {
    const session = Uuid.v4();
    await inSession(stage.watcher, session, "attach", []);
    await inSession(stage.watcher, session, "authenticate", [stage.credentials.get("root")?.token]);
    const { namespace, database } = stage.credentials.get("root") as Credentials;
    await inSession(stage.watcher, session, "use", [namespace, database]);
    await inSession(stage.watcher, session, "live", ["letter"]);
    await stage.write(CHANGE);
    const heard = await stage.heard();
    await inSession(stage.watcher, session, "detach", []);
    await stage.write("CREATE letter:late");
    return `${heard}\nthen ${await stage.heard()}`;
  },
  "a socket that has closed": async (stage) => {
    await signIn(stage.watcher, stage.credentials.get("root") as Credentials, "cbor");
    await stage.watch(LIVE);
    stage.watcher.end();
    await sleep(quietMs);
    const [info] = (await call(stage.writer, "query", ["RETURN (INFO FOR TABLE letter).lives"])) as {
      result: object;
    }[];
    return `${Object.keys(info?.result ?? {}).length} live queries`;
  },
  "a watch by JSON": async (stage) => {
    const socket = await RawSocket.open(stage.target.port);
    await signIn(socket, stage.credentials.get("root") as Credentials, "json");
    await call(socket, "live", ["letter"], "json");
    await stage.write(CHANGE);
    const heard = await hear(socket);
    socket.end();
    return heard;
  },
};

export async function askLive(target: Target): Promise<Answers> {
  const answers: Answers = new Map();
  const play = async ([name, scenario]: [string, Scenario]): Promise<void> => {
    const stage = await openStage(target);
    answers.set(`live, ${name}`, await scenario(stage));
    stage.watcher.end();
    stage.writer.end();
  };
  // Each in a database of its own, and mostly waiting.
  const queue = Object.entries(scenarios);
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await play(next);
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return answers;
}

async function openStage(target: Target): Promise<Stage> {
  const credentials = await prepare(target);
  const watcher = await RawSocket.open(target.port, { protocols: ["cbor"] });
  const writer = await RawSocket.open(target.port, { protocols: ["cbor"] });
  await signIn(writer, credentials.get("root") as Credentials, "cbor");
  return {
    target,
    credentials,
    watcher,
    writer,
    heard: () => hear(watcher),
    async watch(statement) {
      const [live] = (await call(watcher, "query", [statement])) as { status: string; result: unknown }[];
      if (live?.status !== "OK") throw new Error(`${statement}: ${String(live?.result)}`);
      return live.result as Uuid;
    },
    async write(statement) {
      await call(writer, "query", [statement]);
    },
  };
}

async function hear(socket: RawSocket): Promise<string> {
  const heard: string[] = [];
  for (;;) {
    const received = await socket.receive(quietMs);
    // Which of two changes is told first is not promised.
    if (received === undefined) return heard.toSorted().join("\n") || "‹silence›";
    heard.push(isNotification(received) ? observe(received) : `‹no notification› ${observe(received)}`);
  }
}

async function inSession(socket: RawSocket, session: Uuid, method: string, params: unknown[]): Promise<void> {
  socket.send(codec.encode({ id: "in", method, params, session }));
  const answer = observe(await socket.receive());
  if (answer.includes('"error"')) throw new Error(`${method}: ${answer}`);
}
