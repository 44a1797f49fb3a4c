/** Sends a server every frame made by hand, signed in as root. */
import { setTimeout as sleep } from "node:timers/promises";

import { type FrameCase, frameCases } from "./frame-cases.ts";
import { encode } from "./method-answers.ts";
import type { Answers } from "./method-answers.ts";
import { idOf, observe } from "./observe.ts";
import { become, type Credentials, prepare, type Target } from "./principals.ts";
import { RawSocket } from "./raw-socket.ts";

/** How long an answer may come after that of the ping that was sent behind. */
const graceMs = 150;

export async function askFrames(target: Target): Promise<Answers> {
  const answers: Answers = new Map();
  const credentials = (await prepare(target)).get("root") as Credentials;
  for (const each of frameCases()) {
    const socket = await RawSocket.open(target.port, { protocols: [each.format] });
    await become(socket, credentials, each.format);
    answers.set(`frame, ${each.format}, ${each.name}`, await answersTo(socket, each));
    socket.end();
  }
  return answers;
}

async function answersTo(socket: RawSocket, { format, frames, fragments }: FrameCase): Promise<string> {
  for (const frame of frames) socket.send(frame, fragments);
  socket.send(encode(format, { id: "after", method: "ping" }));
  const seen: string[] = [];
  const ids = new Set<unknown>();
  for (;;) {
    const received = await socket.receive();
    if (received !== undefined && idOf(received) === "after") break;
    seen.push(observe(received));
    if (received === undefined || "closed" in received) return summary(seen, ids);
    ids.add(idOf(received));
  }
  if (seen.length < frames.length) await sleep(graceMs);
  for (;;) {
    const received = await socket.receive(0);
    if (received === undefined) return summary(seen, ids);
    ids.add(idOf(received));
    seen.push(observe(received));
  }
}

/** Of many answers, how many there were: they may come in any order. */
function summary(seen: readonly string[], ids: ReadonlySet<unknown>): string {
  return seen.length > 3 ? `${seen.length} answers to ${ids.size} ids` : seen.join("\n") || "‹silence›";
}
