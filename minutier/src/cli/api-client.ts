/** The server's HTTP API as the commands use it, over a network or inside this process. */
import { errorMessage, MinutierError } from "../errors.ts";
import { CliError, exitCodes } from "./cli-error.ts";

/** A refusal of the server's. */
export class ApiError extends CliError {
  readonly status: number;
  override readonly exitCode: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
    // What the server can't read was typed so.
    this.exitCode = status === 400 || status === 422 ? exitCodes.wrongUse : exitCodes.failed;
  }
}

/** An event of a stream. */
export interface ApiEvent {
  event: string;
  [field: string]: unknown;
}

/** Sends a request; rejects when no answer comes. */
export type Send = (request: Request) => Promise<Response>;

/** Asks one server. */
export class ApiClient {
  readonly #send: Send;
  readonly #base: string;
  readonly #key: string | undefined;

  constructor(send: Send, base: string, key?: string) {
    this.#send = send;
    this.#base = base.replace(/\/$/, "");
    this.#key = key;
  }

  async get<Answer>(path: string, query?: URLSearchParams): Promise<Answer> {
    return (await this.#read(await this.#ask("GET", path, { query }))) as Answer;
  }

  async post<Answer>(path: string, body: object = {}): Promise<Answer> {
    return (await this.#read(await this.#ask("POST", path, { body }))) as Answer;
  }

  /** The events of a stream until it ends; throws what an event `error` says. Leaving early closes it. */
  async *events(
    path: string,
    options: { method?: "GET" | "POST"; query?: URLSearchParams; body?: object; signal?: AbortSignal } = {},
  ): AsyncGenerator<ApiEvent> {
    const { method = "GET", ...rest } = options;
    const response = await this.#ask(method, path, rest);
    let data = "";
    for await (const line of linesOf(response, options.signal)) {
      if (line.startsWith("data: ")) data = line.slice("data: ".length);
      else if (line === "" && data !== "") {
        const event = JSON.parse(data) as ApiEvent;
        data = "";
        if (event.event === "error") throw new CliError(`The server ended the stream: ${String(event["detail"])}`);
        yield event;
      }
    }
  }

  /** The lines of an answer, as texts. */
  async *lines(path: string, query?: URLSearchParams): AsyncGenerator<string> {
    const response = await this.#ask("GET", path, { query });
    for await (const line of linesOf(response)) if (line !== "") yield line;
  }

  async #read(response: Response): Promise<unknown> {
    const text = await response.text().catch(brokenOff);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new CliError(`${this.#base} does not answer as a server of Minutier does. Check the address.`);
    }
  }

  async #ask(
    method: "GET" | "POST",
    path: string,
    { query, body, signal }: { query?: URLSearchParams | undefined; body?: object; signal?: AbortSignal },
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#key !== undefined) headers["authorization"] = `Bearer ${this.#key}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const search = query === undefined || query.size === 0 ? "" : `?${query.toString()}`;
    const request = new Request(`${this.#base}${path}${search}`, {
      method,
      headers,
      // A server that sends elsewhere would be sent the key.
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const response = await this.#send(request);
    if (response.ok) return response;
    throw new ApiError(response.status, await detailOf(response, this.#base));
  }
}

/** An app in this process does not hear a request's signal once it answers: the reader leaves. */
async function* linesOf({ body }: Response, signal?: AbortSignal): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener("abort", leave, { once: true });
  const read = (): ReturnType<typeof reader.read> => reader.read().catch(brokenOff);
  // A line can be as long as a run's input: only what is new is searched for its end.
  let begun: string[] = [];
  try {
    for (let chunk = await read(); !chunk.done; chunk = await read()) {
      const [first = "", ...others] = decoder.decode(chunk.value, { stream: true }).split("\n");
      begun.push(first);
      for (const next of others) {
        yield begun.join("");
        begun = [next];
      }
    }
    yield begun.join("");
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

/** Of an app in this process the error is the database's own. */
function brokenOff(error: unknown): never {
  if (MinutierError.isInstance(error)) throw error;
  throw new CliError(`The answer broke off: the server ended, or the connection was lost (${errorMessage(error)}).`, {
    cause: error,
  });
}

async function detailOf(response: Response, base: string): Promise<string> {
  const text = await response.text().catch(() => "");
  let detail: unknown;
  try {
    detail = (JSON.parse(text) as { detail?: unknown }).detail;
  } catch {
    // What is no JSON is of another server.
  }
  if (response.status === 401)
    return `The server at ${base} wants a key. Give it as MINUTIER_KEY in the environment, or with --key.`;
  if (typeof detail === "string") return detail;
  return `${base} answered with ${response.status} and is perhaps no server of Minutier. Check the address.`;
}
