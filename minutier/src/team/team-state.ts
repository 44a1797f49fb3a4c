/** A team's state during one turn: shown to the leader, changed by its tool, stored with the answer when it changed. */
import { jsonSchema, tool, type ToolSet } from "ai";

import { fromStored, toStored } from "../db/codec.ts";

/** The state of one turn; it shares no object with another turn. */
export class TeamState {
  /** Whether it differs from what is stored. */
  changed: boolean;
  /** Whether the team has a state that its leader is shown. */
  readonly shown: boolean;
  #value: Record<string, unknown>;

  /** `stored` as the session has it, `initial` for a team that is not recorded, `given` by the caller of this run. */
  constructor(
    stored: Record<string, unknown> | undefined,
    initial: Record<string, unknown> | undefined,
    given: Record<string, unknown> | undefined,
  ) {
    this.shown = initial !== undefined || given !== undefined;
    this.#value = stored ?? copy(initial ?? {});
    this.changed = stored === undefined && initial !== undefined;
    if (given !== undefined) this.#merge(copy(given));
  }

  get value(): Record<string, unknown> {
    return this.#value;
  }

  /** What the leader is told. */
  describe(): string | undefined {
    if (!this.shown) return undefined;
    return `The team's state, which you can change with the tool update_state: ${JSON.stringify(this.#value)}`;
  }

  /** The leader's tool. */
  tools(): ToolSet {
    if (!this.shown) return {};
    return {
      update_state: tool({
        description: "Changes the team's state: each key replaces the key of that name. Gives the whole state.",
        inputSchema: jsonSchema<{ changes: Record<string, unknown> }>({
          type: "object",
          properties: { changes: { type: "object", additionalProperties: true } },
          required: ["changes"],
        }),
        execute: ({ changes }) => {
          if (typeof changes !== "object" || changes === null || Array.isArray(changes))
            throw new Error("changes is not an object.");
          this.#merge(copy(changes));
          return copy(this.#value);
        },
      }),
    };
  }

  #merge(changes: Record<string, unknown>): void {
    this.#value = { ...this.#value, ...changes };
    this.changed = true;
  }
}

/** Through the codec: a value that can't be stored shows here, and record ids stay record ids. */
function copy(state: Record<string, unknown>): Record<string, unknown> {
  return fromStored(toStored(state, "state")) as Record<string, unknown>;
}
