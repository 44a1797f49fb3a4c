/** The package as npm users get it: packed, looked at, installed in an empty folder, and run there. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "node_modules", ".bin");
const run = promisify(execFile);
/** The Node that the tests run on, before any other; npm is the machine's own. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}` };

let folder: string;
let tarball: string;
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "minutier-package-"));
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: join(root, "minutier"),
    env,
  });
  const [{ filename, files: listed }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, filename);
  files = listed.map(({ path }) => path);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the package holds what it needs and nothing else", async () => {
  expect(files.filter((file) => !/^dist\/[\w/-]+(\.d)?\.[jt]s$|^dist\/studio\//.test(file)).toSorted()).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  expect(files).toContain("dist/cli/main.js");
  expect(files.filter((file) => /test\.|fixture|\.env|\.map$|tsbuildinfo/.test(file))).toEqual([]);
});

test("publint and are-the-types-wrong find nothing", async () => {
  await run(join(bin, "publint"), ["run", tarball, "--strict"], { env });
  await run(join(bin, "attw"), [tarball, "--profile", "esm-only"], { env });
});

test("npx minutier serve works in an empty folder", { timeout: 240_000 }, async () => {
  const project = join(folder, "project");
  await mkdir(join(project, "examples"), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "office", private: true, type: "module" }));
  await copyFile(join(root, "examples", "quickstart.ts"), join(project, "examples", "quickstart.ts"));
  const { dependencies } = JSON.parse(await readFile(join(root, "examples", "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const its = ["ai", "zod"].map((name) => `${name}@${dependencies[name]}`);
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", ...quiet, tarball, ...its], { cwd: project, env });

  const child = spawn("npx", ["--no-install", "minutier", "serve", "examples/quickstart.ts", "--port", "0", "--json"], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  let pid: number | undefined;
  try {
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      const served = JSON.parse(line) as { url: string; pid: number; agents: string[]; workflows: string[] };
      expect([served.agents, served.workflows]).toEqual([["clerk"], ["check_sale"]]);
      ({ url, pid } = served);
      break;
    }
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });
    const started = await fetch(`${url}/workflows/check_sale/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: { lot: "9 412 305", seller: "Ana" }, stream: false }),
    });
    expect(await started.json()).toMatchObject({ status: "COMPLETED", content: { sellerOwns: true } });
    expect(await (await fetch(`${url}/runs`)).json()).toMatchObject({ runs: [{ workflow_name: "check_sale" }] });
  } finally {
    // The server itself: the shell between would die of the signal, whatever the server says.
    if (pid === undefined) child.kill("SIGKILL");
    else process.kill(pid, "SIGINT");
  }
  expect((await ended)[0]).toBe(0);
});
