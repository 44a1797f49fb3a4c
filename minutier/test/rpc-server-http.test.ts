import { once } from "node:events";

import { NotAllowedError, RecordId } from "surrealdb";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { ROOT, NOTARY_OFFICE, startServer, connect, connectTo, query } from "./rpc-server-fixture.ts";

test("the HTTP engine works", async () => {
  const server = await startServer();
  const client = await connect(server.httpUrl, ROOT);
  // Selected by a header, what isn't there isn't made.
  await connectTo(server);
  await client.use(NOTARY_OFFICE);
  await client.set("pages", 3);
  await query(client, "CREATE file:1 SET pages = $pages");
  expect(await client.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
  expect(await client.export()).toContain("file");

  const stranger = await connect(server.httpUrl);
  await expect(query(stranger, "RETURN 1")).rejects.toThrow(NotAllowedError);
  await expect(stranger.signin({ username: "root", password: "wrong" })).rejects.toThrow(NotAllowedError);
  await expect(connect(server.httpUrl, "not.a.token")).rejects.toThrow();
});

test("the HTTP routes answer without an SDK", async () => {
  const server = await startServer();
  const at = (path: string): URL => new URL(path, server.httpUrl);
  const basic = (password: string) => `Basic ${btoa(`root:${password}`)}`;
  const headers = { authorization: basic("root"), "surreal-ns": "office", "surreal-db": "files" };
  const asJson = { ...headers, "content-type": "application/json" };
  const post = (path: string, body: string, sent: Record<string, string>) =>
    fetch(at(path), { method: "POST", body, headers: sent });

  expect((await fetch(at("/health"))).status).toBe(200);
  expect((await fetch(at("/status"))).status).toBe(200);
  expect(await (await fetch(at("/version"))).text()).toMatch(/^surrealdb-3\./);

  const rpc = JSON.stringify({ id: 7, method: "query", params: ["RETURN $n + 1", { n: 1 }] });
  expect(await (await post("/rpc", rpc, asJson)).json()).toMatchObject({ id: 7, result: [{ result: 2 }] });
  expect((await post("/rpc", "{", asJson)).status).toBe(400);
  expect((await post("/rpc", rpc, { ...asJson, "content-type": "text/html" })).status).toBe(400);

  // A header selects what isn't there, and makes nothing.
  const missing = await post("/sql", "CREATE file:1", headers);
  expect(await missing.json()).toMatchObject([{ result: "The namespace 'office' does not exist" }]);
  await connectTo(server);
  await connectTo(server, { namespace: "office", database: "copy" });

  const sql = await post("/sql?pages=3", "CREATE file:1 SET pages = $pages; RETURN 1", headers);
  expect(await sql.json()).toMatchObject([{ status: "OK" }, { status: "OK", result: 1 }]);
  expect((await post("/sql", "NOT SQL", headers)).status).toBe(400);
  expect((await post("/sql", "RETURN 1", { ...headers, authorization: basic("wrong") })).status).toBe(401);
  expect((await post("/sql", "RETURN 1", {})).status).toBe(403);
  expect((await fetch(at("/sql"))).status).toBe(400);
  expect((await post("/signin", "", headers)).status).toBe(400);
  expect((await fetch(at("/signin"))).status).toBe(405);
  expect((await post("/nowhere", "", headers)).status).toBe(404);

  const dump = await (await fetch(at("/export"), { headers })).text();
  expect(dump).toContain("file:1");
  const stranger = { "surreal-ns": "office", "surreal-db": "files" };
  expect((await fetch(at("/export"), { headers: stranger })).status).toBe(403);
  const elsewhere = { ...headers, "surreal-db": "copy" };
  expect((await post("/import", dump, elsewhere)).status).toBe(200);
  const copied = await post("/sql", "SELECT VALUE id FROM file", elsewhere);
  expect(await copied.json()).toMatchObject([{ result: ["file:1"] }]);
});

test("a client exports and imports a database through the SDK", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await query(client, "CREATE file:1 SET pages = 3");
  const dump = await client.export();
  const copy = await connectTo(server, { namespace: "office", database: "copy" });
  await copy.import(dump);
  expect(await copy.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
});

test("a socket takes queries alone", async () => {
  const server = await startServer();
  await connectTo(server);
  const headers = { authorization: `Basic ${btoa("root:root")}`, "surreal-ns": "office", "surreal-db": "files" };
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/sql`, { headers });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  const ask = async (text: string): Promise<string> => {
    const answer = once(socket, "message");
    socket.send(text);
    return String((await answer)[0]);
  };
  expect(JSON.parse(await ask("RETURN session::db()"))).toMatchObject([{ result: "files" }]);
  expect(await ask("SELEC 1")).toMatch(/^Parse error/);
});
