/** The run's table of transitions as a model, and the database's own functions under the same commands. */
import { RecordId } from "surrealdb";

import type { Database } from "../src/db/database.ts";
import { answerQuestion, askForEnd, closeRun, claimRun, isAlreadyAnswered } from "../src/db/run-claims.ts";
import { isLeaseLost, RunLease, renewStatement } from "../src/db/run-leases.ts";
import { renderQuery, surql } from "../src/db/statement.ts";
import {
  encodeRunStart,
  endRunStatement,
  isAlreadyThere,
  isAnswered,
  loadRun,
  type Question,
  startRun,
  waitStatements,
} from "../src/db/workflow-runs.ts";
import { saveStepStatement } from "../src/db/workflow-steps.ts";
import { MinutierError } from "../src/errors.ts";
import { type Refusal, type RunEvent, type RunState, transition } from "../src/run/transitions.ts";

/** The events that only the run's holder may cause. */
export const holderEvents: ReadonlySet<string> = new Set(["commit", "renew", "wait", "succeed", "fail"]);

/** What is known of a run. */
export interface Model {
  state: RunState;
  /** The number of the lease that holds it. */
  holder: number | undefined;
  questions: readonly ("open" | "answered")[];
  cancelAsked: boolean;
}

/** Something that somebody does: an event, or the passing of the lease's time. */
export interface Command {
  event: RunEvent | "expire";
  /** The number of the writer's lease: an old one or a new one. */
  lease: number;
  /** Those that are asked, or the one that is answered. */
  questions: readonly number[];
}

/** `answered` is refused too: somebody was quicker. */
export type Outcome = "done" | Refusal | "answered";

export const newRun: Model = { state: "new", holder: undefined, questions: [], cancelAsked: false };

/** What the table says that a command does. */
export function decide(model: Model, command: Command): { model: Model; outcome: Outcome } {
  const { event, lease, questions } = command;
  const refused = (outcome: Outcome): { model: Model; outcome: Outcome } => ({ model, outcome });
  if (event === "expire") {
    return { model: { ...model, state: model.state === "working" ? "abandoned" : model.state }, outcome: "done" };
  }
  const wanted = event === "wait" || event === "answer" ? questions : [];
  if (wanted.some((number) => model.questions[number] === "answered")) return refused("answered");
  if (holderEvents.has(event) && lease !== model.holder) return refused("lost");
  const decided = transition(model.state, event);
  if ("refused" in decided) return refused(decided.refused);
  // Nobody is asked this.
  if (event === "answer" && model.questions[questions[0] ?? -1] !== "open") return refused("answered");
  const takes = event === "start" || event === "claim" || (event === "answer" && model.state !== "working");
  const held = decided.to === "working" || decided.to === "abandoned";
  return {
    model: {
      state: decided.to,
      holder: takes ? lease : held ? model.holder : undefined,
      questions: model.questions
        .map((each, number) => (event === "answer" && number === questions[0] ? "answered" : each))
        .concat(
          event === "wait" ? questions.slice(-1).flatMap((n) => (n === model.questions.length ? ["open"] : [])) : [],
        ),
      cancelAsked: held && (model.cancelAsked || event === "cancel"),
    },
    outcome: "done",
  };
}

/** One run in a database, and all who have had or wanted its lease. */
export class RunUnderTest {
  readonly runId: string;
  readonly #leases: RunLease[] = [];

  constructor(runId: string) {
    this.runId = runId;
  }

  /** The lease of that number; one that was never given out is made. */
  #lease(number: number): RunLease {
    return (this.#leases[number] ??= new RunLease(this.runId, 60_000));
  }

  /** Everything that is stored of it. */
  async rows(
    database: Database,
  ): Promise<[run: object | undefined, lease: { holder: string } | undefined, steps: object[]]> {
    const run = new RecordId("workflow_runs", this.runId);
    const lease = new RecordId("run_leases", this.runId);
    await database.createTables();
    const rows = await database.runAll(
      renderQuery(
        [
          surql`SELECT * FROM ${run}`,
          surql`SELECT * FROM ${lease}`,
          surql`SELECT * FROM workflow_steps:[${this.runId}, NONE]..=[${this.runId}, ..]`,
        ],
        false,
      ),
    );
    const [[runRow], [leaseRow], steps] = rows as [object[], { holder: string }[], object[]];
    return [runRow, leaseRow, steps];
  }

