/** Questions that everybody asks of the record, in SurrealQL. */
export const examples = [
  {
    // Ids are in the order of time, and read from their end: quick on any record.
    name: "newest",
    text: `SELECT id, workflow_name, status, created_at, completed_at, metadata
FROM workflow_runs ORDER BY id DESC LIMIT 10;`,
  },
  {
    name: "dossier",
    text: `SELECT * FROM workflow_runs
WHERE metadata.dossier_id = "dossier:abc123"
ORDER BY created_at DESC;`,
  },
  {
    name: "counts",
    text: `SELECT workflow_name, count() AS executions,
  count(status = 'success') AS successes, count(status = 'error') AS errors
FROM workflow_runs GROUP BY workflow_name;`,
  },
  {
    name: "latest",
    text: `SELECT workflow_name, status, created_at, completed_at, metadata
FROM workflow_runs ORDER BY created_at DESC LIMIT 10;`,
  },
  {
    name: "running",
    text: `SELECT * FROM workflow_runs
WHERE status = 'running' AND created_at > time::now() - 1h;`,
  },
] as const;
