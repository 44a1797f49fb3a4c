/** Work that is done once for each time that a connection was made: another server may answer after a reconnect. */
import type { Connection } from "./engine/connection.ts";
import type { EngineVersion } from "./engine/engine-version.ts";

export class OncePerConnection {
  readonly #work: (connection: Connection) => Promise<void>;
  #last: { readonly version: EngineVersion; readonly done: Promise<void> } | undefined;
  #doneFor: EngineVersion | undefined;

  constructor(work: (connection: Connection) => Promise<void>) {
    this.#work = work;
  }

  isDone({ version }: Connection): boolean {
    return this.#doneFor === version;
  }

  /** Resolves once it is done; work that failed is tried again by the next call. */
  async done(connection: Connection): Promise<void> {
    const { version } = connection;
    if (this.#last?.version !== version) {
      const last = { version, done: this.#work(connection) };
      this.#last = last;
      last.done.then(
        () => (this.#doneFor = version),
        () => {
          if (this.#last === last) this.#last = undefined;
        },
      );
    }
    await this.#last?.done;
  }
}
