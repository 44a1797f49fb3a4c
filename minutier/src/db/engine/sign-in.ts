/**
 * Who a connection is signed in as, for as long as it is open: before its session ends, and after.
 *
 * The SDK signs in again when the token ends, although calls and live queries depend on the session: one that ends
 * sooner is lost, a token of 25 days or more overflows its timer so that it signs in without a pause, and calls made
 * meanwhile may find no database selected. So it gets no token, and signs in through here when it restores a session.
 */
import {
  type AnyAuth,
  type AuthCallable,
  BoundQuery,
  HttpConnectionError,
  HttpEngine,
  NotAllowedError,
  type RpcEngine,
  type RpcRequest,
  ServerError,
  type Token,
  type Tokens,
} from "surrealdb";

import { errorMessage, MinutierError } from "../../errors.ts";
import { LostCall, lossOf } from "./lost-call.ts";

type ProvidedAuth = AnyAuth | Token | null;

/**
 * Sign-in details as the server takes them, of a user or of an access; a token; or a function that gives either, asked
 * each time that the connection has to sign in and has no token that is good.
 */
export type DatabaseAuth = ProvidedAuth | ((session: undefined) => ProvidedAuth | Promise<ProvidedAuth>);

/** So long before its end, but never before half of it, a session is renewed. */
const earlyMs = 30_000;
/** Renewals that fail before the end are tried again, this often at most. */
const retryMs = 100;
const longestTimerMs = 2 ** 31 - 1;
/** Sessions that have ended as soon as they began, in a row. */
const maxAttempts = 3;

/** When a session or a token ends, by `performance.now()`, and when to renew it. */
interface Term {
  readonly endsAt: number;
  readonly renewAt: number;
}

const endless: Term = { endsAt: Infinity, renewAt: Infinity };

/** Told when the session was renewed: in time, before the old one ended; or not, and then perhaps not at all. */
export type RenewalListener = (inTime: boolean) => void;

/** Signs one connection in. */
export class SignIn {
  readonly #auth: DatabaseAuth;
  readonly #where: { namespace: string; database: string };
  readonly #listeners = new Set<RenewalListener>();
  #engine: RpcEngine | undefined;
  #signInAs: RpcEngine["signin"] | undefined;
  #tokens: Tokens | undefined;
  #tokenTerm = endless;
  #term = endless;
  #renewal: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How often was signed in: tells whether that happened since a call was sent. */
  #count = 0;

  constructor(auth: DatabaseAuth, where: { namespace: string; database: string }) {
    this.#auth = auth;
    this.#where = where;
  }

  /** What the SDK asks when it restores a session. One that it forks is somebody else's, and signs in by itself. */
  readonly provider: AuthCallable = (session) => (session === undefined ? { username: "", password: "" } : null);

  /** What a request over HTTP brings. */
  get token(): Token | undefined {
    return this.#tokens?.access;
  }

  /** Has the SDK sign in through here. */
  attach<Engine extends RpcEngine>(engine: Engine): Engine {
    const signInAs = engine.signin.bind(engine);
    this.#engine = engine;
    this.#signInAs = signInAs;
    engine.signin = async (auth, session) => {
      if (session === undefined) await this.#enter();
      else await signInAs(auth, session);
      return { access: "" };
    };
    return engine;
  }

  /** Makes a call in a session that is good: one that had ended executed nothing, so that it is made again. */
  async call<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (this.#renewal !== undefined || performance.now() >= this.#term.renewAt) await this.#renewOnce();
      const count = this.#count;
      try {
        return await send();
      } catch (error) {
        if (!hasExpired(error) || attempt >= maxAttempts) throw error;
        if (count === this.#count) this.#term = { endsAt: 0, renewAt: 0 };
      }
    }
  }

  /** While somebody listens, the session is renewed in time although no call asks for it. */
  onRenewal(listener: RenewalListener): () => void {
    this.#listeners.add(listener);
    this.#arm();
    return () => {
      this.#listeners.delete(listener);
      this.#arm();
    };
  }

