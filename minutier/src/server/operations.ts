/** The routes as data: what each takes, for the OpenAPI document. */

/** One route. */
export interface Operation {
  path: string;
  method: "get" | "post" | "patch" | "delete";
  summary: string;
  /** Fields of the form or JSON body, with their descriptions. */
  body?: Record<string, string>;
  query?: Record<string, string>;
  /** The status of success, with what it is. @default 200 */
  status?: string;
  streams?: boolean;
}

const runBody = {
  message: "what is asked; required",
  stream: "true (default) for events, false for one answer",
  background: "true: the run goes on without the client, which gets 202 or, with stream, numbered events",
  session_id: "empty for a new session",
  user_id: "for whom the run is; the authenticated user takes its place",
  metadata: "a JSON object, stored with the run",
};
const resumeBody = { last_event_index: "the number of the last event that was seen", session_id: "the run's session" };
const sessionQuery = { type: "agent, team or workflow", component_id: "the agent's, team's or workflow's id" };
const runQuery = {
  "metadata.<key>": "the value of a metadata key",
  status: "running, waiting, success or error",
  workflow: "a workflow's name",
  session_id: "a session's id",
  from: "created at this time or later",
  to: "created before this time",
  nested: "true: also runs that are a step of another one",
};

const turns = (["agents", "teams"] as const).flatMap((kind): Operation[] => [
  { path: `/${kind}`, method: "get", summary: `The ${kind}.` },
  { path: `/${kind}/{id}`, method: "get", summary: "One of them." },
  {
    path: `/${kind}/{id}/runs`,
    method: "post",
    summary: "Runs it.",
    body: { ...runBody, files: "files for the model" },
    streams: true,
  },
  {
    path: `/${kind}/{id}/runs`,
    method: "get",
    summary: "The runs of a session.",
    query: { session_id: "required", status: "RUNNING, PAUSED, COMPLETED, ERROR or CANCELLED" },
  },
  { path: `/${kind}/{id}/runs/{run_id}`, method: "get", summary: "A run.", query: { session_id: "required" } },
  {
    path: `/${kind}/{id}/runs/{run_id}/checkpoints`,
    method: "get",
    summary: "Always 404: there are none.",
  },
  {
    path: `/${kind}/{id}/runs/{run_id}/checkpoints/{index}`,
    method: "get",
    summary: "Always 404: there are none.",
  },
  {
    path: `/${kind}/{id}/sessions/{session_id}/fork`,
    method: "post",
    summary: "Copies a conversation into a new session.",
    query: { user_id: "whose the new one is; the authenticated user takes its place" },
  },
  {
    path: `/${kind}/{id}/runs/{run_id}/continue`,
    method: "post",
    summary: "Answers the tool calls that a run waits for.",
    body: {
      session_id: "required",
      tools: 'a JSON list of the calls with "confirmed" on each',
      stream: "true (default) for events",
    },
    streams: true,
  },
  {
    path: `/${kind}/{id}/runs/{run_id}/cancel`,
    method: "post",
    summary: "Cancels a run of this process.",
    query: { session_id: "the run's session" },
  },
  {
    path: `/${kind}/{id}/runs/{run_id}/resume`,
    method: "post",
    summary: "Follows a run from where a stream broke off.",
    body: resumeBody,
    streams: true,
  },
]);

