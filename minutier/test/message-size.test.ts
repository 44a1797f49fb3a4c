/** What is too large for one message is told before it is sent: nothing is lost, and each run's row says so. */
import { tool } from "ai";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { Agent } from "../src/agent/agent.ts";
import { surql } from "../src/db/statement.ts";
import { SurrealDb, type SurrealDbOptions } from "../src/db/surreal-db.ts";
import { MinutierError, type RunError } from "../src/errors.ts";
import { scriptedModel } from "../src/testing/scripted-model.ts";
import { parallel, step } from "../src/workflow/entries.ts";
import { Workflow } from "../src/workflow/workflow.ts";
import { backends, rootAuth, sharedServer } from "./backends.ts";
import { failureOf } from "./failure-of.ts";
import { findSurreal } from "./surreal-server.ts";

const maxMessageBytes = 100_000;
const large = "é".repeat(maxMessageBytes / 2);
const remote = backends.filter(({ name }) => name === "ws" || name === "server");

const tooLarge = expect.objectContaining({
  code: "invalid_value",
  message: expect.stringMatching(
    /The query is .* MiB as it is sent, and the server takes .* Nothing was sent\..*maxMessageBytes/,
  ),
});

function use(options: SurrealDbOptions): SurrealDb {
  const db = new SurrealDb({ auth: rootAuth, namespace: "test", ...options });
  onTestFinished(() => db.close());
  return db;
}

for (const backend of remote) {
  describe(`a message that is too large, on ${backend.name}`, () => {
    const open = (): Promise<SurrealDb> => backend.open({ maxMessageBytes });

    test("is refused to the byte, with its size", async () => {
      const db = await open();
      const text = "RETURN string::len($value)";
      const error = (await failureOf(db.query(text, { value: "x".repeat(maxMessageBytes) }))) as MinutierError;
      expect(error).toEqual(tooLarge);
      const over = Number(error.details["bytes"]) - maxMessageBytes;
      const longest = maxMessageBytes - over;
      expect(await db.query(text, { value: "x".repeat(longest) })).toEqual([longest]);
      expect(await failureOf(db.query(text, { value: "x".repeat(longest + 1) }))).toMatchObject({
        details: { bytes: maxMessageBytes + 1, maxMessageBytes },
      });
    });

    test("is refused at once, and calls beside it and after it are answered", async () => {
      const db = await open();
      await db.query("DEFINE TABLE item");
      const calls = [0, 1, 2, 3].flatMap((n) => [
        failureOf(db.query("CREATE item SET text = $large", { large })),
        db.query("CREATE ONLY item SET n = $n RETURN VALUE n", { n }),
      ]);
      const began = performance.now();
      expect(await Promise.all(calls)).toEqual([0, 1, 2, 3].flatMap((n) => [tooLarge, [n]]));
      expect(performance.now() - began).toBeLessThan(2000);
      expect(await db.query("RETURN count(SELECT * FROM item)")).toEqual([4]);
    });

    test("many writes at once that are too large together are all there, one that is too large alone fails alone", async () => {
      const db = await open();
      const database = SurrealDb.databaseOf(db);
      const lengths = Array.from({ length: 40 }, (_, index) => (index === 20 ? maxMessageBytes : 10_000 + index));
      const writes = lengths.map((length) => {
        const statement = surql`CREATE ONLY item SET text = ${"x".repeat(length)} RETURN VALUE string::len(text)`;
        return database.write([statement]).catch((error: unknown) => error);
      });
      expect(await Promise.all(writes)).toEqual(
        lengths.map((length) => (length >= maxMessageBytes ? tooLarge : [length])),
      );
      expect(await db.query("RETURN count(SELECT * FROM item)")).toEqual([39]);
    });

    test.for([
      ["its input", [step("a", () => 1)], { input: large }],
      ["its metadata", [step("a", () => 1)], { input: 1, metadata: { large } }],
    ] as const)("a run does not start with %s, and leaves no row", async ([, steps, { input, ...options }]) => {
      const db = await open();
      const workflow = new Workflow({ name: "w", db, steps: [...steps] });
      expect(await failureOf(workflow.run(input, options))).toEqual(tooLarge);
      expect(await db.runs.latest()).toEqual([]);
    });

    test.for([
      ["a step's output", [step("a", () => large), step("b", () => 1)]],
      ["the last step's output", [step("a", () => large)]],
      ["the steps' outputs together", ["a", "b", "c"].map((name) => step(name, () => large.slice(0, 30_000)))],
      ["its state", [step("a", (_, ctx) => void ((ctx.state as Record<string, unknown>)["large"] = large))]],
      [
        "an error's message",
        [
          step("a", () => {
            throw new Error(large);
          }),
        ],
      ],
      [
        "what one branch gave before the other failed",
        [
          parallel("p", {
            a: () => large,
            b: () => {
              throw new Error("no");
            },
          }),
        ],
      ],
    ] as const)("a run that ends with %s has a row that says so, and its caller the work", async ([, steps]) => {
      const db = await open();
      const workflow = new Workflow({ name: "w", db, steps: steps as never });
      const error = (await failureOf(workflow.run(1, { sessionId: "s" }))) as RunError;
      expect(["result_not_recorded", "step_failed"]).toContain(error.code);
      const row = await db.runs.get(error.runId);
      expect(row).toMatchObject({ status: "error", error_code: error.code });
      expect(
        await new Workflow({ name: "w", db, steps: [step("a", () => "after")] }).run(1, { sessionId: "s" }),
      ).toMatchObject({
        output: "after",
      });
    });

    const work = tool({ inputSchema: z.object({ text: z.string().optional() }), execute: () => large });
    const call = (input: object): object => ({ toolCalls: [{ toolName: "work", input }] });
    test.for([
      ["the question", ["ok"], large],
      ["the answer", [large], "q"],
      ["a tool's output", [call({}), "fini"], "q"],
      ["a tool's input", [call({ text: large }), "fini"], "q"],
      ["an error's message", [new Error(large)], "q"],
    ] as const)(
      "a turn with %s that is too large ends, and the next of its session is answered",
      async ([, script, question]) => {
        const db = await open();
        const options = { sessionId: "s" };
        const agent = new Agent({ name: "a", db, model: scriptedModel([...script] as never), tools: { work } });
        const outcome = await agent.run(question, options).then(
          // A tool whose input can't be stored does not run, and the model hears why.
          ({ text }) => text,
          (error: MinutierError) => error.code,
        );
        expect(["invalid_value", "result_not_recorded", "model_failed", "fini"]).toContain(outcome);
        const began = performance.now();
        const next = new Agent({ name: "a", db, model: scriptedModel(["réponse"]) });
        expect((await next.run("encore", options)).text).toBe("réponse");
        expect(performance.now() - began).toBeLessThan(2000);
      },
    );
  });
}

