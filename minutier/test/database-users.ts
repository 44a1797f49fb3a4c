/** Users of every level in a database of a server, for as long as their sessions and tokens go on. */
import { readFileSync } from "node:fs";

import type { AnyAuth } from "surrealdb";

import { SurrealDb } from "../src/db/surreal-db.ts";
import { rootAuth, type TestServer } from "./backends.ts";

/** How long sessions and tokens go on, as SurrealQL has it: `{ session: "2s", token: "1h" }`. */
export interface Durations {
  session: string;
  token: string;
}

export const levels = ["root", "namespace", "database", "record", "refreshed record", "bearer"] as const;

export type Level = (typeof levels)[number];

/** A database with its tables, and somebody who may use it. */
export interface DatabaseWithUser {
  namespace: string;
  database: string;
  /** Root's own connection, without an end. */
  owner: SurrealDb;
  name: string;
  /** What the user signs in with. */
  details: AnyAuth;
  /** Of what the user runs, so that a record user may. */
  userId: string;
}

/** What docs/database.md gives to record users. */
export const recordUserPermissions: string =
  /### Record users[\s\S]*?```surql\n([\s\S]*?)```/.exec(
    readFileSync(new URL("../../docs/database.md", import.meta.url), "utf8"),
  )?.[1] ?? "";

let made = 0;

/** Makes a database and one user; close `owner`. */
export async function makeUser(server: TestServer, level: Level, durations: Durations): Promise<DatabaseWithUser> {
  const name = `u${++made}`;
  const where = { namespace: `ns_${name}`, database: "record" };
  const owner = new SurrealDb({ url: server.url, auth: rootAuth, ...where });
  await owner.createTables();
  const duration = `DURATION FOR TOKEN ${durations.token}, FOR SESSION ${durations.session}`;
  const accessDuration = `DURATION FOR GRANT 1d, FOR TOKEN ${durations.token}, FOR SESSION ${durations.session}`;
  const password = `secret of ${name}`;
  const onDatabase = { ...where, username: name, password };
  const user = { ...where, name, owner, userId: `person:${name}` };
  switch (level) {
    case "root":
      await owner.query(`DEFINE USER ${name} ON ROOT PASSWORD "${password}" ROLES OWNER ${duration}`);
      return { ...user, details: { username: name, password } };
    case "namespace":
      await owner.query(`DEFINE USER ${name} ON NAMESPACE PASSWORD "${password}" ROLES EDITOR ${duration}`);
      return { ...user, details: { namespace: where.namespace, username: name, password } };
    case "database":
      await owner.query(`DEFINE USER ${name} ON DATABASE PASSWORD "${password}" ROLES EDITOR ${duration}`);
      return { ...user, details: onDatabase };
    case "record":
    case "refreshed record": {
      const refresh = level === "record" ? duration : `WITH REFRESH ${accessDuration}`;
      await owner.query(
        `DEFINE TABLE person SCHEMALESS; CREATE person:${name} SET password = "${password}";
         DEFINE ACCESS office ON DATABASE TYPE RECORD
           SIGNIN (SELECT * FROM type::record("person", $name) WHERE password = $password) ${refresh};
         ${recordUserPermissions}`,
      );
      return { ...user, details: { ...where, access: "office", variables: { name, password } } };
    }
    case "bearer": {
      const [, , { grant }] = await owner.query<[unknown, unknown, { grant: { key: string } }]>(
        `DEFINE USER ${name} ON DATABASE PASSWORD "${password}" ROLES EDITOR;
         DEFINE ACCESS machine ON DATABASE TYPE BEARER FOR USER ${accessDuration};
         ACCESS machine ON DATABASE GRANT FOR USER ${name}`,
      );
      return { ...user, details: { ...where, access: "machine", key: grant.key } };
    }
  }
}
