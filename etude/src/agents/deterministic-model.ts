/**
 * A "model" that is code: the same question always gets the same answer, and nothing leaves the machine. The agents
 * that use it are recorded like any other.
 */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";

/** Answers the last user message with text. */
export type Answer = (message: string) => string | Promise<string>;

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};
const finishReason = { unified: "stop", raw: undefined } as const;

/** A model of the AI SDK whose answers come from `answer`. */
export function deterministicModel(name: string, answer: Answer): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "etude",
    modelId: `code:${name}`,
    supportedUrls: {},
    async doGenerate(options) {
      const text = await answer(lastUserMessage(options));
      return { content: [{ type: "text", text }], finishReason, usage, warnings: [] };
    },
    async doStream(options) {
      const text = await answer(lastUserMessage(options));
      return {
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: "stream-start", warnings: [] });
            controller.enqueue({ type: "text-start", id: "0" });
            controller.enqueue({ type: "text-delta", id: "0", delta: text });
            controller.enqueue({ type: "text-end", id: "0" });
            controller.enqueue({ type: "finish", finishReason, usage });
            controller.close();
          },
        }),
      };
    },
  };
}

function lastUserMessage({ prompt }: LanguageModelV4CallOptions): string {
  const message = prompt.findLast((each) => each.role === "user");
  return message?.content.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
}
