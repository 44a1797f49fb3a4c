/** Where times stand in the waterfall. A long time in which nothing works takes little room, and says how long it is. */
import type { Span, TimelineNode } from "./step-tree.ts";

export interface TimeScale {
  /** From 0 to 1. */
  placeOf(time: number): number;
  /** Times since the beginning, with their places. */
  ticks: { place: number; ms: number }[];
  /** Long times in which nothing worked. */
  gaps: { from: number; to: number; ms: number }[];
}

type Interval = readonly [from: number, to: number];

/** A gap's share of the width. */
const gapShare = 0.1;
/** A time without work is a gap when it is this many times as long as all the work. */
const gapRatio = 2;

/** The scale of these rows between two times. */
export function createScale(nodes: readonly TimelineNode[], { from, to }: { from: number; to: number }): TimeScale {
  const end = Math.max(to, from + 1);
  const gaps = gapsBetween(workOf(nodes, end), [from, end]);
  const gapWidth = Math.min(gapShare, 0.5 / Math.max(1, gaps.length));
  const linearMs = end - from - gaps.reduce((sum, gap) => sum + lengthOf(gap), 0);
  const widthOf = (ms: number): number => (ms / linearMs) * (1 - gaps.length * gapWidth);

  const segments: { from: number; to: number; place: number; width: number; isGap: boolean }[] = [];
  let [at, place] = [from, 0];
  const add = (until: number, isGap: boolean): void => {
    const width = isGap ? gapWidth : widthOf(until - at);
    segments.push({ from: at, to: until, place, width, isGap });
    [at, place] = [until, place + width];
  };
  for (const gap of gaps) {
    if (gap[0] > at) add(gap[0], false);
    add(gap[1], true);
  }
  if (end > at || segments.length === 0) add(end, false);

  const placeOf = (time: number): number => {
    const segment = segments.find(({ to: until }) => time <= until) ?? segments.at(-1);
    if (segment === undefined || segment.to === segment.from) return 0;
    const within = (Math.min(Math.max(time, segment.from), segment.to) - segment.from) / (segment.to - segment.from);
    return segment.place + within * segment.width;
  };
  return {
    placeOf,
    ticks: ticksOf(segments, { from, linearMs, placeOf }),
    gaps: segments
      .filter(({ isGap }) => isGap)
      .map((gap) => ({ from: gap.place, to: gap.place + gap.width, ms: gap.to - gap.from })),
  };
}

/** When something worked: rows that have none inside, without the times that they waited. */
function workOf(nodes: readonly TimelineNode[], now: number): Interval[] {
  const work: Interval[] = [];
  const visit = ({ children, from, to = now, waits }: TimelineNode): void => {
    for (const child of children) visit(child);
    if (children.length > 0) return;
    let at = from;
    for (const wait of waits) {
      if (wait.from > at) work.push([at, wait.from]);
      at = Math.max(at, wait.to ?? now);
    }
    if (to >= at) work.push([at, to]);
  };
  for (const node of nodes) visit(node);
  return work.toSorted(([a], [b]) => a - b);
}

function gapsBetween(work: readonly Interval[], [from, to]: Interval): Interval[] {
  const pauses: Interval[] = [];
  let at = from;
  for (const [begin, end] of work) {
    if (begin > at) pauses.push([at, begin]);
    at = Math.max(at, end);
  }
  if (to > at) pauses.push([at, to]);
  const workMs = to - from - pauses.reduce((sum, pause) => sum + lengthOf(pause), 0);
  // With no work at all there is nothing to make room for.
  return workMs <= 0 ? [] : pauses.filter((pause) => lengthOf(pause) > gapRatio * workMs && lengthOf(pause) > 1000);
}

function lengthOf(span: Interval): number {
  return span[1] - span[0];
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000];
const longSteps = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10_080].map((minutes) => minutes * 60_000);

/** Round times, as far from each other as their texts need. */
function ticksOf(
  segments: readonly { from: number; to: number; place: number; isGap: boolean }[],
  { from, linearMs, placeOf }: { from: number; linearMs: number; placeOf: (time: number) => number },
): TimeScale["ticks"] {
  const step = [...steps, ...longSteps].find((each) => linearMs / each <= 5) ?? linearMs;
  const ticks: TimeScale["ticks"] = [];
  const add = (ms: number): void => {
    const place = placeOf(from + ms);
    const last = ticks.at(-1);
    if (place <= 0.86 && (last === undefined || place - last.place >= 0.12)) ticks.push({ place, ms });
  };
  for (const segment of segments) {
    if (segment.isGap) continue;
    const begin = segment.from - from;
    if (segment.place > 0) {
      add(begin);
      continue;
    }
    for (let ms = begin; from + ms < segment.to; ms += step) add(ms);
  }
  return ticks;
}

/** A span's place and width in the scale; `now` ends what has not ended. */
export function barOf(scale: TimeScale, { from, to }: Span, now: number): { left: number; width: number } {
  const left = scale.placeOf(from);
  return { left, width: Math.max(0, scale.placeOf(to ?? now) - left) };
}
