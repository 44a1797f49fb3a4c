/** The command `etude`, as a real process. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { SurrealDb } from "minutier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeEncryptedPdf } from "./read-document-files.ts";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
const sample = fileURLToPath(new URL("../sample/", import.meta.url));

interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Json {
  items: {
    rule: string;
    status: string;
    severity: string;
    message: string;
    evidence: { document: string; page: number; quotation: string }[];
  }[];
  documents: {
    file: string;
    type: string;
    unreadable?: { reason: string; message: string };
    pages: Record<string, unknown>[];
  }[];
}

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "etude cliée "));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

function etude(...args: string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LANG: "fr_CA.UTF-8", NO_COLOR: undefined, FORCE_COLOR: undefined };
    const child = spawn(process.execPath, [cli, ...args], { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    const output: Output = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...output, code }));
  });
}

async function analyze(...args: string[]): Promise<Json> {
  const { code, stdout, stderr } = await etude(...args, "--json", "--db", "mem://");
  expect(stderr).not.toContain("etude :");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Json;
}

async function makeFolder(name: string, files: Record<string, string | Buffer>): Promise<string> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return folder;
}

const given = ["--municipalite", "Montréal", "--date", "2026-12-15"];

describe("etude", () => {
  it("without a folder analyses the sample, in French, without escape codes, and shows what is in the database", async () => {
    const { code, stdout, stderr } = await etude("--db", "mem://");
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain("\u001B");
    expect(stdout).toContain("signature prévue le 15 décembre 2026");
    expect(stdout).toContain("ALERTES (13)");
    expect(stdout).toContain("fn::run_steps(workflow_runs:");
    expect(stdout).toContain("1 analyse de ce dossier");
    expect(stderr).toContain("✓ promesse-achat.pdf 3 pages");
    const list = stdout.slice(0, stdout.indexOf("Ce qui est maintenant"));
    expect(Math.max(...list.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("--json writes nothing but JSON on standard output: the checklist, and each page's facts with their quotations", async () => {
    const { items, documents } = await analyze();
    expect(items.length).toBeGreaterThan(14);
    for (const item of items) {
      expect(Object.keys(item).toSorted()).toEqual(["evidence", "message", "rule", "severity", "status"]);
      for (const evidence of item.evidence)
        expect(Object.keys(evidence).toSorted()).toEqual(expect.arrayContaining(["document", "page", "quotation"]));
    }
    const offer = documents.find(({ file }) => file === "promesse-achat.pdf");
    expect(offer?.type).toBe("promesse_achat");
    expect(offer?.pages).toHaveLength(3);
    const quotation = expect.any(String) as string;
    expect(offer?.pages[0]).toMatchObject({
      page: 1,
      amounts: expect.arrayContaining([expect.objectContaining({ cents: 72_500_000, quotation })]) as unknown,
      dates: expect.arrayContaining([expect.objectContaining({ date: "2026-11-10", quotation })]) as unknown,
      lots: [expect.objectContaining({ lot: "9412305", quotation })],
      postal_codes: expect.arrayContaining([expect.objectContaining({ postal_code: "H2K 4Z1", quotation })]) as unknown,
      parties: expect.arrayContaining([{ name: "Sofia Abelhauzer", role: "acheteur", quotation }]) as unknown,
    });
  });

  it("--date and --municipalite win over dossier.json", async () => {
    const { items } = await analyze(`${sample}vente-conforme`, "--date", "2034-01-04", "--municipalite", "Québec");
    expect(items.find(({ rule }) => rule === "V08")).toMatchObject({ status: "alerte" });
    expect(items.find(({ rule }) => rule === "V20")).toMatchObject({ status: "a_verifier" });
  });

  it("refuses to compute the duties of a year whose rates are not loaded, and says so", async () => {
    const { items } = await analyze(`${sample}vente-conforme`, "--date", "2027-01-11");
    const [duties] = items.filter(({ rule }) => rule === "V20");
    expect(duties?.status).toBe("a_verifier");
    expect(duties?.message).toContain("barème 2027 non chargé");
  });

  it("works in a folder whose name has accents, spaces and quotes, for files that have them too", async () => {
    const folder = join(directory, "Étude d'août (n° 2)");
    await cp(`${sample}vente-conforme`, folder, { recursive: true });
    await cp(join(folder, "promesse-achat.pdf"), join(folder, "Promesse d'achat — été.pdf"));
    await rm(join(folder, "promesse-achat.pdf"));
    const { items, documents } = await analyze(folder);
    expect(items.filter(({ status }) => status !== "conforme")).toEqual([]);
    expect(documents.map(({ file }) => file)).toContain("Promesse d'achat — été.pdf");
  });

  it("--langue en speaks English, the checklist's messages stay the notary's", async () => {
    const { stdout } = await etude("--db", "mem://", "--langue", "en");
    expect(stdout).toContain("ALERTS (13)");
    expect(stdout).toContain("Names of the parties");
    expect(stdout).toContain("Nom discordant");
  });

  it("run again on the same database shows a history of two analyses", async () => {
    const db = join(directory, "base");
    expect((await etude("--db", db)).stdout).toContain("1 analyse de ce dossier");
    const { stdout } = await etude("--db", db);
    expect(stdout).toContain("2 analyses de ce dossier");
    expect(stdout).toContain("2 checklist");
  });
});

describe("a folder with files that can't be read", () => {
  it("names each one with the reason, and analyses the others", async () => {
    const pdf = await readFile(`${sample}vente-conforme/promesse-achat.pdf`);
    const folder = await makeFolder("mauvais", {
      "promesse-achat.pdf": pdf,
      "ancien.doc": Buffer.from("d0cf11e0a1b11ae1000000000000", "hex"),
      "photo.pdf": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      "binaire.docx": Buffer.from([0, 1, 2, 3, 255, 254, 0, 9, 8]),
      "vide.pdf": "",
      "protege.pdf": makeEncryptedPdf(),
      "tronque.pdf": pdf.subarray(0, Math.floor(pdf.length / 2)),
    });
    const { items, documents } = await analyze(folder, ...given);
    const reasons = Object.fromEntries(documents.map(({ file, unreadable }) => [file, unreadable?.reason]));
    expect(reasons).toEqual({
      "ancien.doc": "unsupported",
      "binaire.docx": "unsupported",
      "photo.pdf": "unsupported",
      "promesse-achat.pdf": undefined,
      "protege.pdf": "encrypted",
      "tronque.pdf": "corrupt",
      "vide.pdf": "empty",
    });
    const named = items
      .filter(({ rule, status }) => rule === "C09" && status === "a_verifier")
      .map(({ message }) => message);
    for (const file of Object.keys(reasons).filter((name) => reasons[name] !== undefined)) {
      expect(named.some((message) => message.startsWith(file))).toBe(true);
    }
    expect(items.find(({ rule }) => rule === "V01")?.status).toBe("conforme");
    // The certificate may be one of the files that nobody could read.
    expect(items.find(({ rule }) => rule === "V07")?.status).toBe("a_verifier");
  });
});

describe("a mistake", () => {
  it.each([
    ["a folder that does not exist", ["absent"], /absent n'existe pas/],
    ["a file in place of a folder", [cli], /n'est pas un dossier/],
    ["a date that does not exist", [`${sample}vente-conforme`, "--date", "2026-02-31"], /AAAA-MM-JJ/],
    ["an unknown type", ["--type", "bail"], /vente/],
    ["a second folder", ["a", "b"], /a, b/],
  ])("%s is refused with a clear message and the code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await etude(...args, "--db", "mem://");
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("a missing municipality is asked for", async () => {
    const folder = await makeFolder("sans municipalité", { "a.txt": "PROMESSE D'ACHAT" });
    const { code, stderr } = await etude(folder, "--date", "2026-12-15", "--db", "mem://");
    expect(code).toBe(2);
    expect(stderr).toContain("--municipalite");
  });

  it("an empty folder says what to put there", async () => {
    const { code, stderr } = await etude(await makeFolder("vide", {}), ...given, "--db", "mem://");
    expect(code).toBe(2);
    expect(stderr).toContain("ne contient aucun document");
  });

  it("a dossier.json that is not JSON is named", async () => {
    const folder = await makeFolder("json", { "dossier.json": "{", "a.txt": "x" });
    const { code, stderr } = await etude(folder, "--db", "mem://");
    expect(code).toBe(2);
    expect(stderr).toContain("dossier.json n'est pas du JSON valide");
  });

  it("a database that another process holds is named, and what to do", async () => {
    const path = join(directory, "occupée");
    await using db = new SurrealDb({ url: `rocksdb://${path}` });
    await db.query("RETURN 1");
    const { code, stdout, stderr } = await etude("--db", path);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`La base de données ${path} est ouverte dans un autre programme`);
  });
});
