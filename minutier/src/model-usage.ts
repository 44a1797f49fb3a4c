/** Tokens by model, added up. */
import type { ModelUsage, Usage } from "./records.ts";

const none: Usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };

/** What these models read and wrote together, one entry a model. */
export function addUsage(first: readonly ModelUsage[], second: readonly ModelUsage[]): ModelUsage[] {
  const byModel = new Map<string, ModelUsage>();
  for (const { model, ...usage } of [...first, ...second])
    byModel.set(model, { model, ...plus(byModel.get(model) ?? none, usage) });
  return [...byModel.values()];
}

/** All models together; nothing when none was asked. */
export function sumUsage(usage: readonly ModelUsage[]): Usage | undefined {
  return usage.length === 0 ? undefined : usage.reduce(plus, none);
}

function plus(first: Usage, second: Usage): Usage {
  return {
    input_tokens: first.input_tokens + second.input_tokens,
    output_tokens: first.output_tokens + second.output_tokens,
    total_tokens: first.total_tokens + second.total_tokens,
  };
}
