/**
 * What a server costs: its memory with 1,000 idle clients of `/runs/live` and 64 runs at once, and its requests per
 * second beside a bare Hono route in the same process that sends the same statements by the plain SDK.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { percentile, printTable, timeTogether } from "./measure.ts";

const clients = Number(process.argv[2] ?? 1000);
const requests = Number(process.argv[3] ?? 1500);
const runsAtOnce = 64;
const rounds = 5;

const folder = await mkdtemp(join(tmpdir(), "minutier-bench-"));
await memory();
console.log();
await throughput();
await rm(folder, { recursive: true, force: true });

async function memory(): Promise<void> {
  const { child, url } = await startProcess("memory");
  const rows: string[][] = [];
  const note = async (name: string, ms?: number): Promise<void> => {
    const { rss, heap } = await ask<{ rss: number; heap: number }>(child, "memory");
    rows.push([name, mebibytes(rss), mebibytes(heap), ms === undefined ? "" : (ms / 1000).toFixed(2)]);
  };
  await note("started, one run done");
  const alone = runMany(url);
  await sleep(1500);
  await note(`${runsAtOnce} runs of 3 s at work`);
  await note("… done", await alone);
  const live = await Promise.all(Array.from({ length: clients }, () => openLive(url)));
  await note(`${clients} idle clients of /runs/live`);
  const beside = runMany(url);
  await sleep(1500);
  await note(`… and ${runsAtOnce} runs of 3 s at work`);
  await note("… done", await beside);
  await sleep(500);
  const told = live.reduce((sum, { events }) => sum + events(), 0);
  for (const { socket } of live) socket.destroy();
  await sleep(2000);
  await note("clients gone");
  printTable(["memory of the serving process", "RSS MiB", "heap MiB", "runs took s"], rows);
  console.log(`The clients were told ${told} events: ${(told / clients / runsAtOnce).toFixed(2)} a run and client.`);
  child.kill();
  await once(child, "exit");
}

async function throughput(): Promise<void> {
  const { child, url, bareUrl = "" } = await startProcess("requests", String(Math.ceil(requests * 1.3)));
  // Idle connections end here before the server ends them: one that it ends just as it is used again is an error.
  const agent = new Agent({ keepAlive: true, maxSockets: runsAtOnce, timeout: 2000 });
  const start = (base: string, path: string) => () => send(agent, `${base}${path}`, '{"message":1,"stream":false}');
  const list = (base: string) => () => send(agent, `${base}/runs`);
  const pairs: [name: string, ours: () => Promise<unknown>, bare: () => Promise<unknown>][] = [
    ["POST /workflows/three/runs", start(url, "/workflows/three/runs"), start(bareUrl, "/runs")],
    ["GET /runs, 50 of them", list(url), list(bareUrl)],
  ];
  const rows: string[][] = [];
  for (const [name, ours, bare] of pairs) {
    for (const inFlight of [1, runsAtOnce]) {
      const times = { ours: [] as number[], bare: [] as number[] };
      const count = Math.floor(requests / rounds / (inFlight === 1 ? 4 : 1));
      for (let round = 0; round < rounds; round++) {
        times.ours.push(await timeTogether(count, inFlight, ours));
        times.bare.push(await timeTogether(count, inFlight, bare));
      }
      const [a, b] = [percentile(times.ours, 0.5), percentile(times.bare, 0.5)];
      const perSecond = (ms: number): string => (1000 / ms).toFixed(0);
      rows.push([`${name}, ${inFlight} at once`, perSecond(a), perSecond(b), (a / b).toFixed(2)]);
    }
  }
  printTable(["requests per second", "minutier/server", "bare Hono, plain SDK", "time ratio"], rows);
  agent.destroy();
  child.kill();
  await once(child, "exit");
}

async function startProcess(
  mode: string,
  ...rest: string[]
): Promise<{ child: ChildProcess; url: string; bareUrl?: string }> {
  const file = new URL("server-process.js", import.meta.url);
  const child = fork(file, [mode, folder, ...rest], { execArgv: ["--expose-gc"] });
  const [addresses] = (await once(child, "message")) as [{ url: string; bareUrl?: string }];
  return { child, ...addresses };
}

async function ask<Answer>(child: ChildProcess, question: string): Promise<Answer> {
  child.send(question);
  const [answer] = (await once(child, "message")) as [Answer];
  return answer;
}

/** Milliseconds until all runs have ended. */
async function runMany(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: false });
  const started = performance.now();
  const body = '{"message":1,"stream":false}';
  await Promise.all(Array.from({ length: runsAtOnce }, () => send(agent, `${url}/workflows/slow/runs`, body)));
  return performance.now() - started;
}

/** A client that reads what it is told and says nothing; ready once the server listens for it. */
async function openLive(url: string): Promise<{ socket: Socket; events: () => number }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let count = 0;
  const ready = Promise.withResolvers<void>();
  socket.setEncoding("latin1");
  socket.on("data", (data) => {
    const text = String(data);
    if (text.includes("event: Ready")) ready.resolve();
    count += text.split("event: RunChanged").length - 1;
  });
  socket.on("error", ready.reject);
  socket.write(`GET /runs/live HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await ready.promise;
  return { socket, events: () => count };
}

function send(agent: Agent, url: string, body?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": body.length };
    const sent = request(url, { agent, method: body === undefined ? "GET" : "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${url}: ${answer.statusCode}`)),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
