/** One client, be it a socket or a single HTTP request: its sessions, and the messages that it sends to them. */
import { Uuid } from "surrealdb";

import { decodeValue, encodeValue, readFrame, writeFrame } from "./cbor-frame.ts";
import type { Frame } from "./cbor-frame.ts";
import { ClientSession } from "./client-session.ts";
import { toResult } from "./datastore.ts";
import type { Answer, Datastore } from "./datastore.ts";
import type { LiveRouter, Push } from "./live-router.ts";
import { invalidParams, methodNotFound, sessionExists, sessionNotFound, toRpcError } from "./rpc-error.ts";

/** What all the connections of a server share. */
export interface Backend {
  datastore: Datastore;
  liveRouter: LiveRouter;
}

const NEEDS_SOCKET = new Set(["begin", "commit", "cancel"]);

export class Connection {
  readonly #backend: Backend;
  readonly #push: Push | undefined;
  readonly #main: Promise<ClientSession>;
  readonly #attached = new Map<string, Promise<ClientSession>>();

  /** Without `push`, as over HTTP, there are neither live notifications nor transactions. */
  constructor(backend: Backend, push?: Push) {
    this.#backend = backend;
    this.#push = push;
    this.#main = this.#open();
    // Whoever calls the session learns why it didn't open; nobody may ever call it.
    this.#main.catch(() => {});
  }

  /** Answers one encoded request with one encoded response, whatever the bytes are. */
  async handle(request: Uint8Array): Promise<Uint8Array> {
    let id = encodeValue(null);
    let answer: Answer;
    try {
      const frame = readFrame(request);
      id = frame.get("id") ?? id;
      answer = await this.#answer(frame);
    } catch (error) {
      answer = ["error", encodeValue(toRpcError(error))];
    }
    return writeFrame([["id", id], answer]);
  }

  /** Calls a method in the connection's main session; throws {@link RpcFailure}. */
  async request(method: string, params: unknown[]): Promise<unknown> {
    return toResult(
      await this.#answer(
        new Map([
          ["method", encodeValue(method)],
          ["params", encodeValue(params)],
        ]),
      ),
    );
  }

  /** Ends every session, once its calls under way are done. */
  async close(): Promise<void> {
    const sessions = [this.#main, ...this.#attached.values()];
    this.#attached.clear();
    // A session that never opened, or that the engine can't end any more, holds nothing back.
    await Promise.allSettled(sessions.map((session) => this.#end(session)));
  }

  async #answer(frame: Frame): Promise<Answer> {
    const encodedMethod = frame.get("method");
    const method = String(encodedMethod && decodeValue(encodedMethod));
    const id = readSessionId(frame);
    switch (method) {
      case "attach":
        return await this.#attach(id);
      case "detach":
        return await this.#detach(id);
      case "sessions":
        return ["result", encodeValue([...this.#attached.keys()].map((key) => new Uuid(key)))];
      case "health":
        // The SDK calls it, servers answer it, and the embedded engine doesn't know it.
        return ["result", encodeValue(undefined)];
    }
    if (!this.#push && NEEDS_SOCKET.has(method)) throw methodNotFound(method);
    const session = id === undefined ? this.#main : this.#attached.get(id);
    if (!session) throw sessionNotFound(String(id));
    return await (await session).call(method, frame);
  }

  async #attach(id: string | undefined): Promise<Answer> {
    if (id === undefined) throw invalidParams("Expected a session ID");
    if (this.#attached.has(id)) throw sessionExists(id);
    const session = this.#open();
    this.#attached.set(id, session);
    await session;
    return ["result", encodeValue(undefined)];
  }

  async #detach(id: string | undefined): Promise<Answer> {
    if (id === undefined) throw invalidParams("Expected a session ID");
    const session = this.#attached.get(id);
    if (!session) throw sessionNotFound(id);
    this.#attached.delete(id);
    await this.#end(session);
    return ["result", encodeValue(undefined)];
  }

  async #open(): Promise<ClientSession> {
    const session = await ClientSession.attach(this.#backend.datastore);
    if (this.#push) this.#backend.liveRouter.add(session.engineId, this.#push);
    return session;
  }

  async #end(opening: Promise<ClientSession>): Promise<void> {
    const session = await opening;
    this.#backend.liveRouter.remove(session.engineId);
    await session.detach();
  }
}

function readSessionId(frame: Frame): string | undefined {
  const encoded = frame.get("session");
  const id = encoded && decodeValue(encoded);
  if (id === undefined || id === null) return undefined;
  try {
    if (id instanceof Uuid || typeof id === "string") return new Uuid(id.toString()).toString();
  } catch {
    // Not the text of a UUID.
  }
  throw invalidParams("Expected a session ID");
}
