/**
 * The embedded engine's native class.
 *
 * `@surrealdb/node` exports only an SDK engine, whose `open` never reports a failure, whose paths stay
 * percent-encoded, and whose notification loop keeps the process alive until `free()`, after which RocksDB can't be
 * opened again in this process. The native class that it loads has none of these faults, so we drive that one.
 */
import { createRequire } from "node:module";

import "@surrealdb/node";

/** Options of the native engine, those that we use. */
export interface NativeEngineOptions {
  capabilities?: Record<string, unknown>;
}

/** The queue of live notifications; `recv()` is `null` once the engine is freed. */
export interface NativeNotifications {
  recv(): Promise<Uint8Array | null>;
}

/** One open datastore. Payloads and answers are CBOR-encoded RPC messages. */
export interface NativeEngine {
  execute(payload: Uint8Array): Promise<Uint8Array>;
  notifications(): Promise<NativeNotifications>;
  export(config?: Uint8Array): Promise<string>;
  import(sql: string): Promise<void>;
  /** Aborts the process when a call is still in flight: drain first. */
  free(): void;
}

interface NativeModule {
  SurrealNodeEngine: { connect(endpoint: string, options?: NativeEngineOptions): Promise<NativeEngine> };
}

function findNativeModule(): NativeModule {
  const loaded = Object.values(createRequire(import.meta.url).cache);
  for (const module of loaded) {
    const exports: unknown = module?.exports;
    if (typeof exports === "object" && exports !== null && "SurrealNodeEngine" in exports) {
      return exports as NativeModule;
    }
  }
  throw new Error("@surrealdb/node did not load its native engine: install it again for this platform");
}

/** Opens `endpoint` (`mem://` or `rocksdb://<absolute path, not percent-encoded>`); rejects when it can't. */
export function openNativeEngine(endpoint: string, options?: NativeEngineOptions): Promise<NativeEngine> {
  return findNativeModule().SurrealNodeEngine.connect(endpoint, options);
}
