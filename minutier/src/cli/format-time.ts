/** Durations and ages as people read them, and the times that they type. */
import { UsageError } from "./cli-error.ts";

const units = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 2 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return "";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  // Rounded first, so that 59.96 s are a minute.
  if (ms < units.min - 50) return `${(ms / units.s).toFixed(1)} s`;
  const seconds = Math.round(ms / units.s) * units.s;
  const pairs = [
    ["d", "h"],
    ["h", "min"],
    ["min", "s"],
  ] as const;
  const [large, small] = pairs.find(([unit]) => seconds >= units[unit]) ?? ["min", "s"];
  const rest = Math.floor((seconds % units[large]) / units[small]);
  return `${Math.floor(seconds / units[large])} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}

/** `3 min ago`, by this machine's clock. */
export function formatAge(time: string, now: number = Date.now()): string {
  const ms = now - Date.parse(time);
  if (Number.isNaN(ms)) return "";
  if (ms < 1000) return "now";
  const [unit, length] = Object.entries(units).findLast(([, each]) => ms >= each) ?? ["s", units.s];
  return `${Math.floor(ms / length)} ${unit} ago`;
}

/** `2026-11-26 14:05:09`, where the terminal is. */
export function formatClock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString("sv-SE");
}

const ageUnits: Record<string, number> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A time as it is typed: an age (`30m`, `1h`, `7d`, `2w`) or a date (`2026-11-26`, at midnight here, or with a time).
 * Throws `UsageError`.
 */
export function parseTime(option: string, text: string, now: number = Date.now()): Date {
  const [, amount, unit] = /^(\d{1,6})\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const length = unit === undefined ? undefined : ageUnits[unit.toLowerCase()];
  if (amount !== undefined && length !== undefined) return new Date(now - Number(amount) * length);
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text.trim()) ?? [];
  const date = day === undefined ? new Date(text) : new Date(Number(year), Number(month) - 1, Number(day));
  const isRead = day === undefined ? /^\d{4}-\d\d-\d\dT/.test(text) : date.getMonth() === Number(month) - 1;
  if (isRead && !Number.isNaN(date.getTime())) return date;
  throw new UsageError(
    `${option} is ${JSON.stringify(text)}. Give an age such as 30m, 1h, 7d or 2w, or a date such as 2026-11-26 or 2026-11-26T08:00:00Z.`,
  );
}