/** All of them; a test compares them with the app's. */
export const operations: readonly Operation[] = [
  { path: "/health", method: "get", summary: "Whether the server is up; needs no key." },
  { path: "/config", method: "get", summary: "What is served." },
  { path: "/models", method: "get", summary: "The models." },
  { path: "/info", method: "get", summary: "The server in numbers." },
  ...turns,
  { path: "/workflows", method: "get", summary: "The workflows." },
  {
    path: "/workflows/ws",
    method: "get",
    summary: "The same by WebSocket: start, continue and follow runs.",
    status: "101",
  },
  { path: "/workflows/{id}", method: "get", summary: "A workflow with its steps." },
  { path: "/workflows/{id}/runs", method: "post", summary: "Runs it.", body: runBody, streams: true },
  { path: "/workflows/{id}/runs", method: "get", summary: "The runs of a session.", query: { session_id: "required" } },
  {
    path: "/workflows/{id}/runs/{run_id}",
    method: "get",
    summary: "A run.",
    query: { session_id: "the run's session" },
  },
  {
    path: "/workflows/{id}/runs/{run_id}/continue",
    method: "post",
    summary: "Answers the questions that a run waits for.",
    body: {
      step_requirements: "a JSON list of { step_id, confirmed, user_input? }",
      stream: "true (default) for events",
    },
    streams: true,
  },
  { path: "/workflows/{id}/runs/{run_id}/cancel", method: "post", summary: "Cancels a run, wherever it goes on." },
  {
    path: "/workflows/{id}/runs/{run_id}/resume",
    method: "post",
    summary: "Follows a run from where a stream broke off.",
    body: resumeBody,
    streams: true,
  },
  {
    path: "/sessions",
    method: "get",
    summary: "Sessions of one type.",
    query: {
      ...sessionQuery,
      user_id: "a user",
      session_name: "a part of the name",
      limit: "default 20",
      page: "from 1",
      sort_by: "created_at or updated_at",
      sort_order: "desc or asc",
    },
  },
  {
    path: "/sessions",
    method: "post",
    summary: "Makes a session.",
    query: { type: "default agent" },
    body: {
      agent_id: "or team_id, workflow_id",
      session_id: "default a new one",
      session_name: "its name",
      metadata: "a JSON object",
    },
    status: "201",
  },
  {
    path: "/sessions",
    method: "delete",
    summary: "Deletes sessions.",
    body: { session_ids: "a list", session_types: "a list of the same length" },
    status: "204",
  },
  { path: "/sessions/{id}", method: "get", summary: "A session.", query: sessionQuery },
  {
    path: "/sessions/{id}",
    method: "patch",
    summary: "Changes a session's name or metadata.",
    query: sessionQuery,
    body: { session_name: "its name", metadata: "a JSON object" },
  },
  {
    path: "/sessions/{id}",
    method: "delete",
    summary: "Deletes a session with its messages.",
    query: sessionQuery,
    status: "204",
  },
  {
    path: "/sessions/{id}/rename",
    method: "post",
    summary: "Names a session.",
    query: sessionQuery,
    body: { session_name: "its name" },
  },
  { path: "/sessions/{id}/runs", method: "get", summary: "The runs of a session.", query: sessionQuery },
  { path: "/sessions/{id}/runs/{run_id}", method: "get", summary: "One of them.", query: sessionQuery },
  {
    path: "/sessions/{id}/turns",
    method: "get",
    summary: "A part of a conversation: questions, answers, tool calls and who allowed them.",
    query: {
      ...sessionQuery,
      limit: "turns, default 50, at most 200",
      page: "from 1; default the last one",
      run_id: "without page, the page with this run",
    },
  },
  {
    path: "/sessions/{id}/usage",
    method: "get",
    summary: "Tokens and time of all answers of a conversation.",
    query: sessionQuery,
  },
  {
    path: "/metrics",
    method: "get",
    summary: "Runs and tokens of each day.",
    query: { starting_date: "a date", ending_date: "a date" },
  },
  { path: "/metrics/refresh", method: "post", summary: "The same: nothing is kept that could be out of date." },
  { path: "/metrics/refresh/status", method: "get", summary: "Always idle." },
  {
    path: "/runs",
    method: "get",
    summary: "Workflows' runs across sessions, newest first.",
    query: {
      ...runQuery,
      limit: "default 50, at most 200",
      cursor: "next of the page before",
      until: "with cursor, the last run of the page: quick at any depth",
    },
  },
  {
    path: "/runs/pages",
    method: "get",
    summary: "How many runs fit, and the last run of each page.",
    query: { ...runQuery, limit: "runs of a page", cursor: "only those after it" },
  },
  {
    path: "/runs/stats",
    method: "get",
    summary: "Executions, durations, tokens and costs of each workflow, of all, and over time.",
    query: { ...runQuery, bucket: "hour, day or week" },
  },
  {
    path: "/runs/live",
    method: "get",
    summary: "Changes of runs as they happen.",
    query: { "metadata.<key>": "the value of a metadata key" },
    streams: true,
  },
  {
    path: "/runs/waiting",
    method: "get",
    summary: "The questions that runs wait for.",
    query: { who: "who is asked", "metadata.<key>": "the value of a metadata key" },
  },
  {
    path: "/runs/export",
    method: "get",
    summary: "Runs with their steps, inputs and outputs, oldest first: one JSON object a line.",
    query: runQuery,
  },
  { path: "/runs/stale", method: "get", summary: "The runs whose process died." },
  {
    path: "/runs/recover",
    method: "post",
    summary: "Goes on with the runs whose process died, or closes them, as their workflows say.",
    body: { stream: "false (default) for one answer, true for events" },
    streams: true,
  },
  {
    path: "/runs/purge",
    method: "post",
    summary: "Deletes ended runs with all that they left; counts them unless dry_run is false.",
    body: {
      before: "runs that began before this time",
      metadata: "a JSON object: every key must be equal",
      workflow: "a workflow's name",
      status: "success or error",
      dry_run: "true (default): only counts",
      stream: "false (default) for one answer, true for events",
    },
    streams: true,
  },
  { path: "/runs/{run_id}", method: "get", summary: "A run with its steps." },
  {
    path: "/query",
    method: "post",
    summary: "Reads the record's tables by SurrealQL, when the operator offers it.",
    body: { surql: "SELECTs, separated by semicolons", variables: "a JSON object: $name in the SurrealQL" },
  },
  {
    path: "/runs/{run_id}/approve",
    method: "post",
    summary: "Answers yes, and goes on with the run.",
    body: {
      step: "the question, when several are open",
      since: "the question that was seen, by its since: another one by now is a 409",
      payload: "JSON",
      note: "a word with it",
      stream: "false (default)",
      background: "true: 202 once the answer is on record",
    },
    streams: true,
  },
  {
    path: "/runs/{run_id}/reject",
    method: "post",
    summary: "Answers no, and goes on with the run.",
    body: {
      step: "the question, when several are open",
      since: "the question that was seen, by its since: another one by now is a 409",
      note: "a word with it",
      stream: "false (default)",
      background: "true: 202 once the answer is on record",
    },
    streams: true,
  },
  { path: "/runs/{run_id}/cancel", method: "post", summary: "Cancels a run, wherever it goes on." },
  {
    path: "/runs/{run_id}/resume",
    method: "post",
    summary: "Goes on with a run whose process died.",
    status: "202",
  },
  { path: "/doctor", method: "get", summary: "The state of the database as checks, each with what to do." },
];
