/** `POST /rpc`: one RPC message, in the format of its content type. */
import type { HttpCall } from "./http-call.ts";
import { CBOR_TYPE, JSON_TYPE, type Reply, unsupportedType } from "./http-reply.ts";
import { readAccept, readContentType, toFormat } from "./http-types.ts";
import { readMessage, writeMessage } from "./wire-format.ts";

export async function answerRpc({ backend, connection, headers, body }: HttpCall): Promise<Reply> {
  const type = readContentType(headers);
  const accept = readAccept(headers);
  const format = toFormat(type);
  if (accept !== undefined && accept !== type) throw unsupportedType();
  const answer = await connection.ask(() => readMessage(format, body));
  const written = await writeMessage(format, answer, backend.datastore);
  return { status: 200, type: format === "json" ? JSON_TYPE : CBOR_TYPE, body: written };
}
