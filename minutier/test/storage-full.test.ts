import { tmpdir } from "node:os";

import { expect, test } from "vitest";

import { explainStall, explainStorageFull } from "../src/db/engine/storage-full.ts";

test("the engine's refusal on a full disk is storage_full, and says what to do", () => {
  const refused = new Error("IO error: No space left on device: While appending to file: 000004.log");
  expect(explainStorageFull(refused)).toMatchObject({ code: "storage_full", cause: refused });
  expect(explainStorageFull(refused)?.message).toContain("Make room");
  expect(explainStorageFull(new Error("parse error"))).toBeUndefined();
});

test("a call without an answer is storage_full only where no room is left", () => {
  // /proc has no room at all.
  expect(explainStall("/proc", 50)).toMatchObject({ code: "storage_full" });
  expect(explainStall(tmpdir(), 50)).toBeUndefined();
  expect(explainStall("/no/such/folder", 50)).toBeUndefined();
  expect(explainStall(undefined, 50)).toBeUndefined();
});
