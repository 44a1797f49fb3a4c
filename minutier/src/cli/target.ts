/** Who answers a command. */
import type { ApiClient } from "./api-client.ts";
import type { DatabaseArguments } from "../index.ts";

/** Options of every command that asks something. */
export interface TargetOptions extends DatabaseArguments {
  /** A running server's url. */
  server?: string;
  key?: string;
  /** A module with definitions, for commands that go on with runs. */
  file?: string;
}

/** Who answers. */
export interface Target {
  readonly client: ApiClient;
  /** Whether others work on the database at the same time: a server, or several processes. */
  readonly isShared: boolean;
  /** A running server has its own definitions. */
  readonly isServer: boolean;
  close(): Promise<void>;
}
