/** What a server is made of, with its defaults applied once. */
import { checkPrices, type Prices } from "./prices.ts";
import { type Agent, MinutierError, type SurrealDb, type Team, type Workflow } from "../index.ts";

/** Who sends a request: a user, or an administrator, whose `scopes` say so. */
export interface Identity {
  /** Only this user's runs and sessions are seen and used. Absent only beside the scope `admin`. */
  userId?: string;
  /** What may be done: `read`, `run`, `approve`, `write`, or `admin` for all of it and everybody's rows. @default all of one's own */
  scopes?: readonly string[];
}

/**
 * Says who sends a request; `null`, and whatever is neither a user nor an administrator, refuses it with 401. `address` is the connection's, of whoever stands before the
 * server; undefined where the app is asked without a network.
 */
export type VerifyRequest = (
  request: Request,
  from: { address: string | undefined },
) => Identity | null | Promise<Identity | null>;

/** Limits of what a request may ask for. */
export interface ServerLimits {
  /** Bytes of a request's body, files included. @default 10485760 */
  maxBodyBytes?: number;
  /** Files of one request. @default 10 */
  maxFiles?: number;
  /** Bytes of one file. @default 10485760 */
  maxFileBytes?: number;
  /** Milliseconds for a run that its client waits for; background runs have none. @default 600000 */
  runTimeoutMs?: number;
  /** Bytes that wait for a client which reads its stream slowly; past that the stream, and its run, end. @default 4194304 */
  maxUnsentBytes?: number;
  /** Streams open at once. @default 1000 */
  maxStreams?: number;
  /** Background runs of agents, teams and workflows at once. @default 100 */
  maxBackgroundRuns?: number;
  /** Requests of one identity: a bucket of `burst` that fills by `perMinute`. @default none */
  rate?: { perMinute: number; burst?: number };
}

/** Options of `createServer`. */
export interface ServerOptions {
  /** The database of everything served. */
  db: SurrealDb;
  /** Each recorded in `db`; `/agents/<name>`. @default [] */
  agents?: readonly Agent<unknown>[];
  /** @default [] */
  teams?: readonly Team<unknown>[];
  /** @default [] */
  workflows?: readonly Workflow[];
  /** A key that requests bring as `Authorization: Bearer <key>`, or a function that says who asks. @default nobody is asked */
  auth?: string | VerifyRequest;
  /** Whether a request with a user sees only that user's runs and sessions. @default true */
  isolation?: boolean;
  /** Origins of web pages that may ask: `["https://office.example"]`, `"*"` for any. @default pages of this machine */
  cors?: readonly string[] | "*";
  limits?: ServerLimits;
  /**
   * Prices of models by the names that answers have, in money for a million tokens:
   * `{ "claude-sonnet-4-5": { input: 3, output: 15, currency: "USD" } }`.
   * @default none, so that costs are null
   */
  prices?: Prices;
  /** Whether `POST /query` reads the record by SurrealQL that a client sends. @default false */
  query?: boolean;
  /** Whether the studio is served at `/studio`: its files need no key, and ask the routes with one. @default true */
  studio?: boolean;
  /** @default "minutier" */
  name?: string;
  /** Told of each answer of 500 and above, with the route's pattern; nothing is logged otherwise. */
  onError?: (error: unknown, request: { method: string; route: string; status: number }) => void;
}

/** The options with their defaults. */
export interface ServerSettings {
  readonly db: SurrealDb;
  readonly name: string;
  readonly auth: string | VerifyRequest | undefined;
  readonly isolation: boolean;
  readonly cors: readonly string[] | "*" | undefined;
  readonly limits: Required<Omit<ServerLimits, "rate">> & { rate: { perMinute: number; burst: number } | undefined };
  readonly prices: Prices | undefined;
  readonly query: boolean;
  readonly studio: boolean;
  readonly onError: NonNullable<ServerOptions["onError"]>;
  readonly startedAt: Date;
}

const mebibyte = 1024 * 1024;

/** Throws `invalid_options`. */
export function toSettings(options: ServerOptions): ServerSettings {
  const { auth, limits = {} } = options;
  if (typeof auth === "string" && auth.length < 16)
    throw invalid(`auth is a key of ${auth.length} characters. Give one of at least 16, from a random generator.`);
  if (auth !== undefined && typeof auth !== "string" && typeof auth !== "function")
    throw invalid("auth is neither a key nor a function.");
  const { rate } = limits;
  return {
    db: options.db,
    name: options.name ?? "minutier",
    auth,
    isolation: options.isolation ?? true,
    cors: options.cors,
    limits: {
      maxBodyBytes: count("maxBodyBytes", limits.maxBodyBytes ?? 10 * mebibyte),
      maxFiles: count("maxFiles", limits.maxFiles ?? 10),
      maxFileBytes: count("maxFileBytes", limits.maxFileBytes ?? 10 * mebibyte),
      runTimeoutMs: count("runTimeoutMs", limits.runTimeoutMs ?? 600_000),
      maxUnsentBytes: count("maxUnsentBytes", limits.maxUnsentBytes ?? 4 * mebibyte),
      maxStreams: count("maxStreams", limits.maxStreams ?? 1000),
      maxBackgroundRuns: count("maxBackgroundRuns", limits.maxBackgroundRuns ?? 100),
      rate:
        rate === undefined
          ? undefined
          : {
              perMinute: count("rate.perMinute", rate.perMinute),
              burst: count("rate.burst", rate.burst ?? rate.perMinute),
            },
    },
    prices: checkPrices(options.prices),
    query: options.query ?? false,
    studio: options.studio ?? true,
    onError: options.onError ?? (() => undefined),
    startedAt: new Date(),
  };
}

function count(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return Math.min(value, 2 ** 31 - 1);
  throw invalid(`limits.${option} is ${String(value)}. Give a whole number from 1.`);
}

function invalid(message: string): MinutierError {
  return new MinutierError("invalid_options", message);
}
