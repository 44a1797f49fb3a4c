/** The model and its tools, by the AI SDK: streamed when somebody reads the text as it comes, judged at the end. */
import { tracingChannel } from "node:diagnostics_channel";

import {
  AI_SDK_TELEMETRY_TRACING_CHANNEL,
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  type StepResult,
  streamText,
  type ToolChoice,
  type ToolSet,
} from "ai";

import { errorMessage, MinutierError, type PendingCall } from "../errors.ts";
import type { TokenUsage, ToolCallResult } from "../events.ts";
import { isRedactionFailure, type Redactor } from "../redact/redactor.ts";
import { describeInvalid } from "./checked-schema.ts";
import type { OutputSpecification } from "./output-schema.ts";
import { redactedModel } from "./redacted-model.ts";
import type { Leg } from "./turn-legs.ts";
import { untilAborted } from "./until-aborted.ts";

/** Which tool calls a person has to allow, as the AI SDK takes it: by tool, or a function of the call. */
export type ToolApproval = NonNullable<Parameters<typeof generateText<ToolSet>>[0]["toolApproval"]>;

/** What to ask the model. */
export interface ModelTask {
  model: LanguageModel;
  instructions: string | undefined;
  messages: ModelMessage[];
  /** Takes out what the model must not see. */
  redact?: Redactor | undefined;
  tools: ToolSet;
  toolChoice?: ToolChoice<ToolSet>;
  /** Which calls a person has to allow, beside what the tools say themselves. */
  toolApproval?: ToolApproval | undefined;
  output: OutputSpecification<unknown> | undefined;
  /** At most this many model calls, those of the legs before included. */
  maxSteps: number;
  /** Model calls of the legs before. @default 0 */
  stepsBefore?: number | undefined;
  /** A step count that ends the loop as planned, without an answer of the model. */
  stopAfterTools?: boolean;
  maxRetries: number;
  /** Asked before each request to the model; throws when it may not be made. */
  confirm(): Promise<void>;
  signal: AbortSignal;
}

/** What the model's work is told to. */
export interface ModelListener {
  /** Whether somebody reads the text as it comes. */
  streaming: boolean;
  text(delta: string): void;
  /** A call that the provider ran itself, or one that named no tool of ours or gave it a wrong input. */
  foreignCall(call: ToolCallResult): void;
}

/** What the model gave. */
export interface ModelAnswer {
  text: string;
  output: unknown;
  usage: TokenUsage;
  finishReason: string;
  model: string;
  /** Everything that the model and the tools said, all steps. */
  messages: ModelMessage[];
  /** Model calls. */
  steps: number;
}

type Steps = StepResult<ToolSet>[];

/** The model called tools that a person has to allow: the turn stops here, with what this leg of it said and used. */
export class ApprovalNeeded extends Error {
  readonly calls: PendingCall[];
  readonly leg: Omit<Leg, "durationMs">;

  constructor(calls: PendingCall[], leg: Omit<Leg, "durationMs">) {
    super(`A person has to allow ${calls.map((call) => call.toolName).join(", ")}.`);
    this.calls = calls;
    this.leg = leg;
  }
}

/** The loop's steps, and all that was said in it. */
interface Loop {
  steps: Steps;
  messages: ModelMessage[];
}

/** Runs the loop. Throws `model_failed` or `invalid_output`; when the signal aborts, its reason. */
export async function askModel(task: ModelTask, listener: ModelListener): Promise<ModelAnswer> {
  silenceWarnings();
  let loop: Loop;
  try {
    loop = await (listener.streaming ? streamSteps(task, listener) : generateSteps(task, listener));
  } catch (cause) {
    task.signal.throwIfAborted();
    if (isRedactionFailure(cause)) throw cause;
    throw modelFailed(errorMessage(cause).replace(/\.+$/, ""), cause);
  }
  const calls = callsToAllow(loop.steps.at(-1));
  if (calls.length === 0) return judge(task, loop);
  const steps = loop.steps.length;
  // Nobody could hear what the tools would give.
  if ((task.stepsBefore ?? 0) + steps >= task.maxSteps) throw stepsExceeded(task);
  throw new ApprovalNeeded(calls, { messages: loop.messages, usage: sumUsage(loop.steps), steps });
}

/** The calls for which the SDK's loop has stopped. */
function callsToAllow(last: StepResult<ToolSet> | undefined): PendingCall[] {
  return (last?.content ?? []).flatMap((part) => {
    if (part.type !== "tool-approval-request" || part.isAutomatic === true) return [];
    const { toolCallId, toolName, input } = part.toolCall;
    return [{ approvalId: part.approvalId, toolCallId, toolName, input: input as unknown }];
  });
}

/** The call, the same for both ways. */
function toCall(task: ModelTask) {
  return {
    model: task.redact === undefined ? task.model : redactedModel(task.model, task.redact),
    messages: task.messages,
    tools: task.tools,
    // A model that ignores its signal would go on calling tools after the end of its run.
    stopWhen: [isStepCount(task.maxSteps - (task.stepsBefore ?? 0)), () => task.signal.aborted],
    maxRetries: task.maxRetries,
    abortSignal: task.signal,
    prepareStep: async () => {
      await task.confirm();
      return undefined;
    },
    ...(isObserved() ? {} : { telemetry: { isEnabled: false } }),
    ...(task.instructions === undefined ? {} : { instructions: task.instructions }),
    ...(task.toolApproval === undefined ? {} : { toolApproval: task.toolApproval }),
    ...(task.toolChoice === undefined ? {} : { toolChoice: task.toolChoice }),
    // Read by `judge`, so that an answer of the wrong shape is told from a model that failed.
    ...(task.output === undefined ? {} : { output: { ...task.output, parseCompleteOutput: async () => undefined } }),
  };
}

