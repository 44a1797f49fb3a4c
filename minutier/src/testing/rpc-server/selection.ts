/** Which namespace and database a session works in, and how `use` changes that. */
import { decodeValue } from "./cbor-frame.ts";
import { describeValue } from "./describe-value.ts";
import { mayAccess, type Principal } from "./principal.ts";
import { invalidParams, selectionNotAllowed } from "./rpc-error.ts";

export interface Selection {
  namespace: string | undefined;
  database: string | undefined;
}

/** As in the RPC protocol: a text selects, `null` deselects, and `undefined` leaves as it is. */
type Choice = string | null | undefined;

/** The parameters of `use`: what is chosen, and of what could not be, how to say so. */
export interface Choices {
  namespace: unknown;
  database: unknown;
}

/** Reads the parameters of `use`; throws {@link RpcFailure}. */
export function readChoices(params: Uint8Array): Choices {
  const list = decodeValue(params) as unknown[];
  if (list.length !== 2) throw invalidParams("Expected (ns, db)");
  return { namespace: list[0], database: list[1] };
}

/** What is selected after `use`, as far as it goes: a database that can't be chosen leaves the namespace chosen. */
export function choose(before: Selection, { namespace, database }: Choices): { after: Selection; failure?: Error } {
  if (!isChoice(namespace)) return { after: before, failure: expected("ns", namespace) };
  const chosen = apply(before.namespace, namespace);
  const kept = { namespace: chosen, database: before.database };
  if (!isChoice(database)) return { after: kept, failure: expected("db", database) };
  if (typeof database === "string" && chosen === undefined) {
    const failure = invalidParams("Cannot set database without first selecting a namespace");
    return { after: { namespace: undefined, database: before.database }, failure };
  }
  return {
    after: { namespace: chosen, database: chosen === undefined ? undefined : apply(before.database, database) },
  };
}

/** Throws {@link RpcFailure} when the choice lies outside what the user's own namespace and database hold. */
export function assertAccess(principal: Principal, before: Selection, { namespace, database }: Choices): void {
  const chosen = isChoice(namespace) ? apply(before.namespace, namespace) : before.namespace;
  if (chosen === undefined) return;
  const chosenDatabase = (isChoice(database) ? apply(before.database, database) : before.database) ?? "";
  if (mayAccess(principal, chosen, chosenDatabase)) return;
  if (principal.namespace === chosen) throw selectionNotAllowed("database", chosenDatabase);
  throw selectionNotAllowed("namespace", chosen);
}

function apply(before: string | undefined, choice: Choice): string | undefined {
  return choice === undefined ? before : (choice ?? undefined);
}

function isChoice(value: unknown): value is Choice {
  return typeof value === "string" || value === null || value === undefined;
}

function expected(name: "ns" | "db", value: unknown): Error {
  return invalidParams(`Expected ${name} to be string, got ${describeValue(value)}`);
}
