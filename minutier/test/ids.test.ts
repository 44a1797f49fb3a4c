import { decodeTime } from "ulid";
import { expect, test, vi } from "vitest";

import { createId } from "../src/ids.ts";

test("ids made in one millisecond are in the order of their making, and none is twice", () => {
  const ids = Array.from({ length: 20_000 }, createId);
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id is a plain key that needs no quotes in SurrealQL, and holds its time", () => {
  const before = Date.now();
  const id = createId();
  expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  expect(decodeTime(id)).toBeGreaterThanOrEqual(before);
  expect(decodeTime(id)).toBeLessThanOrEqual(Date.now());
});

test("ids go on upward when the clock is set back", () => {
  const last = createId();
  vi.useFakeTimers({ now: Date.now() - 3_600_000 });
  try {
    expect(createId() > last).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
