/** Checks of what agents and teams are defined with. */
import { MinutierError } from "../errors.ts";

/** Throws `invalid_definition` for a name that is no text, or empty. */
export function checkName(what: string, name: unknown): void {
  if (typeof name === "string" && name.trim() !== "") return;
  throw new MinutierError(
    "invalid_definition",
    `The name of the ${what} is ${JSON.stringify(name)}. Give a text that is not empty.`,
  );
}

/** Throws `invalid_definition` for what is no whole number from `least`. */
export function checkCount(owner: string, option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new MinutierError(
    "invalid_definition",
    `${option} of the ${owner} is ${value}. Give a whole number from ${least}.`,
  );
}

/** Throws `invalid_definition` when there is no model. */
export function checkModel(owner: string, model: unknown): void {
  if (typeof model === "string" ? model !== "" : typeof model === "object" && model !== null) return;
  throw new MinutierError("invalid_definition", `The ${owner} has no model. Give a model of the AI SDK.`);
}
