/** The time of a run that its client waits for. */
import { HttpError } from "./http-error.ts";
import type { ServerSettings } from "./server-options.ts";

/** What ends such a run. */
export interface RunTime {
  /** Aborts with the controller, or when the time is over. */
  signal: AbortSignal;
  /** Throws 504 when the time was over: the run is on record as ended by it, which is not what its client asked for. */
  check(): void;
}

/** A background run has no such time. */
export function runTime(controller: AbortController, limits: ServerSettings["limits"], isBackground: boolean): RunTime {
  if (isBackground) return { signal: controller.signal, check: () => undefined };
  const { runTimeoutMs } = limits;
  const over = AbortSignal.timeout(runTimeoutMs);
  return {
    signal: AbortSignal.any([controller.signal, over]),
    check: () => {
      if (over.aborted)
        throw new HttpError(504, `The run was ended after ${runTimeoutMs} ms. Start longer ones with "background".`);
    },
  };
}
