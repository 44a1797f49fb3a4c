// Imports the modules named as arguments, each in an empty folder of its own, and says in JSON what each printed.
import { Console } from "node:console";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { inspect } from "node:util";

const results = [];
const folders = [];
for (const path of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), "minutier-docs-"));
  folders.push(folder);
  process.chdir(folder);
  let output = "";
  const stream = new Writable({ write: (chunk, _, done) => ((output += chunk), done()) });
  globalThis.console = new Console({ stdout: stream, stderr: stream, colorMode: false });
  try {
    await import(path);
    results.push({ output });
  } catch (error) {
    results.push({ output, error: inspect(error) });
  }
}
process.chdir(tmpdir());
for (const folder of folders) rmSync(folder, { recursive: true, force: true });
process.stdout.write(JSON.stringify(results), () => process.exit());
