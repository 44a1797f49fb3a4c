import { expect, test } from "vitest";

import { AsyncQueue } from "../src/async-queue.ts";

async function drain<T>(queue: AsyncQueue<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of queue) items.push(item);
  return items;
}

test("what was pushed is read in order, before and after the reader comes", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  const reading = drain(queue);
  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.end();
  queue.push(4);
  expect(await reading).toEqual([1, 2, 3]);
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});

test("an error comes after the items before it, once", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.end({ cause: new Error("lost") });
  queue.end();
  expect(await queue.next()).toEqual({ value: 1, done: false });
  await expect(queue.next()).rejects.toThrow("lost");
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});

test("an error whose cause is undefined is an error", async () => {
  const queue = new AsyncQueue<number>();
  queue.end({ cause: undefined });
  await expect(queue.next()).rejects.toBeUndefined();
});

test("several reads at once are all answered, in order", async () => {
  const queue = new AsyncQueue<number>();
  const reads = [queue.next(), queue.next(), queue.next(), queue.next()];
  queue.push(1);
  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.end();
  expect((await Promise.all(reads)).map(({ value }) => value)).toEqual([1, 2, 3, undefined]);
});

test("a reader that stops is told of once, and drops what is left", async () => {
  let stopped = 0;
  const queue = new AsyncQueue<number>(() => stopped++);
  queue.push(1);
  queue.push(2);
  for await (const _ of queue) break;
  await queue.return();
  queue.push(3);
  expect(stopped).toBe(1);
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});

test("a read that waits ends when the reader stops", async () => {
  const queue = new AsyncQueue<number>();
  const waiting = queue.next();
  await queue.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
});

test("a reader that stops after the end is not told of", async () => {
  let stopped = 0;
  const queue = new AsyncQueue<number>(() => stopped++);
  queue.end();
  await queue.return();
  expect(stopped).toBe(0);
});

test("three hundred thousand items that wait are read one by one", async () => {
  const queue = new AsyncQueue<number>();
  for (let n = 0; n < 300_000; n++) queue.push(n);
  queue.end();
  expect(await drain(queue)).toHaveLength(300_000);
});
