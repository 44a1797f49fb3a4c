import { expect, test } from "vitest";

import { step, Workflow } from "../src/index.ts";
import { openDb, request, start } from "./server-fixture.ts";

test("queries are for admins, where the operator offers them", async () => {
  const db = await openDb();
  await new Workflow({ name: "half", db, steps: [step("halve", (n: number) => n / 2)] }).run(2);
  await db.query("CREATE dossier:d1 SET secret = 'sealed'");
  const ask = { surql: "SELECT workflow_name, output FROM workflow_runs WHERE output = $n", variables: { n: 1 } };

  const closed = await start({ db });
  expect(await request(`${closed.url}/query`, { json: ask })).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining("query: true") },
  });

  const { url } = await start({ db, query: true });
  const answer = await request(`${url}/query`, { json: ask });
  expect(answer).toMatchObject({
    status: 200,
    body: { results: [{ result: [{ workflow_name: "half", output: 1 }] }], time_ms: expect.any(Number) },
  });
  const form = { surql: ask.surql, variables: JSON.stringify(ask.variables) };
  expect((await request(`${url}/query`, { form })).body["results"]).toEqual(answer.body["results"]);
  const refusals: [surql: string, detail: string][] = [
    ["SELECT * FROM dossier", "none of the record's tables"],
    ["DELETE workflow_runs", "Only SELECT"],
    ["SELECT * FROM workflow_runs WHERE", "Parse error"],
    ["SELECT math::sum('x') FROM workflow_runs", "math::sum"],
    ["", "surql is missing"],
  ];
  for (const [surql, detail] of refusals)
    expect([surql, await request(`${url}/query`, { json: { surql } })]).toMatchObject([
      surql,
      { status: 422, body: { detail: expect.stringContaining(detail) } },
    ]);
  expect((await request(`${url}/query`, { json: { surql: ask.surql, variables: [1] } })).status).toBe(422);

  const users: Record<string, { userId: string; scopes?: string[] }> = {
    ana: { userId: "ana" },
    reader: { userId: "r", scopes: ["read", "write"] },
    chief: { userId: "c", scopes: ["admin"] },
  };
  const auth = (req: Request) => users[req.headers.get("authorization")?.slice(7) ?? ""] ?? null;
  const guarded = await start({ db, query: true, auth });
  const statusFor = async (key: string): Promise<number> =>
    (await request(`${guarded.url}/query`, { json: ask, key })).status;
  expect([
    await statusFor("ana"),
    await statusFor("reader"),
    await statusFor("chief"),
    await statusFor("none"),
  ]).toEqual([403, 403, 200, 401]);
});

test("an answer that is too large is refused", async () => {
  const db = await openDb();
  const workflow = new Workflow({ name: "large", db, steps: [step("x", () => "x".repeat(3_000_000))] });
  for (let index = 0; index < 3; index++) await workflow.run(1);
  const { url } = await start({ db, query: true });
  expect(await request(`${url}/query`, { json: { surql: "SELECT output FROM workflow_runs" } })).toMatchObject({
    status: 422,
    body: { detail: expect.stringContaining("8 MiB") },
  });
});
