/**
 * What the processes of a scenario saw, in one file that outlives them: each line is in the kernel's hands before the
 * process goes on, and the order of the lines is the order in which things happened, whoever wrote them.
 */
import { openSync, readFileSync, writeSync } from "node:fs";

/** A result that was committed, as far as its reader was told. */
export interface Known {
  run: string;
  path: string;
  nonce: string;
}

export type JournalEntry =
  /** The run's id was given to its caller: the run is on record. */
  | { type: "started"; run: string }
  /**
   * A step's code began, at `began`: a process can be stopped between that and this line. What it was given is
   * committed, since a step begins after those before it.
   */
  | ({ type: "executing"; began: number; after: Known[] } & Known)
  /** A step's event said that its result is committed; a `parallel` or `forEach` has no nonce. */
  | { type: "committed"; run: string; path: string; nonce?: string | undefined }
  /** `run()` returned. */
  | { type: "succeeded"; run: string; nonce: string | undefined }
  /** `run()` threw. */
  | { type: "failed"; run?: string | undefined; code: string; message: string }
  /** A recovery said how a run ended. */
  | { type: "settled"; run: string; status: string }
  | { type: "note"; text: string };

export type Written = JournalEntry & { pid: number; at: number };

export interface Journal {
  append(entry: JournalEntry): void;
}

export function openJournal(path: string): Journal {
  const file = openSync(path, "a");
  return {
    append: (entry) => void writeSync(file, `${JSON.stringify({ pid: process.pid, at: Date.now(), ...entry })}\n`),
  };
}

export function readJournal(path: string): Written[] {
  const lines = readFileSync(path, "utf8").split("\n");
  // The last line of a killed process can be cut; nobody was told what it says.
  return lines.flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Written];
    } catch {
      return [];
    }
  });
}
