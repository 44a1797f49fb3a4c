import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { defineConfig } from "vitest/config";

/** The library's tests; where they are narrowed to one backend, those that have any. */
function testsOfTheLibrary(): string[] {
  if (process.env["MINUTIER_TEST_BACKEND"] === undefined) return ["test/**/*.test.ts"];
  const library = join(import.meta.dirname, "minutier");
  return globSync("test/**/*.test.ts", { cwd: library }).filter((file) =>
    /"\.\.?\/(backends|server-process|surreal-server)\.ts"/.test(readFileSync(join(library, file), "utf8")),
  );
}

// The suites start real engines and processes: on two cores, more workers than that only wait for each other.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A database of 100,000 runs takes a while to close.
    teardownTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "minutier",
          root: "minutier",
          include: testsOfTheLibrary(),
          globalSetup: join(import.meta.dirname, "minutier", "test", "global-setup.ts"),
          setupFiles: join(import.meta.dirname, "minutier", "test", "fixed-prototypes.ts"),
        },
      },
      { extends: true, test: { name: "etude", root: "etude", include: ["test/**/*.test.ts"] } },
      // One browser and one database of 100,000 runs for all of its files.
      {
        extends: true,
        test: {
          name: "studio",
          root: "studio",
          include: ["test/**/*.test.ts"],
          globalSetup: join(import.meta.dirname, "studio", "test", "global-setup.ts"),
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: { name: "docs", root: ".", include: ["docs/test/**/*.test.ts", "scripts/test/**/*.test.ts"] },
      },
    ],
  },
});
