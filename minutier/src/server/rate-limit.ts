/** A bucket of tokens for each sender, in memory: each request takes one, time gives them back. */
import { createHash } from "node:crypto";

import type { Context, MiddlewareHandler } from "hono";

import { addressOf, type ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";

interface Bucket {
  tokens: number;
  at: number;
}

/** Senders that are remembered; beyond that the one longest silent is forgotten. */
const maxBuckets = 10_000;

/** Refuses with 429 who asks more often than the rate; wrong keys are counted together, by their sender's address. */
export function limitRate({ perMinute, burst }: { perMinute: number; burst: number }): MiddlewareHandler<ServerEnv> {
  const buckets = new Map<string, Bucket>();
  const fill = (key: string): Bucket => {
    const now = performance.now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const filled = { tokens: Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000), at: now };
    // Set again, so that the first of the map is the one longest silent.
    buckets.delete(key);
    buckets.set(key, filled);
    const [oldest] = buckets.keys();
    if (buckets.size > maxBuckets && oldest !== undefined) buckets.delete(oldest);
    return filled;
  };
  const check = ({ tokens }: Bucket): void => {
    if (tokens >= 1) return;
    const seconds = Math.ceil(((1 - tokens) * 60) / perMinute);
    throw new HttpError(429, `Too many requests. Try again in ${seconds} s.`, { "Retry-After": String(seconds) });
  };
  return async (c, next) => {
    const refused = fill(`refused ${addressOf(c) ?? "unknown"}`);
    check(refused);
    const sender = fill(senderOf(c));
    check(sender);
    sender.tokens -= 1;
    await next();
    if (c.res.status === 401) refused.tokens -= 1;
  };
}

function senderOf(c: Context<ServerEnv>): string {
  const address = addressOf(c) ?? "unknown";
  const authorization = c.req.header("authorization");
  if (authorization === undefined) return `address ${address}`;
  // The key's digest and the address: neither the key itself in memory, nor one sender's haste another's limit.
  return `key ${createHash("sha256").update(authorization).digest("base64")} ${address}`;
}
