/** SIGINT and SIGTERM. */

const signals = ["SIGINT", "SIGTERM"] as const;
/** As shells count it. */
const interruptedCode = 130;

/** `npx` passes on the Ctrl-C that the terminal has told this process already. */
const sameMs = 500;

/** Resolves at the first signal; the second one ends the process at once. */
export function whenTold(): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    const onSignal = (): void => {
      const now = performance.now();
      if (toldAt !== undefined && now - toldAt > sameMs) process.exit(interruptedCode);
      toldAt ??= now;
      resolve();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}

/** A signal that aborts at the first SIGINT or SIGTERM, for work that ends in order; the second ends the process. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  void whenTold().then(() => controller.abort());
  return controller.signal;
}
