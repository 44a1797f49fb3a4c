import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import * as main from "../src/index.ts";
import * as server from "../src/server/index.ts";
import * as testing from "../src/testing/index.ts";

const entryPoints = {
  ".": "../src/index.ts",
  "./server": "../src/server/index.ts",
  "./testing": "../src/testing/index.ts",
};

test("the package has these entry points", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    exports: object;
  };
  expect(Object.keys(exports)).toEqual(Object.keys(entryPoints));
});

test("minutier exports these names", () => {
  expect(Object.keys(main).toSorted()).toMatchInlineSnapshot(`
    [
      "Agent",
      "BoundExcluded",
      "BoundIncluded",
      "Decimal",
      "Duration",
      "InvalidInputError",
      "MinutierError",
      "RecordId",
      "RecordIdRange",
      "Recovery",
      "RunError",
      "SurrealDb",
      "Team",
      "Uuid",
      "Workflow",
      "approval",
      "branch",
      "forEach",
      "loop",
      "parallel",
      "readDatabaseArguments",
      "redactPatterns",
      "step",
    ]
  `);
  expect(typesOf(entryPoints["."], main)).toMatchInlineSnapshot(`
    [
      "AgentEvent",
      "AgentOptions",
      "AgentResult",
      "AgentSessionRow",
      "AnswerOptions",
      "Approval",
      "ApprovalEntry",
      "ApprovalOptions",
      "Backoff",
      "Body",
      "BranchEntry",
      "CommitFunction",
      "ConversationKey",
      "DatabaseArguments",
      "DatabaseAuth",
      "EngineVersion",
      "Entry",
      "ErrorCode",
      "Executor",
      "ForEachEntry",
      "ForEachOptions",
      "InputIssue",
      "LoopEntry",
      "LoopOptions",
      "MemberRun",
      "MergeState",
      "MessageRow",
      "MetadataFilter",
      "ModelUsage",
      "OpenQuestion",
      "OutputOf",
      "OutputSchema",
      "ParallelEntry",
      "ParallelOptions",
      "PendingCall",
      "PurgeCounts",
      "PurgeOptions",
      "PurgeProgress",
      "PurgeResult",
      "RecordQueryLimits",
      "RecordQueryResult",
      "RecoveryEvent",
      "RecoveryOptions",
      "RedactPattern",
      "RedactPatternsOptions",
      "Redactor",
      "ResumeOptions",
      "RunChange",
      "RunOptions",
      "RunPurgeFilter",
      "RunQueries",
      "RunQuestion",
      "RunReference",
      "RunStatus",
      "RunToCommit",
      "RunTransaction",
      "RunWatch",
      "RunWithSteps",
      "SessionPurgeFilter",
      "SessionQueries",
      "SessionSummary",
      "StepContext",
      "StepEntry",
      "StepFunction",
      "StepKind",
      "StepOptions",
      "StoredAnswer",
      "StoredMessageRow",
      "SurrealDbOptions",
      "TeamEvent",
      "TeamMode",
      "TeamOptions",
      "TeamResult",
      "TeamRunOptions",
      "TeamSessionRow",
      "TokenUsage",
      "ToolApproval",
      "ToolCallResult",
      "ToolCallRow",
      "ToolOption",
      "ToolSource",
      "TurnAnswerOptions",
      "TurnInput",
      "Usage",
      "WaitingQuestion",
      "WaitingRun",
      "WatchOptions",
      "WorkflowEntry",
      "WorkflowEvent",
      "WorkflowOptions",
      "WorkflowResult",
      "WorkflowRun",
      "WorkflowRunOptions",
      "WorkflowRunRow",
      "WorkflowSessionRow",
      "WorkflowStats",
      "WorkflowStepRow",
    ]
  `);
});

test("minutier/server exports these names", () => {
  expect(Object.keys(server).toSorted()).toEqual(["createServer", "serve"]);
  expect(typesOf(entryPoints["./server"], server)).toEqual([
    "Identity",
    "ModelPrice",
    "Prices",
    "RunningServer",
    "ServeOptions",
    "ServerApp",
    "ServerLimits",
    "ServerOptions",
    "VerifyRequest",
  ]);
});

test("minutier/testing exports these names", () => {
  expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
    [
      "openTestDatabase",
      "scriptedModel",
      "startRpcServer",
    ]
  `);
  expect(typesOf(entryPoints["./testing"], testing)).toMatchInlineSnapshot(`
    [
      "RpcServer",
      "RpcServerOptions",
      "ScriptedAnswer",
      "ScriptedModel",
      "ScriptedModelOptions",
      "ScriptedReply",
      "ScriptedRequest",
      "ScriptedToolCall",
      "TestDatabaseOptions",
    ]
  `);
});

/** The names that exist only as types: an entry point is a list of names in braces, and nothing else. */
function typesOf(path: string, values: object): string[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8").replaceAll(/\/\/.*/g, "");
  expect(text).not.toMatch(/export \*/);
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap((match) => (match[1] ?? "").split(","));
  const names = lists.map((name) => name.replace(/^\s*type\s/, "").trim()).filter((name) => name !== "");
  return names.filter((name) => !(name in values)).toSorted();
}
