/** The error of a promise that must fail. */
import { expect } from "vitest";

import { type MinutierError, RunError } from "../src/errors.ts";

export async function failureOf(work: Promise<unknown>): Promise<MinutierError & { runId: string; output?: unknown }> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error, "it should have failed").toBeInstanceOf(Error);
  return error as MinutierError & { runId: string };
}

/** The error of a run that must fail. */
export async function runFailureOf(work: Promise<unknown>): Promise<RunError> {
  const error: unknown = await failureOf(work);
  expect(error).toBeInstanceOf(RunError);
  return error as RunError;
}
