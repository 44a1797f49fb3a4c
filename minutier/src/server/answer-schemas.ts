/** What routes of ours answer, as JSON schemas for the OpenAPI document; a test holds them against real answers. */

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const count: Schema = { type: "integer" };
const time: Schema = { type: "string", format: "date-time" };
const flag: Schema = { type: "boolean" };
const anything: Schema = {};
const object: Schema = { type: "object" };

function listOf(items: Schema): Schema {
  return { type: "array", items };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object; names that end in `?` may be missing. Others may stand beside. */
function record(properties: Record<string, Schema>): Schema {
  const names = Object.keys(properties);
  return {
    type: "object",
    required: names.filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ""), schema]),
    ),
  };
}

function oneOf(...values: string[]): Schema {
  return { enum: values };
}

const runFields = {
  id: text,
  workflow_name: text,
  status: oneOf("running", "success", "error"),
  metadata: object,
  session_id: text,
  created_at: time,
  updated_at: time,
  "completed_at?": time,
  "error_message?": text,
  "error_code?": text,
  "error_step?": text,
  "user_id?": text,
  "parent_run?": text,
  "parent_step?": text,
  "root_run?": text,
  "waiting_for?": listOf(named("Question")),
  "usage?": named("Usage"),
  "model_usage?": listOf(named("ModelUsage")),
};

const statFields = {
  executions: count,
  successes: count,
  errors: count,
  running: count,
  waiting: count,
  p50_ms: orNull(count),
  p95_ms: orNull(count),
  mean_ms: orNull(count),
  input_tokens: count,
  output_tokens: count,
  total_tokens: count,
  cost: orNull(named("Cost")),
};

const usage = { input_tokens: count, output_tokens: count, total_tokens: count };

/** Those that others name. */
export const sharedSchemas: Readonly<Record<string, Schema>> = {
  Error: record({ detail: text, "error_code?": text, "run_id?": text }),
  Usage: record(usage),
  ModelUsage: record({ model: text, ...usage }),
  Cost: record({ amount: { type: "number" }, currency: text }),
  Question: record({ run: text, step: text, reason: text, since: time, "who?": listOf(text), "schema?": object }),
  Turn: record({ kind: oneOf("agent", "team"), name: text, session_id: text, run_id: orNull(text) }),
  Step: record({
    id: { type: "array" },
    run: text,
    name: text,
    path: text,
    kind: text,
    status: oneOf("running", "success", "error", "skipped"),
    attempt: count,
    "output?": anything,
    "error_message?": text,
    "usage?": named("Usage"),
    "turn?": named("Turn"),
    "child_run?": text,
    started_at: time,
    "completed_at?": time,
  }),
  Run: record(runFields),
  RunWithSteps: record({ ...runFields, steps: listOf(named("Step")) }),
  Stat: record(statFields),
};

/** Of each route that is ours, by `METHOD path`. */
export const answerSchemas: Readonly<Record<string, Schema>> = {
  "GET /health": record({ status: text, instantiated_at: time }),
  "GET /info": record({
    os_id: text,
    name: text,
    version: text,
    engine_version: orNull(text),
    engine_tested: orNull(flag),
    agent_count: count,
    team_count: count,
    workflow_count: count,
    auth_mode: oneOf("none", "bearer"),
    scopes: listOf(oneOf("read", "run", "approve", "write", "admin")),
    user_id: orNull(text),
    query: flag,
  }),
  "GET /runs": record({ runs: listOf(named("Run")), next: orNull(text) }),
  "GET /runs/stats": record({
    workflows: listOf(record({ workflow_name: text, ...statFields })),
    total: named("Stat"),
    over_time: listOf(record({ workflow_name: text, from: time, ...statFields })),
    bucket: oneOf("hour", "day", "week"),
    "unpriced_models?": listOf(text),
  }),
  "GET /runs/waiting": record({
    questions: listOf(record({ step: text, reason: text, overdue: flag, run: named("Run") })),
  }),
  "GET /runs/{run_id}": record({
    ...runFields,
    "input?": anything,
    "output?": anything,
    cost: orNull(named("Cost")),
    steps: listOf(named("Step")),
    nested: listOf(named("RunWithSteps")),
  }),
  "POST /runs/{run_id}/cancel": named("Run"),
  "POST /query": record({ results: listOf(record({ "result?": anything })), time_ms: count }),
};
