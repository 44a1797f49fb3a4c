/** A request's body, read no further than its limit. */
import type { Context } from "hono";

import { HttpError } from "./http-error.ts";

/** The bytes; throws 413 for more than `maxBytes`, before reading when the request says so itself. */
export async function readBody(c: Context, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): HttpError => new HttpError(413, `The body is larger than ${maxBytes} bytes.`);
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge();
  const { body } = c.req.raw;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
