/** What somebody types as a database: a folder, a url, or an address without its scheme. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { readDatabaseArguments, SurrealDb } from "../src/index.ts";
import { temporaryFolder } from "./backends.ts";

test.each(["ws://office:8000", "wss://10.0.0.1", "http://localhost:8000/rpc", "mem://", "rocksdb:///var/lib/office"])(
  "%s is a url",
  (db) => {
    expect(readDatabaseArguments({ db })).toEqual({ url: db });
  },
);

test.each(["office", "./office", "/var/lib/office", "of fice", "100%", "~office"])("%s is a folder", (db) => {
  expect(readDatabaseArguments({ db })).toEqual({ url: `rocksdb://${resolve(db).replaceAll("%", "%25")}` });
});

test.each(["127.0.0.1:8000", "localhost:8000", "db.office.example:8000", "surreal://127.0.0.1:8000", "my_host:1"])(
  "%s is a server's address without its scheme, which is said",
  (db) => {
    const address = db.replace("surreal://", "");
    expect(() => new SurrealDb(readDatabaseArguments({ db }))).toThrow(`ws://${address} for a server`);
  },
);

test("a folder that has a server's name is that folder", async () => {
  const folder = join(await temporaryFolder(), "127.0.0.1:8000");
  mkdirSync(folder);
  expect(readDatabaseArguments({ db: folder })).toEqual({ url: `rocksdb://${folder}` });
});

test("a user takes a password from the environment alone, and goes to the level that is named", () => {
  const before = process.env["MINUTIER_PASSWORD"];
  onTestFinished(() => {
    if (before === undefined) delete process.env["MINUTIER_PASSWORD"];
    else process.env["MINUTIER_PASSWORD"] = before;
  });
  delete process.env["MINUTIER_PASSWORD"];
  expect(() => readDatabaseArguments({ username: "u" })).toThrow("MINUTIER_PASSWORD");
  process.env["MINUTIER_PASSWORD"] = "p";
  const user = { username: "u", password: "p" };
  expect(readDatabaseArguments({ username: "u" }).auth).toEqual(user);
  const where = { username: "u", namespace: "n", database: "d" };
  expect(readDatabaseArguments({ ...where, authLevel: "namespace" }).auth).toEqual({ namespace: "n", ...user });
  expect(readDatabaseArguments({ ...where, authLevel: "database" }).auth).toEqual({
    namespace: "n",
    database: "d",
    ...user,
  });
});
