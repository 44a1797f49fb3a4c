/** The command `etude` on a SurrealDB server, for a user who is not root. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { SurrealDb } from "minutier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { findSurreal, startSurreal, type SurrealServer } from "../../minutier/test/surreal-server.ts";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
const where = { namespace: "etude", database: "dossiers" };
const password = "mot de passe d'Anne";

let server: SurrealServer;

/** Runs the command, with a password in its environment. */
function etude(args: readonly string[], secret: string | undefined): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LANG: "fr_CA.UTF-8", NO_COLOR: undefined, FORCE_COLOR: undefined };
    const child = spawn(process.execPath, [cli, "--db", server.url, ...args], {
      env: { ...env, MINUTIER_PASSWORD: secret },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

const as = (username: string): string[] => [
  ...["--namespace", where.namespace, "--database", where.database],
  ...["--username", username, "--auth-level", "database"],
];

describe.skipIf(findSurreal() === undefined)("etude on a server", () => {
  beforeAll(async () => {
    server = await startSurreal();
    await using root = new SurrealDb({ url: server.url, auth: { username: "root", password: "root" }, ...where });
    await root.query(
      `DEFINE USER anne ON DATABASE PASSWORD "${password}" ROLES EDITOR; DEFINE USER lecteur ON DATABASE PASSWORD "${password}" ROLES VIEWER`,
    );
  });

  afterAll(() => server.kill());

  it("analyses the dossier for a user of the database, and finds its history again", async () => {
    const first = await etude(as("anne"), password);
    expect(first).toEqual({ code: 0, output: expect.stringContaining("ALERTES (13)") });
    expect(first.output).toContain("1 analyse de ce dossier");
    const second = await etude([...as("anne"), "--langue", "en"], password);
    expect(second).toEqual({ code: 0, output: expect.stringContaining("2 checklist") });
    await using root = new SurrealDb({ url: server.url, auth: { username: "root", password: "root" }, ...where });
    expect((await root.runs.latest()).map(({ status }) => status)).toEqual(["success", "success"]);
  }, 60_000);

  it.each([
    ["no user", [], undefined, 1, /demande un utilisateur.*--username.*MINUTIER_PASSWORD/],
    ["a user without a password", as("anne"), undefined, 2, /--username demande le mot de passe/],
    ["a wrong password", as("anne"), "secret trop long", 1, /n'admet pas l'utilisateur anne.*--auth-level/],
    ["a user of another level", ["--username", "anne"], password, 1, /n'admet pas l'utilisateur anne/],
    ["an unknown level", [...as("anne"), "--auth-level", "étude"], password, 2, /root, namespace, database/],
    ["a user who may only read", as("lecteur"), password, 1, /may not/],
    ["no user, in English", ["--langue", "en"], undefined, 1, /--username/],
  ])("%s is told, without the password", async (_, args, secret, code, message) => {
    const result = await etude(args, secret);
    expect(result).toEqual({ code, output: expect.stringMatching(message) });
    if (secret !== undefined) expect(result.output).not.toContain(secret);
    expect(result.output).not.toMatch(/\n\s+at /);
  });
});
