/** What a caller asks: text, message parts with images and files, or any JSON value. */
import type { UserContent } from "ai";

import { InvalidInputError, MinutierError } from "../errors.ts";

/** The input of an agent or a team: a text, the parts of a message, or a JSON value, which is sent as JSON text. */
export type TurnInput = string | Exclude<UserContent, string> | object | number | boolean | null;

/** An input as the model and the record take it. */
export interface PreparedInput {
  /** The text; of parts, their texts together. */
  text: string;
  /** Only when the input is more than text. */
  parts: Exclude<UserContent, string> | undefined;
}

/** Throws `invalid_input` for an input that asks nothing. */
export function prepareInput(what: string, input: TurnInput): PreparedInput {
  if (typeof input === "string") return { text: notEmpty(what, input), parts: undefined };
  if (isMessageParts(input)) {
    const text = input.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n");
    return { text: notEmpty(what, text), parts: input };
  }
  return { text: toJsonText(what, input), parts: undefined };
}

function notEmpty(what: string, text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidInputError(what, [{ message: "it is empty. Give a text, message parts or a JSON value", path: [] }]);
}

function isMessageParts(input: unknown): input is Exclude<UserContent, string> {
  return Array.isArray(input) && input.length > 0 && input.every(isMessagePart);
}

function isMessagePart(part: unknown): boolean {
  if (typeof part !== "object" || part === null || !("type" in part)) return false;
  switch (part.type) {
    case "text":
      return "text" in part && typeof part.text === "string";
    case "image":
      return "image" in part;
    case "file":
      return "data" in part && "mediaType" in part;
    default:
      return false;
  }
}

function toJsonText(what: string, input: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(input);
  } catch (cause) {
    throw new MinutierError(
      "invalid_input",
      `The input of ${what} can't be written as JSON, nothing was written: ${String(cause)}`,
      { cause },
    );
  }
  if (text !== undefined) return text;
  throw new InvalidInputError(what, [
    { message: `it is ${typeof input}. Give a text, message parts or a JSON value`, path: [] },
  ]);
}
