/** Events to a client, one frame each: read from their source no faster than the client takes them. */
import { setImmediate } from "node:timers/promises";

import type { Context } from "hono";

import type { AgentOsEvent } from "./agentos-events.ts";
import { HttpError, toErrorAnswer } from "./http-error.ts";
import { toJson } from "./to-json.ts";

/** An event of any stream; its data has the event's name too. */
export interface StreamedEvent {
  event: string;
  [field: string]: unknown;
}

/** Proxies and clients take a silent connection for a dead one. */
const heartbeatMs = 15_000;
const maxChunkBytes = 64 * 1024;

const streamHeaders = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/** The streams of one server, counted. */
export class EventStreams {
  readonly #max: number;
  readonly #open = new Set<AbortController>();

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Answers with the events of `source`, which is told by its signal that the client has left. Throws 503 when too many
   * streams are open.
   */
  answer(c: Context, source: (left: AbortSignal) => AsyncIterable<StreamedEvent>): Response {
    if (this.#open.size >= this.#max) {
      throw new HttpError(503, "Too many streams are open. Try again later.", { "Retry-After": "5" });
    }
    // Only its headers are asked for: nobody would read the events, or say that they are not wanted any more.
    if (c.req.method === "HEAD") return c.body(null, 200, streamHeaders);
    const left = new AbortController();
    this.#open.add(left);
    const frames = toFrames(source(left.signal), () => this.#open.delete(left));
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { value, done } = await frames.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        },
        cancel: () => {
          left.abort();
          frames.stop();
        },
      },
      // One frame at a time: what a client does not read stays in its source, which knows how to wait.
      { highWaterMark: 0 },
    );
    return c.body(body, 200, streamHeaders);
  }

  /** Ends all streams. */
  close(): void {
    for (const left of this.#open) left.abort();
  }
}

const encoder = new TextEncoder();

/** Of events that several clients are told: whoever comes later finds the bytes made. */
const frames = new WeakMap<StreamedEvent, Uint8Array>();

/** The text of one event. A line break inside a value is escaped by JSON; names are the server's own. */
function toFrame(event: StreamedEvent): Uint8Array {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const frame = encoder.encode(`event: ${event.event}\ndata: ${toJson(event)}\n\n`);
  frames.set(event, frame);
  return frame;
}

const chunks = new WeakMap<Uint8Array, { frames: readonly Uint8Array[]; chunk: Uint8Array }>();

/** One chunk; clients that are told the same events share its bytes. */
function joined(frames: readonly Uint8Array[]): Uint8Array {
  const [first] = frames;
  if (first === undefined || frames.length === 1) return first ?? new Uint8Array();
  const known = chunks.get(first);
  const isSame =
    known?.frames.length === frames.length && known.frames.every((frame, index) => frame === frames[index]);
  if (known !== undefined && isSame) return known.chunk;
  const chunk = Buffer.concat(frames);
  chunks.set(first, { frames, chunk });
  return chunk;
}

interface Frames {
  next(): Promise<IteratorResult<Uint8Array, undefined>>;
  stop(): void;
}

