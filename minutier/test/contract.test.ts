import { expect, test } from "vitest";

import { temporaryFolder } from "./backends.ts";
import { runFixture } from "./run-fixture.ts";

const datetime = { datetime: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/) };
const record = (text: string | RegExp) => ({ record: expect.stringMatching(text) });
const metadata = { dossier_id: "dossier:abc123", user_id: { record: "user:notaire1" } };
const typed = {
  amount: { decimal: expect.stringMatching(/^450000\.50?(dec)?$/) },
  at: { datetime: "2026-03-01T00:00:00.123Z" },
  big: { int: String(2n ** 60n) },
  bytes: { bytes: [1, 2] },
  list: [1, "deux", null],
};

test("what the library wrote in one process, the plain SDK reads in another: names, types and values of the contract", async () => {
  const url = `rocksdb://${await temporaryFolder()}`;
  expect(await runFixture("write-contract", [url])).toMatchObject({ code: 0, signal: null, stderr: "" });
  const read = await runFixture("read-contract", [url]);
  expect(read).toMatchObject({ code: 0, stderr: "" });
  const { runs, workflowSessions, agentSessions, teamSessions } = JSON.parse(read.stdout) as Record<
    string,
    Record<string, unknown>[]
  >;

  /** What stands beside the contract's fields in every row. */
  const ours = { definition: expect.stringMatching(/^[0-9a-f]{16}$/), revision: 2, ended_by: expect.any(String) };
  expect(runs).toEqual([
    {
      id: record(/^workflow_runs:[0-9A-Z⟨⟩]+$/),
      workflow_name: "analyse_dossier",
      status: "success",
      revision: 2,
      input: typed,
      output: typed,
      metadata,
      created_at: datetime,
      updated_at: datetime,
      completed_at: datetime,
      session_id: "s3",
      ...ours,
    },
    {
      id: record(/^workflow_runs:[0-9A-Z⟨⟩]+$/),
      workflow_name: "analyse_dossier",
      status: "error",
      revision: 2,
      input: { dossier: 1 },
      metadata,
      created_at: datetime,
      updated_at: datetime,
      completed_at: datetime,
      error_message: expect.stringContaining("illisible"),
      error_code: "step_failed",
      error_step: "échouer",
      session_id: "s3",
      ...ours,
    },
  ]);

  expect(workflowSessions).toEqual([
    {
      id: record("^workflow_sessions:"),
      workflow_name: "analyse_dossier",
      session_id: "s3",
      state: {},
      working: record("^run_leases:"),
      created_at: datetime,
      updated_at: datetime,
    },
  ]);

  const message = (role: string, content: string) => ({ role, content, timestamp: datetime });
  expect(agentSessions?.find(({ session_id }) => session_id === "s1")).toEqual({
    id: record("^agent_sessions:"),
    agent_name: "extracteur",
    session_id: "s1",
    messages: [
      message("user", "Extraire"),
      message("assistant", "Deux parties."),
      message("user", "Encore"),
      message("assistant", "Deux parties."),
    ],
    message_count: 4,
    metadata,
    created_at: datetime,
    updated_at: datetime,
  });
  // The team's member has a session of its own.
  expect(agentSessions).toHaveLength(2);

  expect(teamSessions).toEqual([
    {
      id: record("^team_sessions:"),
      team_name: "étude",
      session_id: "s2",
      agents: ["extracteur"],
      state: {},
      messages: [message("user", "Vérifier"), message("assistant", "Fait.")],
      message_count: 2,
      metadata: {},
      created_at: datetime,
      updated_at: datetime,
    },
  ]);
});
