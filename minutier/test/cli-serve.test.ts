import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { findServer } from "../src/cli/running-server.ts";
import { temporaryFolder } from "./backends.ts";
import {
  jsonLines,
  minutier,
  newFolder,
  printed,
  served,
  startCommand,
  startRun,
  startServe,
  urlOf,
} from "./cli-fixture.ts";
import { startFixture, nextLine } from "./run-fixture.ts";
import { send, until } from "./server-fixture.ts";

const key = "a-key-of-more-than-16-characters";

function envOf(folder: string): Record<string, string> {
  return { TEST_DB: `rocksdb://${folder}` };
}

describe("serve", () => {
  test("serves what a module exports, says where, and ends in order", async () => {
    const folder = await newFolder();
    const { command, url } = await startServe([served], { env: envOf(folder) });
    expect(await command.lines.find("Workflows")).toBe("Workflows half, fail, ask, slow, closed");
    expect(command.lines.all.join("\n")).toContain(folder);
    expect(await startRun(url, "half")).toMatchObject({ status: "COMPLETED", content: "Of What of 21?" });
    expect(await command.end("SIGINT")).toBe(0);
    await expect(stat(join(folder, "minutier-server.json"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(jsonLines(await printed(["runs", "list", "--db", folder, "--json"]))).toMatchObject([
      { workflow_name: "half", status: "success" },
    ]);
  });

  test("serves the record alone without a module, as JSON when asked, and logs requests without their queries", async () => {
    const folder = await newFolder();
    const command = startCommand(["serve", "--db", folder, "--port", "0", "--json", "--verbose"]);
    const { url, pid, workflows } = JSON.parse(await command.lines.find("{")) as Record<string, unknown>;
    expect([pid, workflows]).toEqual([command.process.pid, []]);
    expect((await send(`${url}/runs?metadata.name=secret`)).status).toBe(200);
    expect((await send(`${url}/nothing`)).status).toBe(404);
    await until(() => command.stderr.includes("/nothing"));
    expect(command.stderr).toMatch(/GET \/runs 200 \d+ ms/);
    expect(command.stderr).toMatch(/GET \/nothing 404/);
    expect(command.stderr).not.toContain("secret");
    expect(await command.end("SIGTERM")).toBe(0);
  });

  test("ends at once at the second signal, while a run holds it up", async () => {
    const { command, url } = await startServe([served], { env: envOf(await newFolder()) });
    expect(await startRun(url, "slow", { background: true })).toMatchObject({ status: "RUNNING" });
    command.process.kill("SIGINT");
    await until(() => command.stderr.includes("Stopping"));
    // As npx does with the same Ctrl-C.
    command.process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 700));
    const began = Date.now();
    expect(await command.end("SIGINT")).toBe(130);
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test("goes on with the runs of a process that was killed, unless told not to", async () => {
    const folder = await newFolder();
    const first = await startServe([served], { env: envOf(folder) });
    const { run_id: runId } = await startRun(first.url, "slow", { background: true });
    await first.command.end("SIGKILL");
    const env = { ...envOf(folder), TEST_SLOW_MS: "10" };
    const idle = await startServe([served, "--no-recovery"], { env });
    expect(await (await send(`${idle.url}/runs/stale`)).json()).toMatchObject({ runs: [{ id: runId }] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await (await send(`${idle.url}/runs/stale`)).json()).toMatchObject({ runs: [{ id: runId }] });
    await idle.command.end("SIGINT");
    const busy = await startServe([served], { env });
    await until(() => busy.command.stderr.includes("ended"));
    expect(await (await send(`${busy.url}/runs/${runId as string}`)).json()).toMatchObject({ status: "success" });
  });

  test("asks for its key from the environment, which is never shown, and admits commands of this machine by its own", async () => {
    const folder = await newFolder();
    const { command, url } = await startServe([served, "--host", "0.0.0.0", "--verbose"], {
      env: { ...envOf(folder), MINUTIER_KEY: key },
    });
    const local = url.replace("0.0.0.0", "127.0.0.1");
    expect((await send(`${local}/runs`)).status).toBe(401);
    expect((await send(`${local}/runs`, { key: "wrong-key-of-many-characters" })).status).toBe(401);
    expect((await send(`${local}/runs`, { key })).status).toBe(200);

    const file = join(folder, "minutier-server.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const found = JSON.parse(await readFile(file, "utf8")) as { key: string; url: string };
    expect(found.url).toBe(local);
    expect(found.key).not.toBe(key);
    expect((await send(`${local}/runs`, { key: found.key })).status).toBe(200);
    // As a proxy in front of it would send what comes from elsewhere.
    const forwarded = { key: found.key, headers: { "x-forwarded-for": "203.0.113.9" } };
    expect((await send(`${local}/runs`, forwarded)).status).toBe(401);

    const { stderr } = await minutier(["runs", "list", "--db", folder]);
    expect(stderr).toContain(local);
    expect((await minutier(["runs", "list", "--server", local])).stderr).toContain("MINUTIER_KEY");
    expect((await minutier(["runs", "list", "--server", local], { env: { MINUTIER_KEY: key } })).code).toBe(0);
    const shown = command.lines.all.join("\n") + command.stderr + stderr;
    expect(shown).not.toContain(key);
    expect(shown).not.toContain(found.key);
  });
});

describe("serve refuses", () => {
  const wrong = async (args: string[], env: Record<string, string> = {}): Promise<[number | null, string]> => {
    const { code, stderr, stdout } = await minutier(["serve", ...args], { env });
    expect(stdout).toBe("");
    return [code, stderr];
  };

  test("a port in use, and gives the database back", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo;
    const folder = await newFolder();
    expect(await wrong(["--db", folder, "--port", String(port)])).toEqual([
      1,
      expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`),
    ]);
    holder.close();
    expect((await minutier(["runs", "list", "--db", folder])).code).toBe(0);
  });

  test("what is no module of definitions", async () => {
    const folder = await temporaryFolder();
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const index = JSON.stringify(new URL("../src/index.ts", import.meta.url).href);
    expect(await wrong([join(folder, "none.ts")])).toEqual([2, expect.stringContaining("There is no file")]);
    expect(await wrong([folder])).toEqual([2, expect.stringContaining("There is no file")]);
    expect(await wrong([await file("empty.mjs", "export const x = 1;")])).toEqual([
      1,
      expect.stringContaining("exports none of agents, teams, workflows"),
    ]);
    expect(await wrong([await file("syntax.mjs", "export const x = ;")])).toEqual([
      1,
      expect.stringContaining("could not be loaded"),
    ]);
    expect(await wrong([await file("throws.mjs", "throw new Error('no\\u001b[2J key');")])).toEqual([
      1,
      expect.stringContaining("no\\u001b[2J key"),
    ]);
    expect(await wrong([await file("object.mjs", "export const agents = {};")])).toEqual([
      1,
      expect.stringContaining("other than an array"),
    ]);
    expect(await wrong([await file("entry.mjs", "export const agents = [1];")])).toEqual([
      1,
      expect.stringContaining("entry 0 that is no Agent"),
    ]);
    expect(
      await wrong([await file("copy.mjs", "class Workflow {} export const workflows = [new Workflow()];")]),
    ).toEqual([1, expect.stringContaining("another copy of minutier")]);
    const two = `import { SurrealDb, step, Workflow } from ${index};
      const of = (name, db) => new Workflow({ name, db, steps: [step("s", () => 1)] });
      export const workflows = [of("a", new SurrealDb({ url: "mem://" })), of("b", new SurrealDb({ url: "mem://" }))];`;
    expect(await wrong([await file("two.mjs", two)])).toEqual([
      1,
      expect.stringContaining('"b" has another db than the workflow "a"'),
    ]);
    const none = `import { step, Workflow } from ${index};
      export const workflows = [new Workflow({ name: "a", steps: [step("s", () => 1)] })];`;
    expect(await wrong([await file("without.mjs", none)])).toEqual([1, expect.stringContaining("has no db")]);
    const own = await wrong([served, "--db", folder], { TEST_DB: "mem://" });
    expect(own).toEqual([2, expect.stringContaining("brings its own database")]);
  });

  test("the network without a key, a weak key, and addresses of others", async () => {
    const folder = await newFolder();
    expect(await wrong(["--db", folder, "--host", "0.0.0.0"])).toEqual([2, expect.stringContaining("MINUTIER_KEY")]);
    expect(await wrong(["--db", folder], { MINUTIER_KEY: "short" })).toEqual([2, expect.stringMatching(/16/)]);
    expect(await wrong(["--db", folder, "--key", `${"k".repeat(20)}é`])).toEqual([
      2,
      expect.stringContaining("characters"),
    ]);
    const away = await wrong(["--db", folder, "--host", "203.0.113.9", "--key", key]);
    expect(away).toEqual([1, expect.stringContaining("has no address")]);
    expect(await wrong(["--db", "surrealkv://x"])).toEqual([1, expect.stringContaining("rocksdb://")]);
    expect(await wrong(["--db", folder, "--port", "99999"])).toEqual([2, expect.stringContaining("65535")]);
  });

  test("a database that is served already, also of two that start at once", async () => {
    const folder = await newFolder();
    const commands = [1, 2].map(() => startCommand(["serve", "--db", folder, "--port", "0"]));
    const first = await Promise.any(commands.map(async (command) => ({ command, url: await urlOf(command) })));
    const loser = commands.find((command) => command !== first.command);
    expect(await loser?.end()).toBe(1);
    expect(loser?.stderr).toMatch(/open in another process|is served already/);
    const [code, stderr] = await wrong(["--db", folder]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`is served already at ${first.url}`)]);
    expect((await minutier(["runs", "list", "--db", folder])).stderr).toContain(first.url);
  });
});

describe("the file of a running server", () => {
  test("is passed over when its server was killed, when its pid is another program's, and when it is garbage", async () => {
    const folder = await newFolder();
    const { command } = await startServe([served], { env: envOf(folder) });
    const file = join(folder, "minutier-server.json");
    await command.end("SIGKILL");
    const left = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    expect(await minutier(["runs", "list", "--db", folder])).toMatchObject({ code: 0, stderr: "No runs.\n" });

    // The pid is alive and another program's; so is the address, perhaps.
    const { url } = await startServe(["--db", await newFolder()]);
    const strangers = [
      { ...left, pid: process.pid },
      { ...left, pid: process.pid, url },
    ].map((found) => JSON.stringify(found));
    const garbage = ["", "{", "null", "[]", "{}", '{"kind":"minutier-server","pid":"1"}', '"\\u0000"'];
    for (const text of [...strangers, ...garbage]) {
      await writeFile(file, text);
      expect(await findServer(folder)).toBeUndefined();
    }
    expect(await minutier(["runs", "list", "--db", folder])).toMatchObject({ code: 0, stderr: "No runs.\n" });
    // And a server writes its own over it.
    const again = await startServe(["--db", folder]);
    expect((await minutier(["runs", "list", "--db", folder])).stderr).toContain(again.url);
  });

  test("says of another program's lock how to go on", async () => {
    const folder = await newFolder();
    const holder = startFixture("hold-database", [`rocksdb://${folder}`]);
    await nextLine(holder, "OPEN");
    const { code, stderr, stdout } = await minutier(["runs", "list", "--db", folder]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/open in another program.*--server/);
    const doctor = await minutier(["doctor", "--db", folder]);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining("open in another program")]);
  });

  test("names the namespace and database that are served", async () => {
    const folder = await newFolder();
    await startServe(["--db", folder, "--namespace", "office", "--database", "deeds"]);
    expect((await minutier(["runs", "list", "--db", folder])).code).toBe(0);
    expect((await minutier(["runs", "list", "--db", folder, "--database", "deeds"])).code).toBe(0);
    const other = await minutier(["runs", "list", "--db", folder, "--database", "others"]);
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('"deeds"')]);
  });
});
