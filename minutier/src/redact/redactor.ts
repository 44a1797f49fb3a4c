/** Functions that take personal data and secrets out of texts, and how they are called. */
import { type ErrorCode, MinutierError } from "../errors.ts";

/**
 * Gives the text without what must not be kept: `where` says whether it is about to be stored or sent to a model. It
 * may get one text several times, and what it gave before. When it throws, the text goes nowhere and the run fails.
 */
export type Redactor = (text: string, where: "record" | "model") => string;

/** Throws `code` for what is no function. */
export function checkRedactor(owner: string, redact: unknown, code: ErrorCode): void {
  if (redact === undefined || typeof redact === "function") return;
  throw new MinutierError(
    code,
    `The redact option of the ${owner} is not a function. Give one, or redactPatterns(["email", "phone", "card", "sin"]).`,
  );
}

/** The redactor that does what the given ones do, one after the other; nothing when none is given. */
export function chainRedactors(...redactors: (Redactor | undefined)[]): Redactor | undefined {
  const [first, ...others] = new Set(redactors.filter((redact) => redact !== undefined));
  if (first === undefined || others.length === 0) return first;
  return (text, where) =>
    others.reduce((done, redact) => applyRedactor(redact, done, where), applyRedactor(first, text, where));
}

/** Throws `redaction_failed`, whose message holds nothing of the text. */
export function applyRedactor(redact: Redactor, text: string, where: "record" | "model"): string {
  if (text === "") return text;
  let redacted: unknown;
  try {
    redacted = redact(text, where);
  } catch (cause) {
    if (isRedactionFailure(cause)) throw cause;
    throw redactionFailed(`failed (${cause instanceof Error ? cause.name : typeof cause})`, where, cause);
  }
  if (typeof redacted === "string") return redacted;
  // Nobody else will hear of its failure.
  if (redacted instanceof Promise) redacted.catch(() => undefined);
  throw redactionFailed(
    `gave ${redacted instanceof Promise ? "a promise" : `a value of type ${typeof redacted}`} instead of a text`,
    where,
  );
}

/** A text that could not be redacted, as opposed to a write or a model that failed. */
export function isRedactionFailure(error: unknown): boolean {
  return MinutierError.isInstance(error) && error.code === "redaction_failed";
}

function redactionFailed(what: string, where: "record" | "model", cause?: unknown): MinutierError {
  const lost = where === "record" ? "stored" : "sent to the model";
  return new MinutierError("redaction_failed", `A redact function ${what}, so its text was not ${lost}.`, { cause });
}
