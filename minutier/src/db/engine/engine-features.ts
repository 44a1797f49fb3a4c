/**
 * What an engine can do that an older one can't: the one place that asks for a version. A feature counts from the
 * oldest version that it was seen in; `test/engine-facts.test.ts` holds each against every engine that is tested.
 */
import { type EngineVersion, isOlder } from "./engine-version.ts";

/** The feature's first tested version. */
const since = {
  /** A computed field stands in rows that are read through a secondary index. */
  computedThroughIndex: "3.3.5",
  /** `ORDER BY … DESC LIMIT n` over an index reads n rows, from its end. */
  indexBackward: "3.3.5",
} as const;

/** Whether the engine has the feature. */
export function can({ engine }: EngineVersion, feature: keyof typeof since): boolean {
  return engine !== "unknown" && !isOlder(engine, since[feature]);
}