test("over HTTP the limit is that of HTTP", async () => {
  const { httpUrl } = await sharedServer();
  const db = use({ url: httpUrl, database: "http" });
  const error = (await failureOf(db.query("RETURN 1", { v: "x".repeat(4 * 1024 * 1024) }))) as MinutierError;
  expect(error).toMatchObject({
    message: expect.stringMatching(/the server takes 4 MiB \(4194304 bytes\).*HTTP_MAX_RPC_BODY_SIZE/),
  });
  expect(await db.query("RETURN string::len($v)", { v: "x".repeat(4_194_000) })).toEqual([4_194_000]);
});

test("of an application's own connection it is checked when it is given", async () => {
  const { Surreal } = await import("surrealdb");
  const client = new Surreal();
  onTestFinished(async () => void (await client.close()));
  await client.connect((await sharedServer()).url, { namespace: "test", database: "own", authentication: rootAuth });
  expect(await failureOf(new SurrealDb({ client, maxMessageBytes }).query("RETURN $large", { large: large }))).toEqual(
    tooLarge,
  );
  expect(await new SurrealDb({ client }).query("RETURN $large", { large: large })).toEqual([large]);
});

test("an embedded database has no limit", async () => {
  const db = use({ url: "mem://", auth: undefined as never, maxMessageBytes: 1000 });
  expect(await db.query("RETURN string::len($large)", { large: large })).toEqual([large.length]);
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1" as never])("the limit can't be %s", (value) => {
  expect(() => new SurrealDb({ maxMessageBytes: value })).toThrow(/maxMessageBytes/);
});

describe.skipIf(findSurreal() === undefined)("a SurrealDB server's own limits are ours", () => {
  test("128 MiB by WebSocket, to the byte", async () => {
    const { url } = await sharedServer("server");
    const db = use({ url, database: "limits" });
    const bytesOf = async (length: number): Promise<unknown> => {
      const outcome = await db
        .query("RETURN bytes::len($v)", { v: new Uint8Array(length) })
        .catch((error: unknown) => error);
      return MinutierError.isInstance(outcome) ? outcome.details["bytes"] : outcome;
    };
    const most = 128 * 1024 * 1024;
    const over = Number(await bytesOf(most)) - most;
    expect(await bytesOf(most - over)).toEqual([most - over]);
    expect(await bytesOf(most - over + 1)).toBe(most + 1);
    expect(await db.query("RETURN 1")).toEqual([1]);
  }, 60_000);

  test("forty writes of 4 MB at once, more than one message takes, are all there", async () => {
    const { url } = await sharedServer("server");
    const database = SurrealDb.databaseOf(use({ url, database: "batch" }));
    const text = "x".repeat(4_000_000);
    const writes = Array.from({ length: 40 }, () =>
      database.write([surql`CREATE item SET text = ${text} RETURN NONE`]),
    );
    await Promise.all(writes);
    expect(await database.runAll({ text: "RETURN count(SELECT VALUE id FROM item)", variables: {} })).toEqual([40]);
  }, 90_000);
});
