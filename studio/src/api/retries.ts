/** When a question to the server is asked again by itself. */
import { ApiError } from "./client.ts";

const longestDelayMs = 15_000;

/** Milliseconds to wait before the try after `failures` failures: 0.5 s, 1 s, 2 s, … */
export function delayAfter(failures: number): number {
  return Math.min(longestDelayMs, 500 * 2 ** failures);
}

/** A server that is away is asked until it is back; what it refused is not asked again. */
export function retriesOf(): {
  retry: (failures: number, error: Error) => boolean;
  retryDelay: (failures: number) => number;
} {
  return { retry: (_failures, error) => error instanceof ApiError && isAway(error), retryDelay: delayAfter };
}

/** Whether the server, or the proxy before it, could not answer at all. */
export function isAway({ status }: ApiError): boolean {
  return status === 0 || status === 502 || status === 503 || status === 504;
}
