/** `/signin` and `/signup`: a token for the credentials in the body. */
import { decodeValue, encodeValue } from "./cbor-frame.ts";
import { type HttpCall, readText, replyWith } from "./http-call.ts";
import { type Reply, requestProblem } from "./http-reply.ts";
import { readAccept } from "./http-types.ts";
import { jsonToCbor } from "./json-to-cbor.ts";
import { accessTokenOf } from "./principal.ts";

export async function giveToken(method: "signin" | "signup", call: HttpCall): Promise<Reply> {
  const accept = readAccept(call.headers);
  const credentials = readCredentials(readText(call));
  const token = await call.connection.request(method, [credentials]);
  if (accept === undefined) return { status: 200 };
  if (accept === "text/plain") return { status: 200, type: accept, body: accessTokenOf(token) ?? "" };
  return await replyWith(call, encodeValue({ code: 200, details: "Authentication succeeded", token }));
}

function readCredentials(text: string): object {
  try {
    const credentials = decodeValue(jsonToCbor(text));
    if (typeof credentials === "object" && credentials !== null && !Array.isArray(credentials)) return credentials;
  } catch {
    // Not JSON.
  }
  throw requestProblem("The request body contains invalid data");
}
