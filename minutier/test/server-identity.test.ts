/** Who is nobody sees nothing: only a user is one, and only who is said to be an administrator is that. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { step, Workflow } from "../src/index.ts";
import { createServer, type ServerOptions } from "../src/server/index.ts";
import { openDb } from "./server-fixture.ts";

const db = await openDb();
const workflow = new Workflow({ name: "w", db, steps: [step("s", (x: number) => x)] });
await workflow.run(1, { userId: "user:ana", metadata: { about: "of ana" } });
await workflow.run(1, { metadata: { about: "of nobody" } });

async function ask(identity: unknown, path = "/runs"): Promise<{ status: number; text: string }> {
  const auth = (() => identity) as NonNullable<ServerOptions["auth"]>;
  const answer = await createServer({ db, workflows: [workflow], auth }).request(path);
  return { status: answer.status, text: await answer.text() };
}

const users: Record<string, unknown> = { "key of ana": { userId: "user:ana" } };

describe("an identity", () => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["no fields", {}],
    ["claims without a subject", { userId: undefined }],
    ["a user that is null", { userId: null }],
    ["a user that is a number", { userId: 0 }],
    ["a user without a name", { userId: "" }],
    ["a user that is a list", { userId: ["user:ana"] }],
    ["a list", []],
    ["a truth", true],
    ["a text", "admin"],
    ["what every table of users inherits", users["__proto__"]],
    ["what it is made by", users["constructor"]],
    ["a promise of nobody", Promise.resolve({})],
    ["scopes in one text", { userId: "user:eve", scopes: "profile administrative" }],
    ["scopes in one text, and no user", { scopes: "admin" }],
    ["scopes in an object", { userId: "user:eve", scopes: { includes: () => true } }],
    ["scopes that are no texts", { userId: "user:eve", scopes: [["admin"]] }],
    ["scopes and no user", { scopes: ["read", "run"] }],
    ["scopes like the administrator's", { scopes: ["ADMIN", "administrator", " admin"] }],
    ["an administrator whose user is null", { userId: null, scopes: ["admin"] }],
  ])("that is %s is nobody's", async (_, identity) => {
    for (const path of ["/runs", "/info", "/sessions", "/doctor"]) {
      const { status, text } = await ask(identity, path);
      expect([path, status]).toEqual([path, 401]);
      expect(text).not.toContain("ana");
    }
  });

  test("is a user's, with what is theirs", async () => {
    expect(await ask({ userId: "user:ana" })).toMatchObject({ status: 200, text: expect.stringContaining("of ana") });
    expect((await ask({ userId: "user:ana" })).text).not.toContain("of nobody");
    expect((await ask({ userId: "user:eve" })).text).not.toContain("of ");
  });

  test("is an administrator's, who is said to be one, with everything", async () => {
    for (const identity of [{ scopes: ["admin"] }, { userId: "user:chief", scopes: ["read", "admin"] }]) {
      const { status, text } = await ask(identity);
      expect([status, text.includes("of ana"), text.includes("of nobody")]).toEqual([200, true, true]);
    }
  });

  test("that a function makes of anything shows what is not its user's only to an administrator", async () => {
    const odd = fc.oneof(fc.anything(), fc.constantFrom("user:eve", "", "admin", "*"));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.anything(), fc.record({ userId: odd, scopes: fc.oneof(odd, fc.array(odd)) }, { requiredKeys: [] })),
        async (identity) => {
          const given = (identity ?? {}) as { userId?: unknown; scopes?: unknown };
          const isAdministrator = Array.isArray(given.scopes) && given.scopes.includes("admin");
          if (isAdministrator) return;
          expect((await ask(identity)).text).not.toContain("of ");
        },
      ),
      { numRuns: 300 },
    );
  });
});
