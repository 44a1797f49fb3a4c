/** Which engine answers: its version, whether this library is tested with it, and whether it works at all. */
import { type SurrealSession, Features, Surreal, UnsupportedVersionError } from "surrealdb";

import { MinutierError } from "../../errors.ts";
import { tellOnce } from "./tell-once.ts";

/** The versions that every test runs on, oldest first. Also in docs/database.md. */
export const testedVersions = ["3.0.2", "3.3.5"] as const;

/** The engine of a database, as `db.version()` tells it. */
export interface EngineVersion {
  /** Such as `"3.3.5"`; `"unknown"` where the connection does not tell it. */
  readonly engine: string;
  /** Whether it lies between the oldest and the newest version that this library is tested with. */
  readonly tested: boolean;
}

/** What the engine says of itself (`surrealdb-3.3.5`); a new object for each connection that was made. */
export function toEngineVersion(text: string | undefined): EngineVersion {
  const engine = /\d+\.\d+\.\d+\S*/.exec(text ?? "")?.[0];
  if (engine === undefined) return { engine: "unknown", tested: false };
  return { engine, tested: !isOlder(engine, testedVersions[0]) && !isNewerThanTested(engine) };
}

/** Whether one version comes before another; a pre-release comes before its release. */
export function isOlder(engine: string, than: string): boolean {
  const [one, other] = [numbersOf(engine), numbersOf(than)];
  const differing = one.findIndex((number, index) => number !== other[index]);
  return differing === -1
    ? engine.includes("-") && !than.includes("-")
    : (one[differing] ?? 0) < (other[differing] ?? 0);
}

/** Patches of a tested version mend what it has; the next minor version can differ. */
function isNewerThanTested(engine: string): boolean {
  const [major = 0, minor = 0] = numbersOf(testedVersions[1]);
  return !isOlder(engine, `${major}.${minor + 1}.0-0`);
}

function numbersOf(engine: string): number[] {
  return (/^\d+\.\d+\.\d+/.exec(engine)?.[0] ?? "0.0.0").split(".").map(Number);
}

/**
 * Throws `unsupported_engine` for an engine that does not work, and tells once in a process of one that was never
 * tested: as a warning of the process with the code `MINUTIER_UNTESTED_ENGINE`.
 */
export function admitEngine(version: EngineVersion): void {
  refuseOldEngine(version);
  const { engine, tested } = version;
  if (tested || engine === "unknown") return;
  tellOnce(
    "MINUTIER_UNTESTED_ENGINE",
    `SurrealDB ${engine} was never tested with this version of Minutier, which is tested with ${testedVersions.join(" and ")}. Run your own tests on it before you rely on it.`,
  );
}

/** Throws `unsupported_engine` for one from before what is asked of it; of a newer one the driver judges. */
export function refuseOldEngine({ engine }: EngineVersion): void {
  // Computed fields, record ranges with arrays and the driver's sessions came with 3.0.
  if (engine !== "unknown" && isOlder(engine, "3.0.0-0")) throw refusal(engine, "Minutier needs SurrealDB 3");
}

/** The driver's own refusal in our words, or undefined for another error: it asks before it signs in. */
export function explainVersion(error: unknown): MinutierError | undefined {
  if (!(error instanceof UnsupportedVersionError)) return undefined;
  const engine = toEngineVersion(error.version).engine;
  return refusal(engine, `the surrealdb package here speaks with versions before ${error.maximum}`);
}

function refusal(engine: string, reason: string): MinutierError {
  const [, newest] = testedVersions;
  return new MinutierError(
    "unsupported_engine",
    `The server is SurrealDB ${engine}, which does not work: ${reason}. Use a server of ${newest}, the newest version that is tested.`,
    { details: { engine } },
  );
}

/** What the engine behind a client that the application opened says of itself; undefined where that can't be learned. */
export async function askVersion(client: SurrealSession): Promise<string | undefined> {
  return client instanceof Surreal ? (await client.version()).version : overhearVersion(client);
}

/**
 * A session does not tell its engine's version, but asks whether that version has transactions before it begins one:
 * the question is overheard, and answered so that nothing is sent.
 */
function overhearVersion(session: SurrealSession): string | undefined {
  const feature: { supports(version: string): boolean } = Features.Transactions;
  let version: string | undefined;
  // Its own property, beside the method of its class; asked before the first await.
  feature.supports = (asked) => {
    version = asked;
    return false;
  };
  session.beginTransaction().catch(() => undefined);
  Reflect.deleteProperty(feature, "supports");
  return version;
}
