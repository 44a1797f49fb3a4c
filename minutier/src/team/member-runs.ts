/** Runs members inside a team's turn: their sessions are their own, their events pass through the team's. */
import type { AgentEvent, AgentResult, MemberRun, TeamEvent } from "../events.ts";
import { errorMessage } from "../errors.ts";
import { chainRedactors } from "../redact/redactor.ts";
import type { RunContext } from "../turn/run-context.ts";
import type { Turn } from "../turn/run-turn.ts";
import type { TurnInput } from "../turn/turn-input.ts";
import type { TeamDefinition, TeamMember } from "./team-definition.ts";

/** The members that one turn asked. */
export class MemberRuns {
  /** In the order in which they were asked. */
  readonly all: MemberRun[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #team: TeamDefinition;
  readonly #context: RunContext;
  readonly #turn: Turn;

  constructor(team: TeamDefinition, context: RunContext, turn: Turn) {
    this.#team = team;
    this.#context = context;
    this.#turn = turn;
  }

  /** The member of that name; throws with the names that there are. */
  find(name: unknown): TeamMember {
    const member = typeof name === "string" ? this.#team.members.get(name) : undefined;
    if (member !== undefined) return member;
    const names = [...this.#team.members.keys()].map((each) => JSON.stringify(each)).join(", ");
    throw new Error(
      `The team ${JSON.stringify(this.#team.name)} has no member ${JSON.stringify(name) ?? "without a name"}. Its members are ${names}.`,
    );
  }

  /** Waits for the members that still run, which stop by themselves when the turn does. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /** Asks a member and gives its result; throws its `RunError`. `listen` is told its events. */
  ask(
    member: TeamMember,
    input: TurnInput,
    task: string,
    listen?: (event: AgentEvent | TeamEvent) => void,
  ): Promise<AgentResult<unknown>> {
    const running = this.#ask(member, input, task, listen);
    this.#running.add(running);
    return running;
  }

  async #ask(
    member: TeamMember,
    input: TurnInput,
    task: string,
    listen?: (event: AgentEvent | TeamEvent) => void,
  ): Promise<AgentResult<unknown>> {
    const run: MemberRun = { member: member.name, runId: "", task };
    this.all.push(run);
    const { db, userId, metadata, workflowRun, streaming, onUsage } = this.#context;
    const { runId: teamRun, sessionId, signal } = this.#turn;
    const redact = chainRedactors(this.#team.redact, this.#context.redact);
    const context = {
      db: this.#team.db ?? db,
      redact,
      sessionId,
      userId,
      metadata,
      workflowRun,
      teamRun,
      signal,
      streaming,
      onUsage,
    };
    try {
      for await (const event of member.start(input, context)) {
        run.runId = event.runId;
        this.#turn.emit({ type: "member-event", member: member.name, event });
        listen?.(event);
        if (event.type === "run-completed") return finish(run, event.result);
      }
    } catch (error) {
      run.error = errorMessage(error);
      throw error;
    }
    throw new Error(`The member ${JSON.stringify(member.name)} ended without a result.`);
  }
}

function finish(run: MemberRun, result: AgentResult<unknown>): AgentResult<unknown> {
  run.text = result.text;
  run.output = result.output;
  run.usage = result.usage;
  return result;
}
