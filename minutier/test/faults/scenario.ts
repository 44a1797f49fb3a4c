/** What a scenario is given, and what it gives. */
import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Findings } from "./findings.ts";
import type { Plant } from "./plants.ts";
import { between, type Random } from "./random.ts";
import { type BackendName, startSuiteServer, type SuiteServer } from "./suite-server.ts";
import { startWorker, type SuiteProcess, type WorkerOptions } from "./worker-process.ts";

/** Where a worker finds its database. */
export type Place = Pick<WorkerOptions, "url" | "auth" | "namespace" | "database">;

/** The database of one of the suite's servers. */
export function databaseOf({ url }: SuiteServer): Place {
  return { url, auth: { username: "root", password: "root" }, namespace: "faults", database: "faults" };
}

export interface Scenario {
  name: string;
  /** What it does, for people. */
  title: string;
  /** How many faults it tries when `kills` are asked for. */
  faults(kills: number): number;
  /** Tries so many faults, then checks. A string says why it can't be tried here. */
  run(context: Context, faults: number): Promise<Findings | string>;
}

export interface ContextOptions {
  folder: string;
  random: Random;
  progress: (text: string) => void;
  backend: BackendName;
  plant?: Plant | undefined;
  /** How many runs a worker keeps under way, where the scenario does not say. @default 64 */
  inFlight?: number | undefined;
}

/** One scenario's own folder, journal and chance. */
export class Context {
  readonly folder: string;
  readonly journal: string;
  readonly random: Random;
  readonly progress: (text: string) => void;
  readonly backend: BackendName;
  readonly #options: ContextOptions;
  readonly #workers: SuiteProcess[] = [];
  readonly #servers: SuiteServer[] = [];

  constructor(options: ContextOptions) {
    this.folder = options.folder;
    this.journal = join(options.folder, "journal");
    this.random = options.random;
    this.progress = options.progress;
    this.backend = options.backend;
    this.#options = options;
  }

  /** A worker of this scenario, with the usual options where none are given. */
  worker(options: Partial<WorkerOptions> & { url: string }): SuiteProcess {
    const { plant, inFlight = 64 } = this.#options;
    const worker = startWorker({
      journal: this.journal,
      seed: this.between(0, 2 ** 31),
      leaseMs: 300,
      inFlight,
      recovers: true,
      recoveryMs: 200,
      stepMs: 30,
      ...(plant === undefined ? {} : { plant }),
      ...options,
    });
    this.#workers.push(worker);
    return worker;
  }

  /** A server over a folder; `port` 0 for a free one. */
  async server(folder: string, port = 0): Promise<SuiteServer> {
    const server = await startSuiteServer(this.backend, folder, port);
    this.#servers.push(server);
    return server;
  }

  /** The database in a folder, as one process would have it: embedded, or on a server of its own. */
  async database(folder: string): Promise<Place> {
    return this.backend === "ws" ? { url: `rocksdb://${folder}` } : databaseOf(await this.server(folder));
  }

  async killServers(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.kill()));
  }

  /** Ends what is left. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
    await this.killServers();
  }

  between(low: number, high: number): number {
    return between(this.random, low, high);
  }

  /**
   * Waits until so many bytes more were told, whoever told them: moments that are counted in what happens are the same
   * on a busy machine. About 200 bytes a line, 7 kB a run.
   */
  async toldMore(bytes: number, patienceMs = 15_000): Promise<void> {
    const size = (): number => statSync(this.journal, { throwIfNoEntry: false })?.size ?? 0;
    const wanted = size() + bytes;
    const began = performance.now();
    while (size() < wanted && performance.now() - began < patienceMs) await sleep(2);
  }

  async makeFolder(name: string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  }
}
