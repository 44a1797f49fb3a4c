/** What an agent is made of, checked once at its construction. */
import type { LanguageModel } from "ai";

import type { SurrealDb } from "../db/surreal-db.ts";
import { checkRedactor, type Redactor } from "../redact/redactor.ts";
import { checkCount, checkModel, checkName } from "../turn/check-definition.ts";
import type { ToolApproval } from "../turn/model-loop.ts";
import { defineOutput, type OutputSchema, type OutputSpecification } from "../turn/output-schema.ts";
import { defineToolbox, type Toolbox, type ToolOption } from "../turn/tool-source.ts";

/** Options of `Agent`. */
export interface AgentOptions<Output = string> {
  /** What its sessions are recorded under. */
  name: string;
  /** Any model of the AI SDK. */
  model: LanguageModel;
  /** What the model is told before the conversation. */
  instructions?: string;
  /** Tools of the AI SDK by name, an MCP client, or several of these. */
  tools?: ToolOption;
  /**
   * Which tool calls a person has to allow: by tool, or a function of the call, as the AI SDK takes it. The run then
   * waits: `approve` or `reject` goes on with it, in any process.
   */
  toolApproval?: ToolApproval;
  /** The answer's schema: the model is asked for it, the answer is checked against it, stored and returned typed. */
  output?: OutputSchema<Output>;
  /** How many earlier messages of the session the model reads; 0 for none. @default 20 */
  historyLimit?: number;
  /** How many model calls a run may take. @default 20 */
  maxSteps?: number;
  /** Where runs are recorded. Without it nothing is, unless a team or workflow that runs it has one. */
  db?: SurrealDb;
  /**
   * Takes personal data and secrets out of its record and of what its model is sent, before the `redact` of the database
   * that records it does.
   * @default nothing is taken out
   */
  redact?: Redactor;
  /** What it is for, which a team's leader reads. */
  description?: string;
  /** How often a failed model call is tried again. @default 0 */
  maxRetries?: number;
}

/** An agent's definition with its defaults. */
export interface AgentDefinition {
  readonly name: string;
  readonly model: LanguageModel;
  readonly instructions: string | undefined;
  readonly toolbox: Toolbox;
  readonly toolApproval: ToolApproval | undefined;
  readonly output: OutputSpecification<unknown> | undefined;
  readonly historyLimit: number;
  readonly maxSteps: number;
  readonly maxRetries: number;
  readonly db: SurrealDb | undefined;
  readonly redact: Redactor | undefined;
}

/** Throws `invalid_definition`. */
export function defineAgent<Output>(options: AgentOptions<Output>): AgentDefinition {
  const { name, model, output, historyLimit = 20, maxSteps = 20, maxRetries = 0 } = options;
  checkName("agent", name);
  const owner = `agent ${JSON.stringify(name)}`;
  checkModel(owner, model);
  checkCount(owner, "historyLimit", historyLimit, 0);
  checkCount(owner, "maxSteps", maxSteps, 1);
  checkCount(owner, "maxRetries", maxRetries, 0);
  checkRedactor(owner, options.redact, "invalid_definition");
  return {
    name,
    model,
    instructions: options.instructions,
    toolbox: defineToolbox(owner, options.tools),
    toolApproval: options.toolApproval,
    output: output === undefined ? undefined : defineOutput(owner, output),
    historyLimit,
    maxSteps,
    maxRetries,
    db: options.db,
    redact: options.redact,
  };
}
