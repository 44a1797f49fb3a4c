/** The workflows of the suite: everything in them that a fault can cut through, each execution told to the journal. */
import { setTimeout as sleep } from "node:timers/promises";

import { jsonSchema, tool } from "ai";
import { RecordId } from "surrealdb";

import { Agent } from "../../src/agent/agent.ts";
import type { SurrealDb } from "../../src/db/surreal-db.ts";
import { scriptedModel, type ScriptedReply, type ScriptedRequest } from "../../src/testing/scripted-model.ts";
import { forEach, parallel, step, type WorkflowEntry } from "../../src/workflow/entries.ts";
import type { StepContext } from "../../src/workflow/step-context.ts";
import { Workflow } from "../../src/workflow/workflow.ts";
import type { Journal, Known } from "./journal.ts";
import { makeWork, type Work, workOf, worksIn } from "./work.ts";

/** What a run is asked to do; given as metadata, which nested runs have too. */
export interface Assignment {
  /** Letters in each result. */
  size: number;
  /** A step takes so many milliseconds at most. */
  stepMs: number;
  /** The last step throws. */
  fails: boolean;
}

/** The paths of a run's steps, and of those of the run nested in it. */
export const paths = {
  outer: [
    "lire",
    "compter",
    "analyser",
    "analyser/parties",
    "analyser/calculs/premier",
    "analyser/calculs/second",
    "annexe",
    "rédiger",
    "relire",
    "relire[0]/page",
    "relire[1]/page",
    "relire[2]/page",
    "finir",
  ],
  nested: ["ouvrir", "fermer"],
} as const;

/** One whose dead runs are gone on with, and one whose dead runs are closed. */
export interface MinuteWorkflows {
  resumed: Workflow<number, Work>;
  closed: Workflow<number, Work>;
}

export function minuteWorkflows(db: SurrealDb, journal: Journal): MinuteWorkflows {
  const steps = stepsOf(journal);
  const options = {
    db,
    steps,
    // The business row of a run: there if and only if the run says success.
    commit: (tx, run) => tx.create(new RecordId("checklist", run.id), { output: run.output }),
  } satisfies Partial<ConstructorParameters<typeof Workflow<number, Work>>[0]>;
  return {
    resumed: new Workflow<number, Work>({ name: "minute", ...options }),
    closed: new Workflow<number, Work>({ name: "minute_closed", ...options, onInterrupted: "fail" }),
  };
}

/** Makes a step's result, and tells that its code began. */
type Begin = (assigned: { run: string; path: string; size: number }, after: Known[], began: number) => Work;

function stepsOf(journal: Journal): WorkflowEntry[] {
  const begin: Begin = ({ run, path, size }, after, began) => {
    const work = makeWork(run, path, Math.floor(size * Math.random()));
    journal.append({ type: "executing", run, path, nonce: work.nonce, began, after });
    return work;
  };
  const perform = async (input: unknown, context: StepContext): Promise<Work> => {
    const began = Date.now();
    const { size, stepMs, fails } = context.metadata as unknown as Assignment;
    const work = begin({ run: context.runId, path: context.path, size }, worksIn(input).map(toKnown), began);
    await sleep(Math.random() * stepMs, undefined, { signal: context.signal });
    context.state[context.path] = work.nonce;
    if (fails && context.path === "finir") throw new Error("the script wants this run to fail");
    return work;
  };
  const search = tool({
    inputSchema: jsonSchema<{ found: string }>({ type: "object", properties: { found: { type: "string" } } }),
    execute: ({ found }) => found,
  });
  const clerk = new Agent({
    name: "clerc",
    model: scriptedModel((request) => answer(request, begin), { keepRequests: 1 }),
    tools: { chercher: search },
  });
  return [
    step("lire", perform),
    step("compter", perform),
    parallel("analyser", { parties: perform, calculs: [step("premier", perform), step("second", perform)] }),
    new Workflow<unknown, Work>({ name: "annexe", steps: [step("ouvrir", perform), step("fermer", perform)] }),
    step("rédiger", clerk, { input: toQuestion }),
    forEach("relire", step("page", perform), { items: (text) => [text, 1, 2], concurrency: 2 }),
    step("finir", perform),
  ];
}

/** What an agent's model is to know of its step. */
interface Question {
  run: string;
  path: string;
  size: number;
  after: Known[];
}

function toQuestion(previous: unknown, { runId, path, metadata }: StepContext): string {
  const { size } = metadata as unknown as Assignment;
  return JSON.stringify({ run: runId, path, size, after: worksIn(previous).map(toKnown) } satisfies Question);
}

/** First a tool call, then what the tool gave. */
function answer(request: ScriptedRequest, begin: Begin): ScriptedReply {
  const began = Date.now();
  const last = request.prompt.at(-1);
  const part = last?.role === "tool" ? last.content[0] : undefined;
  if (part?.type === "tool-result" && part.output.type === "text") return part.output.value;
  const question = JSON.parse(request.lastUserText) as Question;
  const found = JSON.stringify(begin(question, question.after, began));
  return { toolCalls: [{ toolName: "chercher", input: { found } }] };
}

/** A work as the journal knows it. */
function toKnown({ run, path, nonce }: Known): Known {
  return { run, path, nonce };
}

/** The nonce of a step's output. */
export function nonceOf(output: unknown): string | undefined {
  return workOf(output)?.nonce;
}
