import { NotAllowedError, RecordId, Table } from "surrealdb";
import { expect, test } from "vitest";

import type { StatementResult } from "../src/testing/rpc-server/datastore.ts";
import {
  ROOT,
  NOTARY_OFFICE,
  RECORD_ACCESS,
  startServer,
  connect,
  connectTo,
  query,
  connectRaw,
  openConnection,
  asPerson,
} from "./rpc-server-fixture.ts";

test("the root user signs in and works", async () => {
  const server = await startServer({ username: "maître", password: `l'étude "n° 1"` });
  const client = await connect(server.url, { username: "maître", password: `l'étude "n° 1"` });
  await client.use(NOTARY_OFFICE);
  await client.create(new RecordId("file", 1)).content({ pages: 3 });
  expect(await client.select(new RecordId("file", 1))).toMatchObject({ pages: 3 });
  expect((await client.version()).version).toMatch(/^surrealdb-3\./);
  // Servers since 3.1 don't know it any more.
  await expect(client.health()).rejects.toThrow("Method not found");
});

test("a wrong password is refused as a server refuses it", async () => {
  const server = await startServer();
  const client = await connect(server.url);
  const refusal = await client.signin({ username: "root", password: "wrong" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NotAllowedError);
  expect((refusal as NotAllowedError).isInvalidAuth).toBe(true);
  await expect(query(client, "RETURN 1")).rejects.toThrow(NotAllowedError);
});

test("a session that has not signed in is refused everything", async () => {
  const server = await startServer();
  const stranger = await connect(server.url);
  await stranger.use({ namespace: "planted", database: "planted" });
  await expect(query(stranger, "INFO FOR ROOT")).rejects.toThrow(NotAllowedError);
  await expect(stranger.create(new Table("file")).content({})).rejects.toThrow(NotAllowedError);
  const transaction = await stranger.beginTransaction();
  await expect(transaction.query("RETURN 1")).rejects.toThrow();
  await expect(stranger.live(new Table("file"))).rejects.toMatchObject({ cause: expect.any(NotAllowedError) });

  const root = await connectTo(server);
  const info = (await query(root, "INFO FOR ROOT")) as { namespaces: object };
  expect(Object.keys(info.namespaces)).not.toContain("planted");
});

test("what was selected before the sign-in is made by selecting it again", async () => {
  const server = await startServer();
  const client = await connect(server.url);
  await client.use(NOTARY_OFFICE);
  await client.signin(ROOT);
  await expect(query(client, "CREATE file:1")).rejects.toThrow("The namespace 'office' does not exist");
  await client.use(NOTARY_OFFICE);
  await query(client, "CREATE file:1");
});

test("what was selected and set before the sign-in holds after it", async () => {
  const server = await startServer();
  const client = await connect(server.url);
  await client.use(NOTARY_OFFICE);
  await client.set("clerk", "Léa");
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db(), $clerk]")).toEqual(["office", "files", "Léa"]);
});

test("users of a namespace, of a database and of a record sign in, each on their level", async () => {
  const server = await startServer();
  const root = await connectTo(server);
  await query(root, "DEFINE USER n ON NAMESPACE PASSWORD 'n'; DEFINE USER d ON DATABASE PASSWORD 'd'");
  await query(root, RECORD_ACCESS);

  const ofNamespace = await connect(server.url, { namespace: "office", username: "n", password: "n" });
  await ofNamespace.use({ database: "files" });
  expect(await query(ofNamespace, "INFO FOR NS")).toHaveProperty("users.n");
  await expect(query(ofNamespace, "INFO FOR ROOT")).rejects.toThrow(/permissions/);

  const ofDatabase = await connect(server.url, { ...NOTARY_OFFICE, username: "d", password: "d" });
  expect(await query(ofDatabase, "INFO FOR DB")).toHaveProperty("users.d");
  await expect(query(ofDatabase, "INFO FOR NS")).rejects.toThrow(/permissions/);

  const lea = await connect(server.url);
  const tokens = await lea.signup(asPerson("lea@office", "secret"));
  const marc = await connect(server.url);
  await marc.signup(asPerson("marc@office", "secret"));
  expect(await query(lea, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  await expect(query(lea, "INFO FOR DB")).rejects.toThrow(/permissions/);

  const byToken = await connect(server.url, tokens.access);
  expect(await query(byToken, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  const byPassword = await connect(server.url);
  await byPassword.signin(asPerson("lea@office", "secret"));
  expect(await query(byPassword, "SELECT VALUE email FROM person")).toEqual(["lea@office"]);
  await expect(byPassword.signin(asPerson("lea@office", "wrong"))).rejects.toThrow();
});

test("a refresh token signs a new connection in, once", async () => {
  const server = await startServer();
  await query(await connectTo(server), RECORD_ACCESS);
  const tokens = await (await connect(server.url)).signup(asPerson("lea@office", "secret"));
  const read = { method: "query", params: ["SELECT VALUE email FROM person", {}] };

  const first = await connectRaw(server);
  expect((await first.call({ method: "refresh", params: [tokens] })).result).toHaveProperty("refresh");
  expect((await first.call(read)).result).toMatchObject([{ result: ["lea@office"] }]);

  const second = await connectRaw(server);
  expect((await second.call({ method: "refresh", params: [tokens] })).error).toBeDefined();
  expect((await second.call(read)).error?.kind).toBe("NotAllowed");
});

test("a signed-out session is refused", async () => {
  const server = await startServer();
  for (const signOut of ["invalidate", "reset"] as const) {
    const client = await connectTo(server);
    await client[signOut]();
    await expect(query(client, "RETURN 1")).rejects.toThrow(NotAllowedError);
  }
});

test("the selection outlives a sign-out, but not a reset", async () => {
  const server = await startServer();
  const client = await connectTo(server);
  await client.invalidate();
  await client.use({ database: "archive" });
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db()]")).toEqual(["office", "archive"]);

  await client.reset();
  await client.signin(ROOT);
  expect(await query(client, "RETURN [session::ns(), session::db()]")).toEqual([undefined, undefined]);
});

test("a query under way at the sign-out never runs as the owner", async () => {
  const { datastore, connection } = await openConnection();
  await datastore.query("DEFINE USER viewer ON ROOT PASSWORD 'viewer' ROLES VIEWER", {});
  for (const signOut of ["invalidate", "reset"]) {
    await connection.request("signin", [{ user: "viewer", pass: "viewer" }]);
    const attempts = Array.from({ length: 200 }, async () => {
      const [outcome] = (await connection.request("query", ["DEFINE NAMESPACE mine", {}])) as StatementResult[];
      return outcome?.status;
    });
    await connection.request(signOut, []);
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(["ERR"]));
  }
});
