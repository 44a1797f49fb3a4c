import { RecordId, Table, Uuid } from "surrealdb";
import { expect, test } from "vitest";

import {
  ROOT,
  RECORD_ACCESS,
  startServer,
  connect,
  connectTo,
  query,
  connectRaw,
  openConnection,
  asPerson,
} from "./rpc-server-fixture.ts";

test("a database cannot be selected without a namespace", async () => {
  const server = await startServer();
  const client = await connect(server.url, ROOT);
  await expect(client.use({ database: "files" })).rejects.toThrow("without first selecting a namespace");
  await client.use({ namespace: "office" });
  await client.use({ database: "files" });
  expect(await query(client, "RETURN session::db()")).toBe("files");
});

test("connections do not share namespace, database or variables", async () => {
  const server = await startServer();
  const one = await connectTo(server);
  const two = await connectTo(server, { namespace: "office", database: "archive" });
  await one.set("clerk", "Léa");
  await query(one, "CREATE file:1");
  await query(two, "DEFINE TABLE file");
  expect(await query(one, "RETURN [session::db(), $clerk]")).toEqual(["files", "Léa"]);
  expect(await query(two, "RETURN [session::db(), $clerk]")).toEqual(["archive", undefined]);
  expect(await query(two, "SELECT * FROM file")).toEqual([]);
});

test("the sessions of one connection are separate, and a fork starts as its origin", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.set("clerk", "Léa");

  const fresh = await client.newSession();
  await fresh.signin(ROOT);
  await fresh.use({ namespace: "office", database: "archive" });
  expect(await query(fresh, "RETURN [session::db(), $clerk]")).toEqual(["archive", undefined]);

  const fork = await client.forkSession();
  expect(await query(fork, "RETURN [session::db(), $clerk]")).toEqual(["files", "Léa"]);

  expect(await client.sessions()).toHaveLength(2);
  await fork.closeSession();
  expect(await client.sessions()).toHaveLength(1);
});

test("a client cannot use a session that another one attached", async () => {
  const server = await startServer();
  const session = Uuid.v4();
  const owner = await connectRaw(server);
  await owner.call({ method: "attach", session });
  await owner.call({ method: "signin", params: [{ user: "root", pass: "root" }], session });
  expect((await owner.call({ method: "attach", session })).error?.kind).toBe("AlreadyExists");

  const other = await connectRaw(server);
  const read = { method: "query", params: ["RETURN 1", {}], session };
  expect((await other.call(read)).error?.kind).toBe("NotFound");
  await other.call({ method: "attach", session });
  expect((await other.call(read)).error?.kind).toBe("NotAllowed");
  expect((await owner.call(read)).error).toBeUndefined();
});

test("a transaction shows nothing before its commit and leaves nothing when cancelled", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await query(client, "DEFINE TABLE file");

  const kept = await client.beginTransaction();
  await kept.query("CREATE file:kept");
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([]);
  await kept.commit();

  const dropped = await client.beginTransaction();
  await dropped.query("CREATE file:dropped");
  await dropped.cancel();
  expect(await query(client, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", "kept")]);
});

test("a transaction belongs to its connection", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, "DEFINE TABLE file");
  const signIn = { method: "signin", params: [{ user: "root", pass: "root" }] };
  const select = { method: "use", params: ["office", "files"] };

  const owner = await connectRaw(server);
  const thief = await connectRaw(server);
  for (const client of [owner, thief]) {
    await client.call(signIn);
    await client.call(select);
  }
  const { result } = await owner.call({ method: "begin" });
  const txn = result as Uuid;
  const write = { method: "query", params: ["CREATE file:1", {}], txn };
  expect((await owner.call(write)).error).toBeUndefined();

  expect((await thief.call(write)).error?.message).toBe("Transaction not found");
  expect((await thief.call({ method: "commit", params: [txn] })).error?.message).toBe("Transaction not found");
  expect((await owner.call({ method: "commit", params: [txn] })).error).toBeUndefined();
  expect(await query(root, "SELECT VALUE id FROM file")).toEqual([new RecordId("file", 1)]);
});

test("a connection that closes cancels its transactions", async () => {
  const { datastore, connection } = await openConnection();
  await connection.request("signin", [{ user: "root", pass: "root" }]);
  const abandoned = await connection.request("begin", []);
  const open = await connection.request("begin", []);
  await datastore.request("commit", [open]);
  await connection.close();
  await expect(datastore.request("commit", [abandoned])).rejects.toThrow("Transaction not found");
});

test("a live notification reaches its owner only", async () => {
  const server = await startServer();
  const owner = await connectTo(server);
  const neighbour = await connectTo(server);
  await query(owner, "DEFINE TABLE file; DEFINE TABLE letter");
  const seenByOwner: unknown[] = [];
  const seenByNeighbour: unknown[] = [];
  (await owner.live(new Table("file"))).subscribe((message) => seenByOwner.push(message.recordId?.id));
  (await neighbour.live(new Table("letter"))).subscribe((message) => seenByNeighbour.push(message.recordId?.id));
  // The SDK drops notifications that it didn't ask for, a bare socket doesn't.
  const onlooker = await connectRaw(server);
  await onlooker.call({ method: "signin", params: [{ user: "root", pass: "root" }] });
  let seenByOnlooker = 0;
  onlooker.socket.on("message", () => (seenByOnlooker += 1));

  await query(neighbour, "CREATE file:a");
  await expect.poll(() => seenByOwner).toEqual(["a"]);
  await query(owner, "CREATE letter:b");
  await expect.poll(() => seenByNeighbour).toEqual(["b"]);
  await onlooker.call({ method: "ping" });
  expect(seenByOwner).toEqual(["a"]);
  expect(seenByOnlooker).toBe(1);
});

test("live notifications respect the permissions of a record user", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, `${RECORD_ACCESS}; DEFINE TABLE OVERWRITE file PERMISSIONS FOR select WHERE open`);
  const lea = await connect(server.url);
  await lea.signup(asPerson("lea@office", "secret"));
  const seen: unknown[] = [];
  (await lea.live(new Table("file"))).subscribe((message) => seen.push(message.recordId?.id));
  await query(root, "CREATE file:closed SET open = false");
  await query(root, "CREATE file:open SET open = true");
  await expect.poll(() => seen).toEqual(["open"]);
});
