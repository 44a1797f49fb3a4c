/** Progress of long work, on standard error when that is a terminal. */
import { Presets, SingleBar } from "cli-progress";

/** How far the work is. */
export interface Progress {
  update(done: number, total: number): void;
  end(): void;
}

/** A bar, or nothing where nobody would see it. */
export function createProgress(what: string, isShown: boolean): Progress {
  if (!isShown || !process.stderr.isTTY) return { update: () => undefined, end: () => undefined };
  const format = `${what} {bar} {percentage} % | {value} of {total} | {duration_formatted}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, etaBuffer: 20 },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    update(done, total) {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done);
    },
    end() {
      if (isStarted) bar.stop();
    },
  };
}
