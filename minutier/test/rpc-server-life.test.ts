import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { RecordId, Uuid } from "surrealdb";
import { expect, onTestFinished, test } from "vitest";

import { startRpcServer } from "../src/testing/rpc-server/index.ts";
import {
  ROOT,
  NOTARY_OFFICE,
  codec,
  startServer,
  connect,
  connectTo,
  query,
  connectRaw,
} from "./rpc-server-fixture.ts";

test("garbage frames are answered and the server goes on", async () => {
  const server = await startServer();
  const valid = codec.encode({ id: "1", method: "query", params: ["RETURN 1", {}], session: Uuid.v4(), txn: null });
  const fuzzer = await connectRaw(server);
  let answers = 0;
  fuzzer.socket.on("message", () => (answers += 1));
  const frames = [
    new Uint8Array(),
    Uint8Array.of(0xff),
    Uint8Array.of(0xbf, 0xff),
    Uint8Array.of(0xbb, 255, 255, 255, 255, 255, 255, 255, 255),
    new Uint8Array(100_000).fill(0x81),
    codec.encode([1, 2]),
    codec.encode({}),
    codec.encode({ id: "1", method: 5, params: "x", session: 5 }),
    codec.encode({ id: "1", method: "use", params: [5, null] }),
    codec.encode({ id: "1", method: "commit" }),
    ...Array.from({ length: 300 }, () => mutate(valid)),
  ];
  for (const frame of frames) fuzzer.send(frame);
  await expect.poll(() => answers, { timeout: 20_000 }).toBe(frames.length);

  const oversized = await connectRaw(await startServer({ maxPayloadBytes: 1000 }));
  oversized.send(new Uint8Array(1001));
  await once(oversized.socket, "close");
  const textual = await connectRaw(server);
  const answer = once(textual.socket, "message");
  textual.send("text");
  const [bytes] = (await answer) as [Buffer];
  expect(codec.decode(bytes)).toMatchObject({ error: { message: "Parse error" } });

  expect(await query(await connectTo(server), "RETURN 1")).toBe(1);
});

function mutate(bytes: Uint8Array): Uint8Array {
  const mutant = Uint8Array.from(bytes);
  for (let i = 0; i < 3; i++) mutant[Math.floor(Math.random() * mutant.length)] = Math.floor(Math.random() * 256);
  return mutant;
}

test("twenty clients work at once", async () => {
  const server = await startServer();
  await query(await connectTo(server), "DEFINE TABLE file");
  const work = async (_: unknown, clerk: number): Promise<unknown> => {
    const client = await connectTo(server);
    await client.set("clerk", clerk);
    await Promise.all(Array.from({ length: 10 }, (_page, page) => query(client, `CREATE file:[$clerk, ${page}]`)));
    return await query(client, "RETURN array::len(SELECT VALUE id FROM file:[$clerk, NONE]..[$clerk, ..])");
  };
  expect(await Promise.all(Array.from({ length: 20 }, work))).toEqual(Array(20).fill(10));
});

test("a client whose connection drops comes back signed in and with its selection", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.set("clerk", "Léa");
  const reconnected = new Promise((resolve) => client.subscribe("connected", resolve));
  server.dropConnections();
  await reconnected;
  expect(await query(client, "RETURN [session::ns(), session::db(), $clerk]")).toEqual(["office", "files", "Léa"]);
});

test("closing waits for the calls in flight, and closing twice is harmless", async () => {
  const server = await startServer();
  const client = await connectRaw(server);
  await client.call({ method: "signin", params: [{ user: "root", pass: "root" }] });
  void client.call({ method: "query", params: ["SLEEP 300ms", {}] });
  // Answered, so the query before it has arrived.
  await client.call({ method: "ping" });

  const begun = performance.now();
  await Promise.all([server.close(), server.close()]);
  expect(performance.now() - begun).toBeGreaterThan(150);
  await server.close();
  await server[Symbol.asyncDispose]();
  await expect(fetch(new URL("/health", server.httpUrl))).rejects.toThrow();
});

test("closing gives up on a call that does not end", { timeout: 10_000 }, async () => {
  const { child, url } = await startProcess();
  const client = await connect(url, ROOT);
  void query(client, "SLEEP 1h").catch(() => {});
  await query(client, "RETURN 1");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a taken port is reported, and the server on it goes on", async () => {
  const server = await startServer();
  await expect(startRpcServer({ port: server.port })).rejects.toThrow("EADDRINUSE");
  expect((await fetch(new URL("/health", server.httpUrl))).status).toBe(200);
});

test("the server runs as a process of its own, and its datastore survives a kill", async () => {
  const directory = await mkdtemp(join(tmpdir(), "minutier-rpc-server-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const args = ["--endpoint", `rocksdb://${directory}/db`, "--username", "u", "--password", "p"];

  const killed = await startProcess(...args);
  const client = await connect(killed.url, { username: "u", password: "p" });
  await client.use(NOTARY_OFFICE);
  await query(client, "CREATE file:1");
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");

  const restarted = await startProcess(...args, "--port", new URL(killed.url).port);
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", 1)]);
  restarted.child.kill("SIGTERM");
  expect(await once(restarted.child, "exit")).toEqual([0, null]);
});

async function startProcess(...args: string[]) {
  const main = fileURLToPath(new URL("../src/testing/rpc-server/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  expect(line).toMatch(/^READY ws:/);
  return { child, url: line.slice("READY ".length) };
}
