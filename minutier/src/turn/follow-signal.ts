/** Links an abort controller to a signal. */

/**
 * Aborts `controller` with the signal's reason; call what it returns when the work is done. Not `AbortSignal.any`,
 * whose listeners stay on a long-lived signal until the garbage collector comes by.
 */
export function followSignal(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return () => signal.removeEventListener("abort", abort);
}
