/** Requests to the server. */
import { apiUrl } from "./base.ts";
import { currentConnection, reportReach, reportUnauthorized } from "./connection.ts";

/** An answer that is a refusal; its message is the server's `detail`. */
export class ApiError extends Error {
  /** The HTTP status, or 0 when the server was not reached. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.status = status;
  }
}

/** A request: the query's `undefined` values are left out, and a `body` that is no form is sent as JSON. */
export interface ApiRequest {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  query?: URLSearchParams;
  body?: unknown;
  signal?: AbortSignal;
}

/** The answer's body, for streams and files. Throws `ApiError`. */
export async function send(path: string, { method = "GET", query, body, signal }: ApiRequest = {}): Promise<Response> {
  const { key } = currentConnection();
  const headers = new Headers({ accept: "application/json, text/event-stream" });
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  // A form's type is the browser's to say: it names the boundary.
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers.set("content-type", "application/json");
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      headers,
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    reportReach(false);
    throw new ApiError(0, "The server can't be reached.", { cause });
  }
  reportReach(true);
  if (response.status === 401) reportUnauthorized(key);
  if (!response.ok) throw new ApiError(response.status, await detailOf(response));
  return response;
}

/** The answer as JSON. Throws `ApiError`. */
export async function ask<Answer>(path: string, request?: ApiRequest): Promise<Answer> {
  const response = await send(path, request);
  return (await response.json()) as Answer;
}

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // Not the server's own answer, but a proxy's: its status is all there is to say.
  }
  return `HTTP ${response.status}`;
}
