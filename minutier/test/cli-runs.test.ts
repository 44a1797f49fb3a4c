import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { SurrealDb } from "../src/index.ts";
import { sharedServer, temporaryFolder } from "./backends.ts";
import {
  RunningCommand,
  urlOf,
  jsonLines,
  minutier,
  newFolder,
  printed,
  served,
  startCommand,
  startRun,
  startServe,
} from "./cli-fixture.ts";
import { until } from "./server-fixture.ts";

type Row = Record<string, unknown>;

/** A database with runs of every state, that no process has open. */
async function recordedFolder(): Promise<string> {
  const folder = await newFolder();
  const command = new RunningCommand(["serve", served, "--port", "0"], { env: { TEST_DB: `rocksdb://${folder}` } });
  const url = await urlOf(command);
  await startRun(url, "half", {
    metadata: { dossier_id: "dossier:a", evil: "\u001b]0;title\u0007" },
    session_id: "s1",
  });
  await startRun(url, "half", { metadata: { dossier_id: "dossier:b", pages: 3 }, session_id: "s1" });
  await startRun(url, "fail", { metadata: { dossier_id: "dossier:a" } });
  await startRun(url, "ask");
  await startRun(url, "closed", { background: true });
  await command.end("SIGKILL");
  return folder;
}

/** The commands' options that reach a database in each way. */
const ways = [
  ["in its own process", async (folder: string) => ["--db", folder]],
  [
    "through a server that has the database open",
    async (folder: string) => {
      await startServe(["--db", folder]);
      return ["--db", folder];
    },
  ],
  ["through a server's address", async (folder: string) => ["--server", (await startServe(["--db", folder])).url]],
] as const;

describe.each(ways)("%s", (_, reach) => {
  let folder: string;
  beforeAll(async () => {
    folder = await recordedFolder();
  });

  test("commands look at runs", { timeout: 120_000 }, async () => {
    const where = await reach(folder);
    const list = async (...args: string[]): Promise<Row[]> =>
      jsonLines(await printed(["runs", "list", ...where, "--json", ...args]));
    expect((await list()).map((run) => run["workflow_name"])).toEqual(["closed", "ask", "fail", "half", "half"]);
    expect(await list("--limit", "2")).toHaveLength(2);
    expect(await list("--metadata", "dossier_id=dossier:a", "--workflow", "half")).toMatchObject([
      { metadata: { dossier_id: "dossier:a" } },
    ]);
    expect(await list("--metadata", "pages=3", "--since", "1h", "--until", "0s")).toHaveLength(1);
    expect(await list("--status", "waiting")).toMatchObject([{ workflow_name: "ask" }]);
    expect(await list("--session", "s1")).toHaveLength(2);
    expect(await list("--until", "1h", "--user", "nobody", "--nested")).toEqual([]);

    const table = await printed(["runs", "list", ...where]);
    expect(table).toMatch(/^ID +WORKFLOW +STATUS +STARTED +TIME +METADATA\n/);
    expect(table).toContain("waiting");
    expect(table).toContain("evil=\\u001b]0;title\\u0007");
    expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);

    const [failed] = await list("--status", "error");
    const id = String(failed?.["id"]);
    const shown = await printed(["runs", "show", id, ...where]);
    expect(shown).toContain("no page \\u001b[31m3");
    expect(shown).toMatch(/break +function +error/);
    expect(JSON.parse(await printed(["runs", "show", id, ...where, "--json"]))).toMatchObject({
      id,
      steps: [{ path: "break" }],
      input: 42,
    });
    const missing = await minutier(["runs", "show", "NONE", ...where]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toContain("There is no run of this id.");

    const stats = JSON.parse(await printed(["runs", "stats", ...where, "--json"])) as { workflows: Row[] };
    expect(stats.workflows).toContainEqual(
      expect.objectContaining({ workflow_name: "half", executions: 2, successes: 2 }),
    );
    expect(await printed(["runs", "stats", ...where])).toMatch(/half +2 +2 +0 +0 +100\.0 %/);
  });

  test("commands look at sessions and at the whole", { timeout: 120_000 }, async () => {
    const where = await reach(folder);
    const sessions = jsonLines(await printed(["sessions", "list", ...where, "--json"]));
    expect(sessions).toContainEqual(
      expect.objectContaining({ session_id: "s1", session_type: "agent", agent_id: "clerk" }),
    );
    expect(await printed(["sessions", "list", ...where, "--type", "agent", "--name", "clerk"])).toMatch(
      /s1 +agent +clerk/,
    );
    expect(await printed(["sessions", "show", "s1", ...where, "--type", "agent"])).toMatch(
      /user .*\nWhat of 21\?\nassistant\nOf What of 21\?\n/,
    );
    expect(
      JSON.parse(await printed(["sessions", "show", "s1", ...where, "--type", "workflow", "--json"])),
    ).toMatchObject({
      workflow_id: "half",
      runs: [{ status: "COMPLETED" }, { status: "COMPLETED" }],
    });
    expect((await minutier(["sessions", "show", "none", ...where])).code).toBe(1);

    const doctor = await minutier(["doctor", ...where]);
    expect([doctor.code, doctor.stderr.replace(/^Asking.*\n/, "")]).toEqual([0, ""]);
    expect(doctor.stdout).toMatch(/✓ engine SurrealDB 3\.0\.2/);
    expect(doctor.stdout).toMatch(/! stale runs warning 1 whose process died/);
  });

  test("commands export, cancel and purge", { timeout: 120_000 }, async () => {
    const where = await reach(folder);
    const lines = jsonLines(await printed(["runs", "export", ...where, "--workflow", "half"]));
    expect(lines).toMatchObject([
      {
        metadata: { dossier_id: "dossier:a" },
        input: 42,
        output: "Of What of 21?",
        steps: [{ path: "halve" }, { path: "ask" }],
      },
      { metadata: { dossier_id: "dossier:b" } },
    ]);
    const [waiting] = jsonLines(await printed(["runs", "list", ...where, "--status", "waiting", "--json"]));
    const id = String(waiting?.["id"]);
    expect(JSON.parse(await printed(["runs", "cancel", id, ...where, "--json"]))).toMatchObject({
      error_code: "cancelled",
    });
    const [ended] = jsonLines(await printed(["runs", "list", ...where, "--status", "success", "--json"]));
    const late = await minutier(["runs", "cancel", String(ended?.["id"]), ...where]);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("had ended with success")]);

    const filter = ["--metadata", "dossier_id=dossier:a"];
    const counted = JSON.parse(await printed(["runs", "purge", ...where, ...filter, "--dry-run", "--json"])) as Row;
    expect(counted).toMatchObject({ dry_run: true, deleted: { workflow_runs: 2 }, kept: 0 });
    const unsaid = await minutier(["runs", "purge", ...where, ...filter]);
    expect([unsaid.code, unsaid.stderr]).toEqual([2, expect.stringContaining("Add --yes")]);
    expect(unsaid.stdout).toContain("WOULD BE DELETED");
    expect(JSON.parse(await printed(["runs", "purge", ...where, ...filter, "--yes", "--json"]))).toMatchObject({
      dry_run: false,
      deleted: counted["deleted"],
    });
    expect(await printed(["runs", "list", ...where, ...filter])).toBe("");
    expect(await printed(["runs", "purge", ...where, "--before", "0s", "--status", "success", "--yes"])).toMatch(
      /workflow_runs +1\n/,
    );
    expect((await minutier(["runs", "purge", ...where, "--yes"])).code).toBe(2);
    expect((await minutier(["runs", "purge", ...where, "--before", "yesterday", "--yes"])).code).toBe(2);
  });
});

