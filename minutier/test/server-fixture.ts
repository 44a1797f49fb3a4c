/** Real servers on free ports, and what their clients send and read. */
import { connect, type Socket } from "node:net";

import { afterAll } from "vitest";

import type { SurrealDb } from "../src/index.ts";
import { type RunningServer, serve, type ServeOptions } from "../src/server/index.ts";
import { openTestDatabase } from "../src/testing/index.ts";

const servers: RunningServer[] = [];
const databases: SurrealDb[] = [];

afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close({ graceMs: 0 })));
  await Promise.all(databases.splice(0).map((db) => db.close()));
});

/** A fresh database, closed when the test file ends. */
export async function openDb(): Promise<SurrealDb> {
  const db = await openTestDatabase();
  databases.push(db);
  return db;
}

/** A server on a free port, closed when the test file ends. */
export async function start(options: ServeOptions): Promise<RunningServer> {
  const onError = (error: unknown): void => void (process.env["SERVER_ERRORS"] !== undefined && console.error(error));
  const server = await serve({ port: 0, onError, ...options });
  servers.push(server);
  return server;
}

export type Json = Record<string, unknown>;

/** An answer that is JSON. */
export async function request(
  url: string,
  init: RequestInit & { json?: unknown; form?: Record<string, string | Blob>; key?: string } = {},
): Promise<{ status: number; body: Json; headers: Headers }> {
  const response = await send(url, init);
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json), headers: response.headers };
}

/** A form is sent when there is one, otherwise JSON. */
export function send(
  url: string,
  {
    json,
    form,
    key,
    ...init
  }: RequestInit & { json?: unknown; form?: Record<string, string | Blob>; key?: string } = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
  if (json === undefined && form === undefined) return fetch(url, { ...init, headers });
  if (form !== undefined) {
    const body = new FormData();
    for (const [name, value] of Object.entries(form)) body.append(name, value);
    return fetch(url, { method: "POST", ...init, headers, body });
  }
  headers.set("content-type", "application/json");
  return fetch(url, { method: "POST", ...init, headers, body: JSON.stringify(json) });
}

export interface Frame {
  event: string;
  data: Json;
}

/** The events of a stream as they come. */
export async function* frames(response: Response): AsyncGenerator<Frame> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      const found = /^event: (\w+)\ndata: (.*)$/s.exec(frame);
      if (found !== null) yield { event: found[1] ?? "", data: JSON.parse(found[2] ?? "") as Json };
    }
  }
}

/** All events of a stream. */
export async function allFrames(response: Response): Promise<Frame[]> {
  const all: Frame[] = [];
  for await (const frame of frames(response)) all.push(frame);
  return all;
}

export function names(all: readonly Frame[]): string[] {
  return all.map(({ event }) => event);
}

/** Bytes as they are, without what a client of ours would mend: what the server answers until it closes or `ms` pass. */
export async function raw(port: number, text: string, ms = 1000): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(text);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  socket.destroy();
  return answer;
}

/** Waits until it is so. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("It did not come to be in time.");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
