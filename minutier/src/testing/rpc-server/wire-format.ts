/** The formats that messages come in. Inside the server every message is CBOR, as the engine's are. */
import { cborToJson } from "./cbor-to-json.ts";
import { encodeValue } from "./cbor-frame.ts";
import { MalformedFrame } from "./cbor-reader.ts";
import { writeList } from "./cbor-writer.ts";
import type { Datastore } from "./datastore.ts";
import { jsonToCbor } from "./json-to-cbor.ts";

export type WireFormat = "cbor" | "json";

/** To CBOR; throws {@link MalformedFrame}. */
export function readMessage(format: WireFormat, message: Uint8Array): Uint8Array {
  return format === "cbor" ? message : jsonToCbor(toUtf8(message));
}

/** From CBOR: a text when it is JSON. */
export async function writeMessage(
  format: WireFormat,
  message: Uint8Array,
  datastore: Datastore,
): Promise<Uint8Array | string> {
  return format === "cbor" ? message : await toJson(message, datastore);
}

export function toJson(value: Uint8Array, datastore: Datastore): Promise<string> {
  return cborToJson(value, async (values) => {
    const query = encodeValue("RETURN $values.map(|$value| <string> $value)");
    const variables = Buffer.concat([Uint8Array.of(0xa1), encodeValue("values"), writeList(values)]);
    const [statement] = await datastore.queryEncoded(writeList([query, variables]));
    return statement?.result as string[];
  });
}

function toUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MalformedFrame("not UTF-8", { cause });
  }
}