describe("runs whose process died", () => {
  test("go on by a module's definitions, one or all, or are closed as their workflow says", async () => {
    const folder = await newFolder();
    const env = { TEST_DB: `rocksdb://${folder}`, TEST_SLOW_MS: "10" };
    const dead = await startServe([served], { env: { ...env, TEST_SLOW_MS: "60000" } });
    const ids: string[] = [];
    for (const workflow of ["slow", "slow", "closed"])
      ids.push(String((await startRun(dead.url, workflow, { background: true }))["run_id"]));
    await dead.command.end("SIGKILL");

    const [one = ""] = ids;
    const without = await minutier(["runs", "recover", "--db", folder]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("--file")]);
    const both = await minutier(["runs", "resume", one, "--file", served, "--db", folder], { env });
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("Leave --db out")]);
    const resumed = await printed(["runs", "resume", one, "--file", served, "--json"], { env });
    expect(JSON.parse(resumed)).toMatchObject({ id: one, status: "success", resumed: 1 });
    const again = await minutier(["runs", "resume", one, "--file", served], { env });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("has ended with success")]);
    const events = jsonLines(await printed(["runs", "recover", "--file", served, "--json"], { env }));
    expect(events.at(-1)).toMatchObject({ event: "RecoveryCompleted", resumed: 1, interrupted: 1, left: 0 });
    const list = jsonLines(await printed(["runs", "list", "--db", folder, "--json"]));
    expect(list.map((run) => [run["workflow_name"], run["status"], run["error_code"]])).toEqual([
      ["closed", "error", "interrupted"],
      ["slow", "success", undefined],
      ["slow", "success", undefined],
    ]);
  });

  test("go on in a server that has their definitions, and are told of where nobody has", async () => {
    const folder = await newFolder();
    const env = { TEST_DB: `rocksdb://${folder}`, TEST_SLOW_MS: "10" };
    const dead = await startServe([served], { env: { ...env, TEST_SLOW_MS: "60000" } });
    const { run_id: id } = await startRun(dead.url, "slow", { background: true });
    await dead.command.end("SIGKILL");

    const alone = await startServe(["--db", folder]);
    const left = await minutier(["runs", "recover", "--db", folder]);
    expect([left.code, left.stdout]).toEqual([1, expect.stringContaining('no workflow "slow" here')]);
    expect((await minutier(["runs", "resume", String(id), "--db", folder])).code).toBe(1);
    await alone.command.end("SIGINT");
    await startServe([served, "--no-recovery"], { env });
    expect(await printed(["runs", "recover", "--db", folder])).toMatch(/goes on slow .*\nsuccess slow/);
  });

  test("are left to others when the command is interrupted", async () => {
    const folder = await newFolder();
    const env = { TEST_DB: `rocksdb://${folder}` };
    const dead = await startServe([served], { env });
    const { run_id: id } = await startRun(dead.url, "slow", { background: true });
    await dead.command.end("SIGKILL");
    const recovering = startCommand(["runs", "recover", "--file", served], { env });
    await recovering.lines.find("goes on");
    expect(await recovering.end("SIGINT")).toBe(1);
    const ended = await printed(["runs", "resume", String(id), "--file", served, "--json"], {
      env: { ...env, TEST_SLOW_MS: "10" },
    });
    expect(JSON.parse(ended)).toMatchObject({ status: "success" });
  });
});

