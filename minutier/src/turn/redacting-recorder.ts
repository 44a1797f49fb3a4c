/** A turn's record without what a redactor takes out. */
import { isDeepStrictEqual } from "node:util";

import { toStored } from "../db/codec.ts";
import type { ConversationKey, ToolCallStart, TurnAnswer, TurnFailure, TurnStart } from "../db/conversations.ts";
import type { Database } from "../db/database.ts";
import { redactMessage, redactTexts, redactValue } from "../db/redact-value.ts";
import type { PendingTurn } from "../db/paused-turns.ts";
import { MinutierError } from "../errors.ts";
import { applyRedactor, isRedactionFailure, type Redactor } from "../redact/redactor.ts";
import { type MessageRedaction, redactContent, redactMessageTexts } from "./redact-messages.ts";
import { isInvalidValue, TurnRecorder } from "./turn-recorder.ts";

/** The record of one turn; with a redactor, everything passes through it but ids, names and metadata. */
export function createRecorder(
  database: Database | undefined,
  key: ConversationKey,
  onLost: (error: MinutierError) => void,
  redact: Redactor | undefined,
): TurnRecorder {
  if (redact === undefined || database === undefined) return new TurnRecorder(database, key, onLost);
  return new RedactingRecorder(database, key, onLost, redact);
}

class RedactingRecorder extends TurnRecorder {
  readonly #redact: Redactor;
  readonly #redaction: MessageRedaction;

  constructor(database: Database, key: ConversationKey, onLost: (error: MinutierError) => void, redact: Redactor) {
    super(database, key, onLost);
    this.#redact = redact;
    const text = (original: string): string => applyRedactor(redact, original, "record");
    this.#redaction = { text, value: (value) => redactTexts(value, text), reasoning: true };
  }

  /** Throws `redaction_failed` before anything is written. */
  override async open(start: TurnStart): Promise<void> {
    const { content, parts, team } = start;
    await super.open({
      ...start,
      content: this.#redaction.text(content),
      ...(parts === undefined ? {} : { parts: this.#redactParts(parts) }),
      ...(team === undefined
        ? {}
        : { team: { ...team, state: redactValue(this.#redact, team.state, "the session.state") } }),
    });
  }

  override async startToolCall(call: Omit<ToolCallStart, "index">): Promise<number> {
    return super.startToolCall({ ...call, input: this.#redactInput(call) });
  }

  override endToolCall(index: number, end: { output?: unknown } | { error: string }): void {
    if ("error" in end) super.endToolCall(index, { error: redactMessage(this.#redact, end.error) });
    else super.endToolCall(index, { output: redactValue(this.#redact, end.output, "the tool's output") });
  }

  /** What goes on from the record must be what it was: a call without its e-mail address is another call. */
  override async pause(pending: Omit<PendingTurn, "toolCalls">): Promise<void> {
    const stored = toStored(pending, "the tool calls");
    if (!isDeepStrictEqual(redactTexts(stored, this.#redaction.text), stored)) {
      const names = pending.calls.map((call) => call.toolName).join(", ");
      throw new MinutierError(
        "redaction_failed",
        `The call of ${names} waits for a person on record, where redact would take something out of it, so that it could not go on as it was. Keep such data out of the conversations in which a tool waits, or let its tool run without asking.`,
      );
    }
    await super.pause(pending);
  }

  override async close(answer: TurnAnswer): Promise<void> {
    let redacted: TurnAnswer;
    try {
      redacted = this.#redactAnswer(answer);
    } catch (error) {
      // The answer is lost: its question must not look as if it still waited for one.
      if (isRedactionFailure(error)) await this.#failUnredacted(error as Error, answer.durationMs);
      throw error;
    }
    await super.close(redacted);
  }

  override async fail(failure: TurnFailure): Promise<void> {
    const { message, partialAnswer } = failure;
    await super.fail({
      ...failure,
      message: redactMessage(this.#redact, message),
      partialAnswer: partialAnswer === undefined ? undefined : redactMessage(this.#redact, partialAnswer),
    });
  }

  #redactAnswer(answer: TurnAnswer): TurnAnswer {
    const { content, output, response, state } = answer;
    return {
      ...answer,
      content: this.#redaction.text(content),
      output: redactValue(this.#redact, output, "the answer.output"),
      response:
        response === undefined
          ? undefined
          : (toStored(response, "the answer.response") as { content: unknown }[]).map((message) =>
              redactMessageTexts(message, this.#redaction),
            ),
      state: redactValue(this.#redact, state, "state"),
    };
  }

  #redactParts(parts: readonly unknown[]): unknown[] {
    return redactContent(toStored(parts, "the message.parts"), this.#redaction) as unknown[];
  }

  /** An input that can't be stored is left to the recorder, which refuses it and notes that on the call's row. */
  #redactInput({ input, toolName }: Omit<ToolCallStart, "index">): unknown {
    try {
      return redactValue(this.#redact, input, `the call of ${toolName}.input`);
    } catch (error) {
      if (isInvalidValue(error)) return input;
      throw error;
    }
  }

  async #failUnredacted({ message }: Error, durationMs: number): Promise<void> {
    await super.fail({ message, code: "result_not_recorded", durationMs });
  }
}
