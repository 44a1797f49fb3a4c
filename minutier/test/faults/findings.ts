/** What a scenario found. */
export const kinds = ["lost", "torn", "twice", "open", "failed"] as const;

/**
 * - `lost`: acknowledged, and not in the database as it was acknowledged;
 * - `torn`: a part of something is there without the other;
 * - `twice`: a step's code began after its result had been committed, or a live holder's run was taken;
 * - `open`: what nobody will end any more;
 * - `failed`: an error that the fault does not excuse, or that does not say what it should.
 */
export type Kind = (typeof kinds)[number];

export interface Problem {
  kind: Kind;
  text: string;
}

export interface Findings {
  runs: number;
  steps: number;
  problems: Problem[];
}

/** Collects problems; the same thing is counted once. */
export class Problems {
  readonly #seen = new Map<string, Problem>();

  add(kind: Kind, text: string): void {
    this.#seen.set(`${kind} ${text}`, { kind, text });
  }

  /** Adds the problem unless the condition holds. */
  unless(condition: boolean, kind: Kind, text: string): void {
    if (!condition) this.add(kind, text);
  }

  get all(): Problem[] {
    return [...this.#seen.values()];
  }
}

export function count({ problems }: Findings, kind: Kind): number {
  return problems.filter((problem) => problem.kind === kind).length;
}
