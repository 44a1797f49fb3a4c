/** `/workflows/ws`: AgentOS's WebSocket for workflows, each action a request to the route that does the same. */
import type { UpgradeWebSocket, WSContext, WSEvents } from "hono/ws";
import type { Hono } from "hono";
import { setTimeout as sleep } from "node:timers/promises";

import { errorMessage } from "../errors.ts";
import { addressOf, type IdentifyRequest, type ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";
import type { ServerSettings } from "./server-options.ts";
import { parseJson, toJson } from "./to-json.ts";

/** As much of the socket below Hono's as is asked for. */
interface RawSocket {
  bufferedAmount: number;
}

/** How a server takes a connection over from HTTP. */
export type UpgradeSocket = UpgradeWebSocket<RawSocket, { onError: (error: unknown) => void }>;

/** Where it is offered. */
export const socketPath = "/workflows/ws";
/** Whoever has not said who they are by then is sent away. */
const greetingMs = 30_000;
/** Runs that one client follows at once. */
const maxFollowed = 20;
/** Bytes that may wait for a client; past that nothing more is read for it. */
const maxBufferedBytes = 1024 * 1024;

const actions: ReadonlySet<string> = new Set(["start-workflow", "continue-workflow", "reconnect"]);

/** Messages that wait to be acted on. */
const maxWaiting = 100;
/** Characters of a message from nobody known. */
const maxGreetingLength = 16 * 1024;

type Message = Record<string, unknown>;

/** A request to the routes from the client's address. */
type Ask = (path: string, init: RequestInit) => Response | Promise<Response>;

/** Whether the client may send requests with this one's key. */
type Admit = (request: Request) => Promise<boolean>;

/** Answers the route; without `upgrade`, says where it is offered. */
export function socketRoute(
  app: Hono<ServerEnv>,
  settings: ServerSettings,
  identify: IdentifyRequest,
  upgrade: UpgradeSocket | undefined,
): void {
  const { maxStreams } = settings.limits;
  /** Those whose handshake is done: one that breaks off is never heard of again. */
  let open = 0;
  const count = { full: () => open >= maxStreams, opened: () => (open += 1), closed: () => (open -= 1) };
  app.get(
    socketPath,
    async (c, next) => {
      if (upgrade === undefined)
        throw new HttpError(404, "WebSockets are offered by serve(), and not where the app is mounted.");
      if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
        throw new HttpError(426, "Connect by WebSocket.", { Upgrade: "websocket" });
      if (count.full()) throw new HttpError(503, "Too many streams are open. Try again later.", { "Retry-After": "5" });
      await next();
    },
    ...(upgrade === undefined
      ? []
      : [
          upgrade(async (c) => {
            const key = c.req.header("authorization");
            const admit: Admit = async (request) =>
              settings.auth === undefined || (await identify(request, { address: addressOf(c) })) !== null;
            const known = settings.auth === undefined || (key !== undefined && (await admit(c.req.raw)));
            const ask: Ask = (path, init) => app.request(path, init, c.env);
            return new WorkflowSocket(ask, admit, known ? (key ?? "") : undefined, count).events;
          }),
        ]),
  );
}

/** How many sockets are open. */
interface OpenSockets {
  full(): boolean;
  opened(): void;
  closed(): void;
}

/** One client. */
class WorkflowSocket {
  readonly #ask: Ask;
  readonly #admit: Admit;
  readonly #count: OpenSockets;
  readonly #left = new AbortController();
  /** The `Authorization` of the requests; `undefined` before the client has said who it is. */
  #key: string | undefined;
  #followed = 0;
  #waiting = 0;
  /** Actions go one after the other; what they follow goes on beside. */
  #last: Promise<void> = Promise.resolve();

  constructor(ask: Ask, admit: Admit, key: string | undefined, count: OpenSockets) {
    this.#ask = ask;
    this.#admit = admit;
    this.#key = key;
    this.#count = count;
  }

  get events(): WSEvents<RawSocket> {
    return {
      onOpen: (_, socket) => {
        // Others' handshakes may have been done since this one's began.
        const isFull = this.#count.full();
        this.#count.opened();
        if (isFull) return socket.close(1013, "Too many streams are open");
        const requires_auth = this.#key === undefined;
        this.#tell(socket, { event: "connected", message: "Connected to workflow events", requires_auth });
        const timer = setTimeout(() => this.#key === undefined && socket.close(4401, "No authentication"), greetingMs);
        this.#left.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      },
      onMessage: ({ data }, socket) => this.#receive(socket, data),
      onClose: () => this.#end(),
      onError: () => this.#end(),
    };
  }

  #receive(socket: WSContext<RawSocket>, data: unknown): void {
    // Nobody known may fill the memory; somebody known may hurry, within bounds.
    const isTooMuch = this.#key === undefined && (typeof data !== "string" || data.length > maxGreetingLength);
    if (isTooMuch || this.#waiting >= maxWaiting) return socket.close(1008, "Too much at once");
    this.#waiting += 1;
    this.#last = this.#last
      .then(() => this.#act(socket, data))
      .catch((error: unknown) => this.#refuse(socket, error))
      .finally(() => (this.#waiting -= 1));
  }

  #end(): void {
    if (this.#left.signal.aborted) return;
    this.#left.abort();
    this.#count.closed();
  }

  #tell(socket: WSContext<RawSocket>, message: Message): void {
    socket.send(toJson(message));
  }

  #refuse(socket: WSContext<RawSocket>, error: unknown): void {
    const known = error instanceof HttpError || error instanceof SyntaxError;
    this.#tell(socket, { event: "error", error: known ? errorMessage(error) : "The server could not answer." });
  }

  async #act(socket: WSContext<RawSocket>, data: unknown): Promise<void> {
    const message: unknown = typeof data === "string" ? parseJson(data) : undefined;
    if (typeof message !== "object" || message === null || Array.isArray(message))
      throw new HttpError(422, "A message is a JSON object with an action.");
    const { action, workflow_id: workflow, run_id: run, ...fields } = message as Message;
    if (action === "authenticate") return this.#authenticate(socket, fields["token"]);
    if (this.#key === undefined) {
      const error = 'Authentication required. Send the action "authenticate" with a token.';
      return this.#tell(socket, { event: "auth_required", error });
    }
    if (action === "ping") return this.#tell(socket, { event: "pong" });
    if (typeof action !== "string" || !actions.has(action))
      throw new HttpError(422, `Unknown action: ${String(action)}`);
    const runs = `/workflows/${idOf("workflow_id", workflow)}/runs`;
    switch (action) {
      case "start-workflow":
        return this.#follow(socket, runs, { ...fields, background: true, stream: true }, asFrame);
      case "continue-workflow": {
        const path = `${runs}/${idOf("run_id", run)}`;
        await this.#request(`${path}/continue`, { ...fields, background: true, stream: false });
        return this.#follow(socket, `${path}/resume`, fields, asFrame);
      }
      default:
        return this.#follow(socket, `${runs}/${idOf("run_id", run)}/resume`, fields, asJson);
    }
  }

  async #authenticate(socket: WSContext<RawSocket>, token: unknown): Promise<void> {
    const key = `Bearer ${typeof token === "string" ? token : ""}`;
    const isPrintable = /^[\u0020-\u007e]+$/.test(key);
    const request = new Request(
      "http://localhost/workflows/ws",
      isPrintable ? { headers: { authorization: key } } : {},
    );
    if (!isPrintable || !(await this.#admit(request)))
      return this.#tell(socket, { event: "auth_error", error: "Invalid token" });
    this.#key = key;
    this.#tell(socket, { event: "authenticated", message: "Authentication successful." });
  }

  /** The route's answer; throws what it refuses with. */
  async #request(path: string, fields: Message): Promise<Response> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.#key !== undefined && this.#key !== "") headers["authorization"] = this.#key;
    const answer = await this.#ask(path, { method: "POST", headers, body: toJson(fields) });
    if (answer.ok) return answer;
    const { detail } = (await answer.json()) as { detail?: string };
    throw new HttpError(422, detail ?? "The request was refused.");
  }

  /** Sends the events of the route's stream as they come; the run goes on when the client leaves. */
  async #follow(
    socket: WSContext<RawSocket>,
    path: string,
    fields: Message,
    format: (frame: string) => string | undefined,
  ): Promise<void> {
    if (this.#followed >= maxFollowed) throw new HttpError(503, `More than ${maxFollowed} runs are followed here.`);
    const { body } = await this.#request(path, fields);
    if (body === null) return;
    this.#followed += 1;
    void this.#forward(socket, body, format)
      .catch((error: unknown) => this.#left.signal.aborted || this.#refuse(socket, error))
      .finally(() => (this.#followed -= 1));
  }

  async #forward(
    socket: WSContext<RawSocket>,
    body: ReadableStream<Uint8Array>,
    format: (frame: string) => string | undefined,
  ): Promise<void> {
    const reader = body.getReader();
    const stop = (): void => void reader.cancel().catch(() => undefined);
    if (this.#left.signal.aborted) return stop();
    this.#left.signal.addEventListener("abort", stop, { once: true });
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const frames = (text + decoder.decode(value, { stream: true })).split("\n\n");
        text = frames.pop() ?? "";
        for (const frame of frames) {
          const message = format(frame);
          if (message !== undefined) socket.send(message);
        }
        while ((socket.raw?.bufferedAmount ?? 0) > maxBufferedBytes && !this.#left.signal.aborted) await sleep(50);
      }
    } finally {
      this.#left.signal.removeEventListener("abort", stop);
    }
  }
}

/** Live events come as AgentOS sends them: the text of a server-sent event. A heartbeat is none. */
function asFrame(frame: string): string | undefined {
  return frame.startsWith("event: ") ? `${frame}\n\n` : undefined;
}

/** Those that are told again, as JSON. */
function asJson(frame: string): string | undefined {
  return /^data: (.*)$/m.exec(frame)?.[1];
}

function idOf(field: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw new HttpError(422, `${field} is required`);
  return encodeURIComponent(value);
}
