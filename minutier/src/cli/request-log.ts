/** A line on standard error for each answer: never a header, a body or a query, which hold keys and personal data. */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

import { formatClock, formatDuration } from "./format-time.ts";
import { note, noteColors } from "./output.ts";
import { oneLine } from "./terminal-text.ts";

/** From now on, for every HTTP server of this process. */
export function logRequests(): void {
  const began = new WeakMap<object, number>();
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    began.set(request, performance.now());
  });
  subscribe("http.server.response.finish", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const ms = performance.now() - (began.get(request) ?? Number.NaN);
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const time = formatClock(new Date().toISOString()).slice(-8);
    const status = String(response.statusCode);
    const paint =
      response.statusCode >= 500 ? noteColors.red : response.statusCode >= 400 ? noteColors.yellow : noteColors.green;
    note(
      `${noteColors.dim(time)} ${oneLine(`${request.method ?? ""} ${path}`)} ${paint(status)} ${noteColors.dim(formatDuration(ms))}`,
    );
  });
}