test("watch tells changes until Ctrl-C, of one workflow or metadata, and refuses what nobody else can change", async () => {
  const folder = await newFolder();
  const { command, url } = await startServe([served], { env: { TEST_DB: `rocksdb://${folder}` } });
  const all = startCommand(["runs", "watch", "--db", folder, "--json"]);
  const some = startCommand([
    "runs",
    "watch",
    "--server",
    url,
    "--metadata",
    "dossier_id=dossier:a",
    "--workflow",
    "half",
  ]);
  await until(() => all.stderr.includes("Watching") && some.stderr.includes("Watching"));
  await startRun(url, "fail");
  await startRun(url, "half", { metadata: { dossier_id: "dossier:a" } });
  await until(() => some.lines.all.some((line) => line.includes("success half")) && all.lines.all.length >= 4);
  expect(some.lines.all.every((line) => line.includes("half"))).toBe(true);
  const changes = all.lines.all.map((line) => JSON.parse(line) as { action: string; run: Row });
  expect(changes.map(({ run }) => [run["workflow_name"], run["status"]])).toEqual([
    ["fail", "running"],
    ["fail", "error"],
    ["half", "running"],
    ["half", "success"],
  ]);
  expect(await all.end("SIGINT")).toBe(0);
  await command.end("SIGINT");
  expect(await some.end()).toBe(1);
  expect(some.stderr).toMatch(/minutier: The (server ended the watch|answer broke off)/);
  const nobody = await minutier(["runs", "watch", "--db", folder]);
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("minutier serve")]);
});

test("a SurrealDB server is reached by its url, with the password from the environment alone", async () => {
  const { url } = await sharedServer();
  const db = new SurrealDb({ url, auth: { username: "root", password: "root" }, namespace: "cli", database: "one" });
  await db.query("RETURN 1");
  await db.close();
  const where = ["--db", url, "--namespace", "cli", "--database", "one", "--username", "root"];
  expect(await minutier(["runs", "list", ...where], { env: { MINUTIER_PASSWORD: "root" } })).toMatchObject({
    code: 0,
    stderr: "No runs.\n",
  });
  expect((await minutier(["runs", "list", ...where])).code).toBe(2);
  const wrong = await minutier(["runs", "list", ...where], { env: { MINUTIER_PASSWORD: "wr0ng" } });
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("refused the sign-in")]);
  expect(wrong.stderr).not.toContain("wr0ng");
});

describe("a database that is not there", () => {
  test("is not created by looking for it", async () => {
    const folder = await newFolder();
    for (const command of [["runs", "list"], ["runs", "stats"], ["sessions", "list"], ["doctor"]]) {
      const { code, stdout, stderr } = await minutier([...command, "--db", folder]);
      expect([command, code, `${stdout}${stderr}`]).toEqual([
        command,
        1,
        expect.stringContaining(`There is no database ${folder}`),
      ]);
    }
    await expect(readFile(folder)).rejects.toMatchObject({ code: "ENOENT" });
    const empty = await temporaryFolder();
    expect((await minutier(["runs", "list"], { env: { MINUTIER_DB: empty } })).stderr).toContain("holds no database");
    expect((await minutier(["runs", "list"], { cwd: empty })).stderr).toContain(join(empty, ".minutier"));
    await writeFile(join(empty, "file"), "");
    expect((await minutier(["runs", "list", "--db", join(empty, "file")])).code).toBe(1);
  });

  test("is an empty one when it was just made", async () => {
    const folder = join(await temporaryFolder(), "dossier é 100%");
    const { command } = await startServe(["--db", folder]);
    await command.end("SIGINT");
    expect(await minutier(["runs", "list", "--db", folder])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "No runs.\n",
    });
    expect(await printed(["runs", "list", "--db", folder, "--json"])).toBe("");
    expect(await printed(["runs", "export", "--db", folder])).toBe("");
    expect(await minutier(["sessions", "list", "--db", folder])).toMatchObject({ code: 0, stderr: "No sessions.\n" });
    expect(await minutier(["runs", "purge", "--db", folder, "--before", "1d", "--yes"])).toMatchObject({
      code: 0,
      stderr: "No ended run fits.\n",
    });
    expect(await printed(["doctor", "--db", folder])).toMatch(/✓ tables/);
  });
});
