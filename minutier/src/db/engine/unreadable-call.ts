/** Calls that the database could not read: nothing of them took effect. */
import { errorMessage } from "../../errors.ts";

/** A message that the database could not decode: too deep, or with a type that it does not know. */
export class UnreadableCall extends Error {
  override readonly name = "UnreadableCall";

  constructor(cause: unknown) {
    super(errorMessage(cause), { cause });
  }
}

/** What an embedded engine says of one. */
export function isUnreadable(error: unknown): boolean {
  return /^(Expected|Encountered an unknown|RecursionLimit|Semantic|Syntax|Io\()/.test(errorMessage(error));
}

/**
 * Finds the calls that a server could not read. It answers such a message without its id, so that any call under way
 * may be the one: they are those that are left when all others are answered.
 */
export class UnnamedRefusals<Call> {
  #suspects = new Set<Call>();
  #count = 0;

  /** One of these calls under way was refused; gives those that certainly were. */
  add(underWay: Iterable<Call>): Call[] {
    this.#count++;
    this.#suspects = new Set(underWay);
    return this.#convicted();
  }

  /** That call was answered by its name; gives those that certainly were refused. */
  clear(call: Call): Call[] {
    this.#suspects.delete(call);
    return this.#convicted();
  }

  #convicted(): Call[] {
    if (this.#count === 0 || this.#suspects.size > this.#count) return [];
    const convicted = [...this.#suspects];
    this.#suspects.clear();
    this.#count = 0;
    return convicted;
  }
}
