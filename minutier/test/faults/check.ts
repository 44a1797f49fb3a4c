/** Holds what was told against what is stored. */
import { checkConversations } from "./check-conversations.ts";
import { checkRuns } from "./check-runs.ts";
import { type Findings, Problems } from "./findings.ts";
import { type Known, readJournal, type Written } from "./journal.ts";
import type { Stored } from "./stored.ts";
import { workOf } from "./work.ts";

/** Which errors a scenario's fault excuses. */
export interface Excuses {
  codes: readonly string[];
  /** What a failed step may say, where its own writing can fail: a turn of an agent. */
  steps?: RegExp;
}

/** One step of one run, as the journal tells it. */
interface StepStory {
  run: string;
  path: string;
  /** Each execution's nonce, its place in the journal, and when its code began. */
  executions: { nonce: string; at: number; began: number }[];
  /** The first word that its result is committed, and every nonce that was named. */
  committed: { at: number; time: number } | undefined;
  nonces: Set<string>;
}

export function check(journal: string, stored: Stored, excuses: Excuses): Findings {
  const entries = readJournal(journal);
  const problems = new Problems();
  const stories = tell(entries);
  const acknowledged = [...stories.values()].filter((story) => story.committed !== undefined);
  for (const story of stories.values()) checkStory(story, stored, problems);
  const runs = checkEnds(entries, stored, excuses, problems);
  checkRuns(stored, problems);
  checkConversations(stored, problems);
  return { runs, steps: acknowledged.length, problems: problems.all };
}

function tell(entries: readonly Written[]): Map<string, StepStory> {
  const stories = new Map<string, StepStory>();
  const storyOf = ({ run, path }: { run: string; path: string }): StepStory => {
    const key = `${run} ${path}`;
    let story = stories.get(key);
    if (story === undefined)
      stories.set(key, (story = { run, path, executions: [], committed: undefined, nonces: new Set() }));
    return story;
  };
  const commit = (known: Omit<Known, "nonce"> & { nonce?: string | undefined }, at: number, time: number): void => {
    const story = storyOf(known);
    story.committed ??= { at, time };
    if (known.nonce !== undefined) story.nonces.add(known.nonce);
  };
  for (const [at, entry] of entries.entries()) {
    if (entry.type === "committed") commit(entry, at, entry.at);
    if (entry.type !== "executing") continue;
    storyOf(entry).executions.push({ nonce: entry.nonce, at, began: entry.began });
    for (const known of entry.after) commit(known, at, entry.at);
  }
  return stories;
}

function checkStory(story: StepStory, stored: Stored, problems: Problems): void {
  const { run, path, executions, committed, nonces } = story;
  const name = `${run} ${path}`;
  const row = stored.steps.get(run)?.get(path);
  const work = row?.status === "success" ? workOf(row.output) : undefined;
  if (committed !== undefined) {
    problems.unless(row?.status === "success", "lost", `${name}: acknowledged, and its row says ${row?.status}`);
    for (const nonce of nonces)
      problems.unless(work?.nonce === nonce, "lost", `${name}: another result is stored than was acknowledged`);
    const again = executions.filter(({ at, began }) => at > committed.at && began > committed.time);
    problems.unless(again.length === 0, "twice", `${name}: executed after its commit`);
  }
  // What an inner run made is told as its own.
  if (work === undefined || work.run !== run || work.path !== path) return;
  const made = executions.findIndex(({ nonce }) => nonce === work.nonce);
  problems.unless(made >= 0, "torn", `${name}: nobody made what is stored`);
  // Nobody may have been told of the commit. What began about then, in a process that was stopped, is left aside.
  const committedBy = (row?.completed_at?.getTime() ?? 0) + commitMs;
  const again = executions.some(({ began }, index) => index > made && began > committedBy);
  problems.unless(made < 0 || !again, "twice", `${name}: executed after its commit`);
}

/** A step's `completed_at` is taken just before it is committed. */
const commitMs = 50;

/** What the callers were told of their runs; gives how many were acknowledged. */
function checkEnds(entries: readonly Written[], { runs }: Stored, excuses: Excuses, problems: Problems): number {
  const acknowledged = new Set<string>();
  for (const entry of entries) {
    if (entry.type === "failed") checkFailure(entry, runs, excuses, problems);
    if (entry.type !== "started" && entry.type !== "succeeded" && entry.type !== "settled") continue;
    const { run } = entry;
    acknowledged.add(run);
    const row = runs.get(run);
    if (row === undefined) problems.add("lost", `${run}: acknowledged, and not there`);
    else if (entry.type === "succeeded") {
      const right = row.status === "success" && workOf(row.output)?.nonce === entry.nonce;
      problems.unless(right, "lost", `${run}: another end is stored than was acknowledged (${row.status})`);
    } else if (entry.type === "settled" && entry.status !== "running") {
      problems.unless(row.status === entry.status, "lost", `${run}: was told as ${entry.status}, is ${row.status}`);
    }
  }
  return acknowledged.size;
}

function checkFailure(
  { run, code, message }: Extract<Written, { type: "failed" }>,
  runs: Stored["runs"],
  excuses: Excuses,
  problems: Problems,
): void {
  const row = run === undefined ? undefined : runs.get(run);
  const isStep = code === "step_failed";
  const isExcused = isStep
    ? message.includes("the script wants") || excuses.steps?.test(message) === true
    : excuses.codes.includes(code);
  if (!isExcused) problems.add("failed", `${run ?? "a run"}: ${code}: ${message}`);
  if (!isStep) return;
  const right = row?.status === "error" && row.error_code === code;
  problems.unless(right, "lost", `${run}: its failure was told, and its row says ${row?.status} ${row?.error_code}`);
}
