/** The texts of messages, in the forms that the AI SDK gives to providers and that the rows keep. */
/** How to redact the parts of a message. */
export interface MessageRedaction {
  text(text: string): string;
  /** The input or the result of a tool. */
  value(value: unknown): unknown;
  /**
   * Whether to redact what the model thought. It goes back to the model as it came from it, because providers sign it;
   * on record, a part that was changed loses the signature of its former words.
   */
  reasoning: boolean;
}

interface Part {
  type?: unknown;
  [field: string]: unknown;
}

/** A copy of a message: its texts, tool inputs and tool results redacted; files, images, ids and provider options kept. */
export function redactMessageTexts<Message extends { content: unknown }>(
  message: Message,
  redaction: MessageRedaction,
): Message {
  return { ...message, content: redactContent(message.content, redaction) };
}

/** A text, or parts. */
export function redactContent(content: unknown, redaction: MessageRedaction): unknown {
  if (typeof content === "string") return redaction.text(content);
  if (!Array.isArray(content)) return content;
  return content.map((part: Part) => redactPart(part, redaction));
}

/** The fields of parts that are text, whatever the part's type. */
const textFields = ["text", "filename", "reason", "title"];

function redactPart(part: Part, redaction: MessageRedaction): Part {
  if (part.type === "reasoning") return redactReasoning(part, redaction);
  const copy = { ...part };
  for (const field of textFields) if (typeof copy[field] === "string") copy[field] = redaction.text(copy[field]);
  if ("input" in copy) copy["input"] = redaction.value(copy["input"]);
  if (isPart(copy["data"]) && copy["data"].type === "text") copy["data"] = redactPart(copy["data"], redaction);
  if (isPart(copy["output"])) copy["output"] = redactOutput(copy["output"], redaction);
  return copy;
}

function redactReasoning(part: Part, redaction: MessageRedaction): Part {
  if (!redaction.reasoning || typeof part["text"] !== "string") return part;
  const text = redaction.text(part["text"]);
  if (text === part["text"]) return part;
  const { providerOptions: _, ...unsigned } = part;
  return { ...unsigned, text };
}

/** A tool's output as the model reads it: a text, JSON, a list of parts, or a refusal with its reason. */
function redactOutput(output: Part, redaction: MessageRedaction): Part {
  const copy = redactPart(output, redaction);
  if (!("value" in copy)) return copy;
  const value = copy["value"];
  return { ...copy, value: output.type === "content" ? redactContent(value, redaction) : redaction.value(value) };
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && "type" in value;
}
