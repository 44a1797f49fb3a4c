/**
 * The README's excerpt of `npm start`. Run this file to write it anew: `npm run node -- docs/test/start-excerpt.ts`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { read, root } from "./code-blocks.ts";

const markers = /(<!-- npm start -->\n```text\n)([\s\S]*?)(\n```\n<!-- \/npm start -->)/;

/** The excerpt as the README has it. */
export function excerptInReadme(): string {
  return markers.exec(read("README.md"))?.[2] ?? "";
}

/** The excerpt of a run of now. */
export function excerptOfRun(): string {
  const folder = mkdtempSync(join(tmpdir(), "minutier-start-"));
  const args = [join(root, "etude", "dist", "cli.js"), "--langue", "fr", "--db", join(folder, "db")];
  const output = execFileSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  rmSync(folder, { recursive: true, force: true });
  return excerptOf(output);
}

/** What is the same in every run: ids, times and durations are left out. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "<id>")
    .replaceAll(/\bdossier:[0-9a-f]+/g, "dossier:<id>")
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "<time>")
    .replaceAll(/│ (?:\d+|ms) +│$/gm, "│ <ms> │")
    .replaceAll(/─+/g, "─");
}

/** The first alerts, what they come to, and the first tables. */
function excerptOf(output: string): string {
  const lines = output.trimEnd().split("\n");
  const items = lines.flatMap((line, index) => (/^ {2}[CV]\d\d /.test(line) ? [index] : []));
  const title = lines.findIndex((line) => line.startsWith("SELECT * FROM workflow_runs"));
  const summary = lines.findLast((line, index) => index < title - 2 && /\d+ alerte/.test(line));
  const tables = lines.slice(title, lines.findIndex((line) => line.startsWith("SELECT agent_name")) - 1);
  return [...lines.slice(0, items[2]), "  …", "", summary, "", ...tables].join("\n");
}

if (process.argv[1] === import.meta.filename) {
  const excerpt = excerptOfRun();
  writeFileSync(
    join(root, "README.md"),
    read("README.md").replace(markers, (_, before: string, __, after: string) => before + excerpt + after),
  );
}
