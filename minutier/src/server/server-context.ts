/** What every route of one server works with. */
import type { Components } from "./components.ts";
import type { EventStreams } from "./event-stream.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { ServerSettings } from "./server-options.ts";

/** One server's parts. */
export interface ServerContext {
  readonly settings: ServerSettings;
  readonly components: Components;
  readonly live: LiveRuns;
  readonly streams: EventStreams;
  /** Creates the tables that are missing, once. */
  prepare(): Promise<void>;
}
