/** Servers of a test's own, with an empty database. */
import { serve, type ServeOptions } from "minutier/server";
import { openTestDatabase } from "minutier/testing";
import { afterAll } from "vitest";

const closing: (() => Promise<void>)[] = [];

afterAll(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Starts a server, which ends with the test file, and gives its address. */
export async function startServer(options: Omit<ServeOptions, "db"> = {}): Promise<string> {
  const db = await openTestDatabase();
  const server = await serve({ db, port: 0, ...options });
  closing.push(async () => {
    await server.close({ graceMs: 0 });
    await db.close();
  });
  return server.url;
}
