/** Server-sent events by fetch, because an `EventSource` can't bring the key. */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { type ApiRequest, send } from "./client.ts";

/** An event; its name is in its data as well. */
export interface StreamEvent {
  event: string;
  [field: string]: unknown;
}

/** The events of a route until the stream ends. Throws `ApiError`, and what broke the connection. */
export async function* streamEvents(path: string, request: ApiRequest): AsyncGenerator<StreamEvent> {
  const response = await send(path, request);
  if (response.body === null) return;
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array<ArrayBuffer>, string>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield JSON.parse(value.data) as StreamEvent;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