function toFrames(source: AsyncIterable<StreamedEvent>, onEnd: () => void): Frames {
  const events = source[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<StreamedEvent>> | undefined;
  let failed = false;
  const end = (): { value: undefined; done: true } => {
    onEnd();
    return { value: undefined, done: true };
  };
  return {
    async next() {
      if (failed) return end();
      pending ??= events.next();
      try {
        const result = await orHeartbeat(pending);
        if (result === "heartbeat") return { value: encoder.encode(": heartbeat\n\n"), done: false };
        pending = undefined;
        if (result.done === true) return end();
        const frames = [toFrame(result.value)];
        let length = frames[0]?.length ?? 0;
        // What is there already goes along: a write costs more than what it writes.
        while (length < maxChunkBytes) {
          pending = events.next();
          const more = await orNothing(pending);
          if (more === undefined || more.done === true) break;
          pending = undefined;
          const frame = toFrame(more.value);
          frames.push(frame);
          length += frame.length;
        }
        return { value: joined(frames), done: false };
      } catch (error) {
        failed = true;
        return { value: toFrame(toErrorEvent(error)), done: false };
      }
    },
    stop() {
      onEnd();
      // Both may reject: nobody is left to be told.
      pending?.catch(() => undefined);
      events.return?.().catch(() => undefined);
    },
  };
}

/** The result when it is there by now; a failure stays for whoever asks for it next. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work.catch(() => undefined), setImmediate(undefined)]);
}

async function orHeartbeat<T>(work: Promise<T>): Promise<T | "heartbeat"> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<"heartbeat">((resolve) => {
    timer = setTimeout(() => resolve("heartbeat"), heartbeatMs);
  });
  try {
    return await Promise.race([work, beat]);
  } finally {
    clearTimeout(timer);
  }
}

/** What ended a stream that had begun, when its run did not say so itself. */
function toErrorEvent(error: unknown): StreamedEvent {
  const { body } = toErrorAnswer(error);
  return { event: "error", ...body, content: body.detail };
}

/** A run's events that were begun to be read, so that what keeps it from starting is an answer and not a stream. */
export interface BegunEvents<Event> {
  first: Event | undefined;
  rest: AsyncIterableIterator<Event>;
}

/** Waits for the first event: the run is then on record. Throws what kept it from starting. */
export async function beginEvents<Event>(events: AsyncIterableIterator<Event>): Promise<BegunEvents<Event>> {
  const { value, done } = await events.next();
  return { first: done === true ? undefined : (value as Event), rest: events };
}

/**
 * The events of a run that goes on by itself, drained as they come, from now on: text that waits is joined, and when
 * more than `maxBytes` wait for the client, or it has left, the source is left too, which cancels its run.
 */
export function boundedEvents<Event extends { type: string }>(
  { first, rest }: BegunEvents<Event>,
  map: (event: Event) => AgentOsEvent | undefined,
  { maxBytes, left, onEnd }: { maxBytes: number; left: AbortSignal; onEnd: () => void },
): AsyncIterable<AgentOsEvent> {
  const queue: { event: AgentOsEvent; bytes: number }[] = [];
  let unsent = 0;
  let ended: { cause?: unknown } | undefined;
  let toldEnd = false;
  let wake = (): void => undefined;
  const push = (own: Event): void => {
    toldEnd ||= own.type === "run-failed" || own.type === "run-waiting";
    const event = map(own);
    if (event === undefined) return;
    const last = queue.at(-1);
    const bytes = isDelta(event) ? event.content.length : toJson(event).length;
    if (last !== undefined && isDelta(event) && isDelta(last.event) && last.event.run_id === event.run_id) {
      last.event = { ...last.event, content: last.event.content + event.content };
      last.bytes += bytes;
    } else queue.push({ event, bytes });
    unsent += bytes;
    wake();
    if (unsent > maxBytes) throw new HttpError(503, "The stream was not read fast enough, and was ended.");
  };
  const drain = async (): Promise<void> => {
    try {
      if (first !== undefined) push(first);
      for await (const event of rest) push(event);
    } catch (cause) {
      // What the run's last event has told already is no failure of the stream.
      if (!toldEnd) ended = { cause };
    } finally {
      ended ??= {};
      left.removeEventListener("abort", leave);
      onEnd();
      wake();
    }
  };
  const leave = (): void => void rest.return?.().catch(() => undefined);
  if (left.aborted) leave();
  else left.addEventListener("abort", leave, { once: true });
  void drain();
  return read();

  async function* read(): AsyncGenerator<AgentOsEvent> {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) {
        unsent -= next.bytes;
        yield next.event;
      } else if (ended === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if ("cause" in ended) throw ended.cause;
      else return;
    }
  }
}

function isDelta(event: AgentOsEvent): event is AgentOsEvent & { content: string } {
  return (event.event === "RunContent" || event.event === "TeamRunContent") && typeof event["content"] === "string";
}
