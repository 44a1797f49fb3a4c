/**
 * How large a message to a server may be, told before it is sent.
 *
 * A server ends the connection over a larger one without a word (SurrealDB 3.3.5: 128 MiB by WebSocket), or refuses it
 * (4 MiB by HTTP), so that nobody knew what was wrong.
 */
import { MinutierError } from "../../errors.ts";
import type { Endpoint } from "./endpoint.ts";

/** What a server takes, and the setting that says so there. */
export interface MessageLimit {
  readonly bytes: number;
  readonly setting: string;
}

const bySocket: MessageLimit = { bytes: 128 * 1024 * 1024, setting: "SURREAL_WEBSOCKET_MAX_MESSAGE_SIZE" };
const byHttp: MessageLimit = { bytes: 4 * 1024 * 1024, setting: "SURREAL_HTTP_MAX_RPC_BODY_SIZE" };

/** The limit of an endpoint's server, by its default or as it was set; an embedded engine has none. */
export function messageLimitOf(endpoint: Endpoint, setBytes: number | undefined): MessageLimit | undefined {
  if (endpoint.kind !== "remote") return undefined;
  const { bytes, setting } = /^http/i.test(endpoint.url) ? byHttp : bySocket;
  return { bytes: setBytes ?? bytes, setting };
}

/** That of an application's own connection, which does not tell whose it is: as it was set. */
export function messageLimitOfClient(setBytes: number | undefined): MessageLimit | undefined {
  return setBytes === undefined ? undefined : { ...bySocket, bytes: setBytes };
}

/** Throws `invalid_value` for a message that is too large. */
export function checkMessageSize(bytes: number, limit: MessageLimit): void {
  if (bytes <= limit.bytes) return;
  const [size, most] = [bytes, limit.bytes].map(inMebibytes);
  throw new MinutierError(
    "invalid_value",
    `The query is ${size} as it is sent, and the server takes ${most} (${limit.bytes} bytes) in one message. Nothing was sent. Store large contents elsewhere and their address here, or raise ${limit.setting} at the server and maxMessageBytes with it.`,
    { details: { bytes, maxMessageBytes: limit.bytes } },
  );
}

/** Rounded up, so that what is too large never reads as the limit itself. */
function inMebibytes(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return `${mebibytes < 0.1 ? mebibytes.toPrecision(2) : Math.ceil(mebibytes * 10) / 10} MiB`;
}
