/** Whether conversations are whole: numbers without gaps, each question with its answer or its failure. */
import type { StoredMessageRow } from "../../src/records.ts";
import type { Problems } from "./findings.ts";
import type { Stored } from "./stored.ts";
import { isWhole, workOf } from "./work.ts";

/**
 * The turns of runs that were closed as interrupted, and of those that a call without an answer ended: the next turn
 * of their conversation closes them, and here there is none.
 */
function leftTurns({ messages, runs }: Stored): Set<string> {
  const left = [...messages.values()].flat().filter(({ workflow_run }) => {
    const run = workflow_run === undefined ? undefined : runs.get(String(workflow_run.id));
    return run?.error_code === "interrupted" || /did not answer within/.test(run?.error_message ?? "");
  });
  return new Set(left.map(({ run_id }) => run_id));
}

export function checkConversations(stored: Stored, problems: Problems): void {
  const left = leftTurns(stored);
  for (const [key, { next, count }] of stored.counted) {
    problems.unless(count === next, "torn", `${key}: ${next} numbers given out, message_count is ${count}`);
    checkConversation(key, next, stored.messages.get(key) ?? [], { stored, left, problems });
  }
  for (const key of stored.messages.keys())
    problems.unless(stored.counted.has(key), "torn", `${key}: messages without a counter`);
  for (const { id, status, run_id } of [...stored.toolCalls.values()].flat())
    problems.unless(status !== "running" || left.has(run_id), "open", `${id}: says running`);
}

function checkConversation(
  key: string,
  next: number,
  messages: readonly StoredMessageRow[],
  { stored, left, problems }: { stored: Stored; left: ReadonlySet<string>; problems: Problems },
): void {
  const byNumber = new Map(messages.map((row) => [(row.id.id as [string, string, number])[2], row]));
  for (const number of byNumber.keys())
    problems.unless(number >= 0 && number < next, "torn", `${key}: the number ${number} was not given out`);
  for (let number = 0; number < next; number += 2) {
    const question = byNumber.get(number);
    const answer = byNumber.get(number + 1);
    if (question === undefined) {
      problems.add("torn", `${key}: no question ${number}`);
      continue;
    }
    const roles = question.role === "user" && (answer === undefined || answer.role === "assistant");
    problems.unless(roles, "torn", `${key}: ${number} is a question of ${question.role}`);
    if (answer !== undefined) checkAnswer(key, question, answer, stored, problems);
    else if (question.error_code === undefined && !left.has(question.run_id))
      problems.add("open", `${key}: question ${number} has neither an end nor a failure`);
  }
}

function checkAnswer(
  key: string,
  question: StoredMessageRow,
  answer: StoredMessageRow,
  stored: Stored,
  problems: Problems,
): void {
  problems.unless(question.run_id === answer.run_id, "torn", `${key}: the answer is another turn's`);
  problems.unless(question.error_code === undefined, "torn", `${key}: a failed question has an answer`);
  const work = workOf(answer.content);
  problems.unless(work !== undefined && isWhole(work), "torn", `${key}: an answer is cut`);
  // A turn whose process died in its tool goes on under its question, and calls the tool again.
  const calls = (stored.toolCalls.get(answer.run_id) ?? []).map(({ status }) => status);
  const done = calls.at(-1) === "success" && calls.slice(0, -1).every((status) => status === "error");
  problems.unless(done, "torn", `${key}: the calls of an answered turn are ${calls.join(", ") || "not there"}`);
}
