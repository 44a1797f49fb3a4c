/** The tables of the record: what people read, and what a purge deletes. */

/** In the order in which documents and answers name them. */
export const recordTables = [
  "workflow_runs",
  "workflow_steps",
  "workflow_sessions",
  "agent_sessions",
  "agent_messages",
  "agent_tool_calls",
  "team_sessions",
  "team_messages",
  "team_tool_calls",
] as const;
