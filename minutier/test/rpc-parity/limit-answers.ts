/** How long a message and a body may be: at the limit they are answered, a byte longer they aren't. */
import { CborCodec } from "surrealdb";

import { type Answers, describe } from "./method-answers.ts";
import { observe } from "./observe.ts";
import type { Target } from "./principals.ts";
import { RawSocket } from "./raw-socket.ts";

const codec = new CborCodec({});
const KIB = 1024;
const MIB = 1024 * KIB;

const routes: readonly { path: string; limit: number; type: string }[] = [
  { path: "/rpc", limit: 4 * MIB, type: "application/json" },
  { path: "/sql", limit: MIB, type: "text/plain" },
  { path: "/export", limit: 2 * MIB, type: "application/json" },
  { path: "/key/letter/one", limit: 16 * KIB, type: "application/json" },
  { path: "/signin", limit: KIB, type: "application/json" },
  { path: "/signup", limit: KIB, type: "application/json" },
];

export async function askLimits(target: Target): Promise<Answers> {
  const answers: Answers = new Map();
  for (const more of [0, 1]) {
    const said = more === 0 ? "at its limit" : "beyond its limit";
    answers.set(`limit, a message of CBOR ${said}`, await sendMessage(target, 128 * MIB + more));
    for (const { path, limit, type } of routes) {
      answers.set(`limit, POST ${path} ${said}`, await post(target, path, type, limit + more));
    }
  }
  return answers;
}

/** A ping with a field that nobody reads. */
async function sendMessage(target: Target, length: number): Promise<string> {
  const socket = await RawSocket.open(target.port, { protocols: ["cbor"] });
  const withPadding = (padding: number): Uint8Array =>
    codec.encode({ id: "asked", method: "ping", more: new Uint8Array(padding) });
  const overhead = withPadding(length - 100).length - (length - 100);
  socket.send(withPadding(length - overhead));
  const received = await socket.receive(20_000);
  socket.end();
  return observe(received);
}

async function post(target: Target, path: string, type: string, length: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${target.port}${path}`, {
    method: "POST",
    headers: { "content-type": type, accept: "application/json", "surreal-ns": "limit", "surreal-db": "limit" },
    body: " ".repeat(length),
  });
  return await describe(response);
}
