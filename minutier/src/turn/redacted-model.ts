/** A model that never sees what a redactor takes out. */
import { gateway, type LanguageModel, wrapLanguageModel } from "ai";

import { redactTexts } from "../db/redact-value.ts";
import { applyRedactor, type Redactor } from "../redact/redactor.ts";
import { type MessageRedaction, redactMessageTexts } from "./redact-messages.ts";

/** The same model, which gets its instructions and messages redacted, whoever wrote them. */
export function redactedModel(model: LanguageModel, redact: Redactor): LanguageModel {
  const text = (original: string): string => applyRedactor(redact, original, "model");
  const redaction: MessageRedaction = { text, value: (value) => redactTexts(toJson(value), text), reasoning: false };
  return wrapLanguageModel({
    // As the SDK finds a model by its name.
    model: typeof model === "string" ? (globalThis.AI_SDK_DEFAULT_PROVIDER ?? gateway).languageModel(model) : model,
    middleware: {
      transformParams: async ({ params }) => ({
        ...params,
        prompt: params.prompt.map((message) => redactMessageTexts(message, redaction)),
      }),
    },
  });
}

/** What providers send of a tool's input or result: a text can hide in a `toJSON`, such as a URL's. */
function toJson(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : JSON.parse(json);
}
