/** An embedded engine by itself, whichever: the library's own way in refuses those that lose what they acknowledged. */
import { Surreal } from "surrealdb";

import { DriverCodec } from "../../src/db/engine/driver-codec.ts";
import { EmbeddedEngine } from "../../src/db/engine/embedded-engine.ts";
import { openNativeEngine } from "../../src/db/engine/native-engine.ts";

export const engineNames = ["surrealkv", "rocksdb", "mem"] as const;
export type EngineName = (typeof engineNames)[number];

/** Opens it on a folder, one sync a commit; closing the client frees the engine. */
export async function openEngine(name: EngineName, folder: string): Promise<Surreal> {
  const engine = await openNativeEngine(name === "mem" ? "mem://" : `${name}://${folder}?sync=every`);
  const store = { engine, serial: name === "mem", release: () => engine.free() };
  const client = new Surreal({
    codecs: { cbor: (options) => new DriverCodec(options) },
    engines: { embedded: (context) => new EmbeddedEngine(context, store) },
  });
  await client.connect("embedded://store", { namespace: "kills", database: "kills" });
  await client.query(
    "DEFINE TABLE IF NOT EXISTS first SCHEMALESS; DEFINE TABLE IF NOT EXISTS second SCHEMALESS; DEFINE INDEX IF NOT EXISTS number ON first FIELDS number",
  );
  return client;
}
