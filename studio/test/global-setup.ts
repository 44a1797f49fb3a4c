/** One database of 100,000 runs and one server for all tests of the studio. */
import type { TestProject } from "vitest/node";

import { startOffice } from "./start-office.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the studio's server is. */
    server: string;
  }
}

/** Runs in the list, beside those of the morning. */
const seededRuns = 100_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startOffice(Number(process.env["STUDIO_RUNS"] ?? seededRuns));
  project.provide("server", url);
  return close;
}
