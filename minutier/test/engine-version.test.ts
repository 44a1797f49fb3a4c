import { setTimeout as sleep } from "node:timers/promises";

import { Surreal } from "surrealdb";
import { describe, expect, onTestFinished, test } from "vitest";

import { isOlder, testedVersions, toEngineVersion } from "../src/db/engine/engine-version.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { backends, rootAuth, sharedServer } from "./backends.ts";
import { startClaimingServer } from "./claimed-version.ts";

const [embedded, server] = testedVersions;

/** Which engine stands behind a backend. */
const engineOf = (backend: string): string => (backend === "server" ? server : embedded);

function use(options: ConstructorParameters<typeof SurrealDb>[0]): SurrealDb {
  const db = new SurrealDb({ auth: rootAuth, namespace: "versions", database: "versions", ...options });
  onTestFinished(() => db.close());
  return db;
}

/** The process's warnings with a code of ours, until the test ends. */
function hearWarnings(): { code: string; message: string }[] {
  const heard: { code: string; message: string }[] = [];
  const listener = (warning: Error & { code?: string }): void => {
    if (warning.code?.startsWith("MINUTIER_") === true) heard.push({ code: warning.code, message: warning.message });
  };
  process.on("warning", listener);
  onTestFinished(() => void process.off("warning", listener));
  return heard;
}

describe.each(backends)("the version behind $name", ({ name, open }) => {
  test("is told", async () => {
    expect(await (await open()).version()).toEqual({ engine: engineOf(name), tested: true });
  });
});

test("versions are in their order, pre-releases before their release", () => {
  const ordered = [
    "1.5.6",
    "2.0.0-beta.1",
    "2.0.0",
    "2.9.10",
    "2.10.1",
    "3.0.0-beta.2",
    "3.0.0",
    "3.0.2",
    "3.3.5",
    "3.10.0",
  ];
  for (const [i, one] of ordered.entries())
    for (const [j, other] of ordered.entries()) expect([one, other, isOlder(one, other)]).toEqual([one, other, i < j]);
});

test("tested is what lies between the tested versions, with the patches of the newest", () => {
  const tested = (version: string): boolean => toEngineVersion(`surrealdb-${version}`).tested;
  expect(["3.0.2", "3.0.5", "3.1.0", "3.2.1", "3.3.0", "3.3.5", "3.3.9"].map(tested)).not.toContain(false);
  expect(["3.0.0", "3.0.1", "3.0.2-beta.1", "3.4.0-beta.1", "3.4.0", "3.10.0", "4.0.0"].map(tested)).not.toContain(
    true,
  );
  for (const text of [undefined, "", "surrealdb-", "something else"])
    expect(toEngineVersion(text)).toEqual({ engine: "unknown", tested: false });
});

test.each(["1.5.6", "2.0.4", "2.1.0", "2.6.3", "4.0.0-beta.1", "4.0.0"])(
  "a server of %s is refused at once, with the reason and what to do",
  async (version) => {
    const { url } = await startClaimingServer(`surrealdb-${version}`);
    const db = use({ url });
    const began = performance.now();
    await expect(db.connect()).rejects.toMatchObject({
      code: "unsupported_engine",
      message: expect.stringMatching(
        new RegExp(`SurrealDB ${version}, which does not work: .*Use a server of ${server}`),
      ),
      details: { engine: version },
    });
    expect(performance.now() - began).toBeLessThan(2000);
    await expect(db.runs.latest()).rejects.toMatchObject({ code: "unsupported_engine" });
    await expect(db.version()).rejects.toMatchObject({ code: "unsupported_engine" });
  },
);

test("a version that was never tested is told once in a process, and works", async () => {
  const heard = hearWarnings();
  const claiming = await startClaimingServer("surrealdb-3.4.0");
  const [one, other] = [use({ url: claiming.url }), use({ url: claiming.url })];
  expect(await Promise.all([one.version(), other.version()])).toEqual(
    [1, 2].map(() => ({ engine: "3.4.0", tested: false })),
  );
  await one.query("RETURN 1");
  await sleep(10);
  expect(heard).toEqual([
    { code: "MINUTIER_UNTESTED_ENGINE", message: expect.stringContaining("SurrealDB 3.4.0 was never tested") },
  ]);
});

test("a tested one is not told, and the version is asked for once a connection", async () => {
  const heard = hearWarnings();
  const claiming = await startClaimingServer(`surrealdb-${server}`);
  const db = use({ url: claiming.url });
  await db.createTables();
  for (let n = 0; n < 5; n++) expect(await db.version()).toEqual({ engine: server, tested: true });
  await sleep(10);
  expect([heard, claiming.methods.filter((method) => method === "version")]).toEqual([[], ["version"]]);
});

test("a server that comes back with another version is asked again, and refused when it does not work", async () => {
  const claiming = await startClaimingServer("surrealdb-3.3.5");
  const db = use({ url: claiming.url });
  await db.connect();
  claiming.claim("surrealdb-3.2.0");
  claiming.cut();
  await sleep(20);
  expect(await db.query("RETURN 1")).toEqual([1]);
  expect(await db.version()).toEqual({ engine: "3.2.0", tested: true });
  claiming.claim("surrealdb-2.6.3");
  claiming.cut();
  await sleep(20);
  await expect(db.query("RETURN 1")).rejects.toMatchObject({ code: "unsupported_engine" });
});

test("a shared client and a session of it tell theirs", async () => {
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  const { url } = await sharedServer();
  const place = { namespace: "versions", database: "shared" };
  await use({ url, ...place }).query("RETURN 1");
  await client.connect(url, { authentication: rootAuth, ...place });
  const session = await client.forkSession();
  const told = (await client.version()).version.replace("surrealdb-", "");
  for (const each of [client, session])
    expect(await new SurrealDb({ client: each }).version()).toEqual({ engine: told, tested: true });
  // Overhearing has left the session as it was.
  const transaction = await session.beginTransaction();
  expect(await transaction.query("RETURN 1").collect()).toEqual([1]);
  await transaction.cancel();
});