  /** Once for all that need it at the same time. */
  #renewOnce(): Promise<void> {
    return (this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined)));
  }

  async #renew(): Promise<void> {
    const { endsAt } = this.#term;
    const isInTime = performance.now() < endsAt;
    try {
      await this.#enter();
    } catch (error) {
      const now = performance.now();
      if (now < endsAt) {
        this.#term = { endsAt, renewAt: Math.max((now + endsAt) / 2, now + retryMs) };
        this.#arm();
        return;
      }
      this.#tell(false);
      // What the session was wanted for was not sent, whatever became of the signing in.
      throw lossOf(error) === undefined ? explainRefusal(error) : new LostCall(false, error);
    }
    this.#tell(isInTime);
  }

  #tell(inTime: boolean): void {
    for (const listener of this.#listeners) listener(inTime);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { renewAt } = this.#term;
    if (this.#listeners.size === 0 || renewAt === Infinity) return;
    const delayMs = Math.min(Math.max(renewAt - performance.now(), 0), longestTimerMs);
    this.#timer = setTimeout(() => {
      if (performance.now() < this.#term.renewAt) this.#arm();
      else this.#renewOnce().catch(() => undefined);
    }, delayMs).unref();
  }

  async #enter(): Promise<void> {
    const { engine, signInAs } = this.#attached();
    const isIn = (await this.#enterByToken(engine)) || (await this.#enterAnew(engine, signInAs));
    if (!isIn) return;
    // Signing in may leave nothing selected: the driver's session of an HTTP request, a namespace's user.
    await engine.use(this.#where, undefined);
    await this.#readTerms(engine);
    this.#count++;
    this.#arm();
  }

  #attached(): { engine: RpcEngine; signInAs: RpcEngine["signin"] } {
    if (this.#engine === undefined || this.#signInAs === undefined) throw new Error("No engine is attached.");
    return { engine: this.#engine, signInAs: this.#signInAs };
  }

  /** Quicker than by a password; and each sign-in of an access that refreshes leaves a grant in the database. */
  async #enterByToken(engine: RpcEngine): Promise<boolean> {
    const tokens = this.#tokens;
    if (tokens === undefined) return false;
    try {
      if (performance.now() < this.#tokenTerm.renewAt) await engine.authenticate(tokens.access, undefined);
      else if (tokens.refresh !== undefined) this.#tokens = await engine.refresh(tokens, undefined);
      else return false;
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  async #enterAnew(engine: RpcEngine, signInAs: RpcEngine["signin"]): Promise<boolean> {
    const auth = await this.#askForAuth();
    const before = this.#tokens;
    // Over HTTP it would go along.
    this.#tokens = undefined;
    if (auth === null) return false;
    try {
      if (typeof auth === "string") {
        await engine.authenticate(auth, undefined);
        this.#tokens = { access: auth };
      } else {
        this.#tokens = await signInAs(auth, undefined);
      }
      return true;
    } catch (error) {
      this.#tokens = before;
      throw error;
    }
  }

  async #askForAuth(): Promise<ProvidedAuth> {
    if (typeof this.#auth !== "function") return this.#auth;
    try {
      return await this.#auth(undefined);
    } catch (cause) {
      // Its message may hold what nobody should read.
      throw new MinutierError(
        "authentication_failed",
        "The function that was given as auth failed, so that the database could not be signed in to: see the cause.",
        { cause },
      );
    }
  }

  /** The end of a session stands nowhere else than in the session itself. */
  async #readTerms(engine: RpcEngine): Promise<void> {
    const query = new BoundQuery("RETURN { session: $session.exp, token: $token.exp, now: time::now() }");
    this.#term = endless;
    this.#tokenTerm = endless;
    for await (const { result, error } of engine.query<Ends>(query, undefined)) {
      const [ends] = result ?? [];
      // A server that does not allow it says so at the first call; an end that is not known shows there too.
      if (error !== undefined || ends === undefined) return;
      const now = Date.parse(ends.now instanceof Date ? ends.now.toISOString() : String(ends.now));
      this.#tokenTerm = termUntil(ends.token, now);
      // Over HTTP each request is a session.
      this.#term = engine instanceof HttpEngine ? this.#tokenTerm : termUntil(ends.session, now);
    }
  }
}

/** In seconds since 1970, as tokens have it. */
interface Ends {
  session: unknown;
  token: unknown;
  now: unknown;
}

function termUntil(end: unknown, now: number): Term {
  if (typeof end !== "number") return endless;
  // It is good until its second is over.
  const leftMs = Math.max((end + 1) * 1000 - now, 0);
  const endsAt = performance.now() + leftMs;
  return { endsAt, renewAt: endsAt - Math.min(earlyMs, leftMs / 2) };
}

/** Whether the server did nothing because the session or the token had ended. */
function hasExpired(error: unknown): boolean {
  if (error instanceof HttpConnectionError) return error.status === 401 && /expired/i.test(error.message);
  if (!(error instanceof NotAllowedError) || error.details?.kind !== "Auth") return false;
  const { kind } = error.details.details;
  return kind === "SessionExpired" || kind === "TokenExpired";
}

function isRefusal(error: unknown): boolean {
  return error instanceof ServerError || (error instanceof HttpConnectionError && [401, 403].includes(error.status));
}

function explainRefusal(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  return new MinutierError(
    "authentication_failed",
    `The session at the database had ended, and signing in again was refused: ${errorMessage(error)}. Check that the user or access is still there; a token can't be renewed, a function that gives fresh ones can be given as auth instead.`,
    { cause: error },
  );
}

/** The SDK's engine over HTTP, where each request brings the token. */
export class HttpTokenEngine extends HttpEngine {
  readonly #signIn: SignIn | undefined;

  constructor(context: ConstructorParameters<typeof HttpEngine>[0], signIn: SignIn | undefined) {
    super(context);
    this.#signIn = signIn;
  }

  override send<Method extends string, Params extends unknown[] | undefined, Result>(
    request: RpcRequest<Method, Params>,
  ): Promise<Result> {
    if (this._state !== undefined) this._state.rootSession.accessToken = this.#signIn?.token;
    return super.send(request);
  }
}
