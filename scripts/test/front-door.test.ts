/** What the first command on a new machine relies on, for the systems that no test here runs on. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, onTestFinished, test } from "vitest";

import { packageFor, range, satisfies } from "../choose-node.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface LockedPackage {
  version?: string;
  resolved?: string;
  link?: boolean;
  integrity?: string;
  os?: string | string[];
  cpu?: string | string[];
  bin?: Record<string, string>;
  hasInstallScript?: boolean;
  optionalDependencies?: Record<string, string>;
}

const locks = ["package-lock.json", "scripts/node-from-npm/package-lock.json"].map((file) => ({
  file,
  packages: (JSON.parse(readFileSync(join(root, file), "utf8")) as { packages: Record<string, LockedPackage> })
    .packages,
}));
const [dependencies, nodes] = locks.map(({ packages }) => packages) as [
  Record<string, LockedPackage>,
  Record<string, LockedPackage>,
];

const platforms = (["linux", "darwin", "win32"] as const).flatMap((os) =>
  (["x64", "arm64"] as const).map((cpu) => ({ os, cpu })),
);

test.each([
  ["20.20.2", false],
  ["22.17.9", false],
  ["22.18.0", true],
  ["22.18.1", true],
  ["22.99.0", true],
  ["23.11.1", false],
  ["24.0.0", true],
  ["24.21.0", true],
  ["25.9.0", false],
  ["26.0.0", true],
  ["26.12.1", true],
  ["28.0.0", true],
  ["27.0.0-nightly20261129", true],
])("whether the project runs on Node %s: %s", (version, fits) => {
  expect(satisfies(version, range)).toBe(fits);
});

describe.each(platforms)("on $os $cpu", ({ os, cpu }) => {
  const isForIt = (locked: LockedPackage | undefined): boolean =>
    locked !== undefined && [locked.os].flat().includes(os) && [locked.cpu].flat().includes(cpu);

  test("npm has a Node that the project runs on, which is only unpacked", () => {
    const found = packageFor(os, cpu);
    const locked = nodes[`node_modules/${found?.name}`];
    expect(isForIt(locked)).toBe(true);
    expect(satisfies(locked?.version ?? "", range)).toBe(true);
    expect(locked?.bin).toEqual({ node: os === "win32" ? "bin/node.exe" : "bin/node" });
    expect(locked?.integrity).toMatch(/^sha512-/);
    expect(Object.keys(nodes[""]?.optionalDependencies ?? {})).toContain(found?.name);
  });

  test("each dependency that has a package for every system has one for this", () => {
    const families = Object.entries(dependencies).flatMap(([name, { optionalDependencies = {} }]) => {
      const members = Object.keys(optionalDependencies).map((member) => dependencies[`node_modules/${member}`]);
      const isFamily = members.filter((member) => member?.os !== undefined && member.cpu !== undefined).length > 2;
      return isFamily ? [{ name, members }] : [];
    });
    expect(families.length).toBeGreaterThan(5);
    expect(families.filter(({ members }) => !members.some(isForIt)).map(({ name }) => name)).toEqual([]);
  });

  test("the database engine is in its package", () => {
    const files = readdirSync(join(root, "node_modules", "@surrealdb", "node", "dist"));
    const suffix = { linux: "-gnu", darwin: "", win32: "-msvc" }[os];
    expect(files).toContain(`surrealdb-node.${os}-${cpu}${suffix}.node`);
  });
});

test.each(locks)("no package of $file needs a script to be installed", ({ packages }) => {
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  expect(scripted.map(([name]) => name)).toEqual([]);
});

test.each(locks)("$file comes from whichever registry npm is set to", ({ packages }) => {
  const addressed = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
  expect(addressed.map(([name]) => name)).toEqual([]);
});

describe("where the machine's Node does not suffice", () => {
  test("and the other can't be had, npm start says what is needed, what is there and what to do", () => {
    const { status, stdout, stderr } = startElsewhere((text) => text, { npm_config_registry: "http://127.0.0.1:9" });
    expect(stderr).toContain(`The project needs Node ^99.0.0, and this machine has ${process.versions.node}`);
    expect(stderr).toMatch(/Node \d+\.\d+\.\d+ \(npm's package node-[\w-]+\) could not be installed\. Install Node 24/);
    expect([status, stdout]).toEqual([1, ""]);
  });

  test("one that is not what the lock file says is not used", () => {
    const { status, stderr } = startElsewhere((text) => text.replaceAll(/sha512-.{8}/g, "sha512-AAAAAAAA"), {});
    expect(stderr).toContain("could not be installed");
    expect(status).toBe(1);
  });

  /** `npm start` of a copy of the scripts that needs a Node which nobody has, with no Node of npm's in its cache. */
  function startElsewhere(
    change: (lock: string) => string,
    settings: NodeJS.ProcessEnv,
  ): { status: number | null; stdout: string; stderr: string } {
    const folder = mkdtempSync(join(tmpdir(), "minutier-front-door-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(join(root, "scripts"), join(folder, "scripts"), {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    const lock = join(folder, "scripts", "node-from-npm", "package-lock.json");
    writeFileSync(lock, change(readFileSync(lock, "utf8")));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ engines: { node: "^99.0.0" } }));
    const env = { ...process.env, npm_config_cache: join(folder, "cache"), npm_config_fetch_retries: "0", ...settings };
    return spawnSync(process.execPath, [join(folder, "scripts", "run.mjs"), "start"], { encoding: "utf8", env });
  }
});
