/** The signs of life of a turn under way: for its own process, and for others. */

const turnsHere = new Set<string>();

/** From before its question is stored until its end is. */
export function enterTurn(runId: string): void {
  turnsHere.add(runId);
}

export function leaveTurn(runId: string): void {
  turnsHere.delete(runId);
}

/** Whether the turn is under way in this process. */
export function isTurnHere(runId: string): boolean {
  return turnsHere.has(runId);
}

/**
 * Renews the turn's lease every `everyMs`, until what it returns is called. `onLost` hears that another process has
 * closed the turn. A renewal that fails is made up for by the next one.
 */
export function keepTurnAlive(everyMs: number, renew: () => Promise<boolean>, onLost: () => void): () => void {
  let stopped = false;
  let renewing = false;
  const tick = async (): Promise<void> => {
    if (renewing) return;
    renewing = true;
    const alive = await renew().catch(() => true);
    renewing = false;
    if (!alive && !stopped) onLost();
  };
  const timer = setInterval(() => void tick(), everyMs);
  // A turn that waits for nothing any more must not keep its process.
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
