/** How long a request's body may be, which a server has another limit for on each route. */
import type { IncomingMessage } from "node:http";

import { plainFailure } from "./http-reply.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

const TOO_LONG = "length limit exceeded";

/** In bytes. */
export const limits: Record<"rpc" | "sql" | "import" | "key" | "access" | "other", number> = {
  rpc: 4 * MIB,
  sql: MIB,
  import: 4096 * MIB,
  key: 16 * KIB,
  access: KIB,
  other: 2 * MIB,
};

/** Throws {@link HttpFailure} for one that is too long, at once when its length was announced. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers["content-length"] ?? 0);
  // Only the routes that have a limit of their own look at that.
  const isOther = maxBytes === limits.other;
  if (announced > maxBytes)
    throw isOther ? plainFailure(413, `Failed to buffer the request body: ${TOO_LONG}`) : tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLong(): Error {
  return plainFailure(413, TOO_LONG);
}