const tracing = tracingChannel(AI_SDK_TELEMETRY_TRACING_CHANNEL);

/** Whether the application listens to the SDK's telemetry; preparing it for nobody costs 45 µs a call. */
function isObserved(): boolean {
  return (globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ?? []).length > 0 || tracing.hasSubscribers;
}

/** Nobody reads the text as it comes, and the SDK's streams cost 0.4 ms a turn. */
async function generateSteps(task: ModelTask, listener: ModelListener): Promise<Loop> {
  const steps: Steps = [];
  const tellStep = (step: StepResult<ToolSet>): void => {
    steps.push(step);
    if (step.text !== "") listener.text(step.text);
    for (const part of step.content) tellForeignCall(part, listener);
  };
  // Unlike its streams, the SDK's generateText waits for models and tools that ignore their signal.
  const { responseMessages } = await untilAborted(generateText({ ...toCall(task), onStepEnd: tellStep }), task.signal);
  return { steps, messages: responseMessages };
}

async function streamSteps(task: ModelTask, listener: ModelListener): Promise<Loop> {
  const steps: Steps = [];
  const result = streamText({
    ...toCall(task),
    // Told by the stream's error part; the default prints it.
    onError: () => undefined,
    onStepEnd: (step) => void steps.push(step),
  });
  for await (const part of result.stream) {
    if (part.type === "text-delta") listener.text(part.text);
    else if (part.type === "error") throw part.error;
    else tellForeignCall(part, listener);
  }
  return { steps, messages: await result.responseMessages };
}

/** A call that was not one of our tools, done right: those are told by the tools themselves. */
function tellForeignCall(part: { type: string }, listener: ModelListener): void {
  const call = part as ForeignPart;
  if (call.type === "tool-result" && call.providerExecuted === true) {
    listener.foreignCall(toForeignCall(call, { output: call.output }));
  } else if (call.type === "tool-error") {
    listener.foreignCall(toForeignCall(call, { error: errorMessage(call.error) }));
  }
}

/** The parts that tell how a call ended, in a stream and in a step alike. */
type ForeignPart = Omit<ToolCallResult, "error"> &
  ({ type: "tool-result"; providerExecuted?: boolean } | { type: "tool-error"; error: unknown });

function toForeignCall(
  part: Omit<ToolCallResult, "error">,
  end: { output: unknown } | { error: string },
): ToolCallResult {
  const { toolCallId, toolName, input } = part;
  return { toolCallId, toolName, input, ...end };
}

async function judge(task: ModelTask, { steps, messages }: Loop): Promise<ModelAnswer> {
  const last = steps.at(-1);
  if (last === undefined) throw modelFailed("it gave no answer");
  checkFinished(task, last);
  const { text, finishReason } = last;
  return {
    text,
    output: task.output === undefined ? text : await parseOutput(task.output, last),
    usage: sumUsage(steps),
    finishReason,
    model: last.response.modelId,
    messages,
    steps: steps.length,
  };
}

/** An answer that was cut off in the middle of its work is none. */
function checkFinished(task: ModelTask, { finishReason, toolCalls, content }: StepResult<ToolSet>): void {
  if (finishReason === "error" || finishReason === "interrupted") {
    throw modelFailed(`its answer broke off (finish reason "${finishReason}")`);
  }
  const answered = new Set(
    content.filter((part) => part.type === "tool-result" || part.type === "tool-error").map((part) => part.toolCallId),
  );
  const open = toolCalls.filter((call) => !answered.has(call.toolCallId));
  if (open.some((call) => call.providerExecuted !== true)) {
    throw modelFailed(`its answer ended (finish reason "${finishReason}") before its tool calls could run`);
  }
  if (toolCalls.some((call) => call.providerExecuted !== true) && task.stopAfterTools !== true) {
    throw stepsExceeded(task);
  }
}

function stepsExceeded({ maxSteps }: ModelTask): MinutierError {
  return modelFailed(
    `it still called tools after ${maxSteps} steps, so there is no answer. Raise maxSteps, or say in the instructions when to stop`,
  );
}

async function parseOutput(
  output: OutputSpecification<unknown>,
  { text, response, usage, finishReason }: StepResult<ToolSet>,
): Promise<unknown> {
  try {
    return await output.parseCompleteOutput({ text }, { response, usage, finishReason });
  } catch (cause) {
    throw new MinutierError(
      "invalid_output",
      `The model's answer does not satisfy the output schema: ${describeInvalid(cause)}`,
      { cause },
    );
  }
}

function sumUsage(steps: Steps): TokenUsage {
  const total: TokenUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  for (const { usage } of steps) {
    total.inputTokens += usage.inputTokens ?? 0;
    total.outputTokens += usage.outputTokens ?? 0;
    total.totalTokens += usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
  }
  return total;
}

function modelFailed(what: string, cause?: unknown): MinutierError {
  return new MinutierError("model_failed", `The model failed: ${what}.`, { cause });
}

/** The SDK prints a provider's warnings unless the application has chosen otherwise; a library must not print. */
function silenceWarnings(): void {
  globalThis.AI_SDK_LOG_WARNINGS ??= false;
}