  /** The number of the lease that the row names. */
  numberOf(holder: string | undefined): number | undefined {
    const number = this.#leases.findIndex((lease) => lease.holder === holder);
    return number === -1 ? undefined : number;
  }

  async perform(database: Database, command: Command): Promise<Outcome> {
    try {
      await this.#perform(database, command, this.#lease(command.lease));
      return "done";
    } catch (error) {
      return outcomeOf(error);
    }
  }

  async #perform(database: Database, { event, questions }: Command, lease: RunLease): Promise<void> {
    const { runId } = this;
    switch (event) {
      case "expire": {
        const row = new RecordId("run_leases", runId);
        await database.write([surql`UPDATE ${row} SET expires_at = time::now() - 1s`]);
        return;
      }
      case "start":
        await startRun(database, encodeRunStart(this.#start(), lease));
        return;
      case "commit":
        await database.write([lease.fenced(this.#step(1000))]);
        return;
      case "renew": {
        const [rows] = (await database.write([renewStatement([lease], 60_000)])) as [{ cancel?: string[] }[]];
        if (rows.length === 0) throw new MinutierError("lease_lost", "no row was renewed");
        return;
      }
      case "wait": {
        const asked = questions.map((number) => this.#question(number));
        const last = questions.at(-1) ?? 0;
        const steps = this.#known.has(last) ? [] : [this.#step(last)];
        await database.write([...steps, ...waitStatements(runId, asked, lease)]);
        for (const number of questions) this.#known.add(number);
        return;
      }
      case "succeed":
        await this.#end(database, { status: "success", output: 1 }, lease);
        return;
      case "fail":
        await this.#end(database, { status: "error", message: "no", code: "step_failed" }, lease);
        return;
      case "answer": {
        const [number = 0] = questions;
        const row = await loadRun(database, runId);
        const since = row?.waiting_for?.find((asked) => asked.number === number)?.since ?? new Date(0);
        const question = { rootId: runId, runId, number, step: `q${number}`, since };
        await answerQuestion(database, question, { approved: true, by: "somebody" }, lease);
        return;
      }
      case "claim":
        await claimRun(database, runId, lease);
        return;
      case "cancel":
      case "interrupt":
        await this.#close(database, event);
    }
  }

  /** Questions whose step is on record. */
  readonly #known = new Set<number>();

  async #end(database: Database, end: Parameters<typeof endRunStatement>[1], lease: RunLease): Promise<void> {
    const [rows] = (await database.write([endRunStatement(this.runId, end, lease)])) as [unknown[]];
    if (rows.length === 0) throw new Error("its holder could not end the run");
  }

  /** As `cancelRun` does it: of a run that somebody works on, the holder is told. */
  async #close(database: Database, event: "cancel" | "interrupt"): Promise<void> {
    const { runId } = this;
    try {
      await closeRun(database, runId, event, { code: "cancelled", message: "it was closed" });
    } catch (error) {
      if (event === "interrupt" || outcomeOf(error) !== "held") throw error;
      await askForEnd(database, runId, runId);
    }
  }

  #start(): Parameters<typeof encodeRunStart>[0] {
    const { runId } = this;
    return { runId, workflowName: "w", definition: "d", input: 1, metadata: {}, sessionId: runId, initialState: {} };
  }

  #question(number: number): Question {
    const since = this.#known.has(number) ? { since: new Date(0) } : {};
    return { runId: this.runId, number, step: `q${number}`, reason: "?", ...since };
  }

  #step(number: number): ReturnType<typeof saveStepStatement> {
    const name = `q${number}`;
    const kind = number === 1000 ? "function" : "approval";
    return saveStepStatement({
      runId: this.runId,
      number,
      name,
      path: name,
      kind,
      status: "running",
      attempt: 1,
      startedAt: new Date(0),
    });
  }
}

const refusals: Readonly<Record<string, Outcome>> = {
  run_busy: "held",
  run_waiting: "waits",
  run_finished: "ended",
  not_found: "missing",
  lease_lost: "lost",
};

/** Why the database refused; throws what is no refusal. */
function outcomeOf(error: unknown): Outcome {
  if (isAlreadyAnswered(error) || isAnswered(error)) return "answered";
  if (isAlreadyThere(error)) return "exists";
  if (isLeaseLost(error)) return "lost";
  const outcome = MinutierError.isInstance(error) ? refusals[error.code] : undefined;
  if (outcome === undefined) throw error;
  return outcome;
}
