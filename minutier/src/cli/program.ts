/** The commands and their options; the work is imported when it is asked for, so that help and completion are quick. */
import tab from "@bomb.sh/tab/commander";
import { Command, InvalidArgumentError, Option } from "commander";

import { parseTime } from "./format-time.ts";
import type { PurgeOptions } from "./purge-runs.ts";
import { collectMetadata, type RunFilters } from "./run-filters.ts";
import type { ServeCommandOptions } from "./serve-command.ts";
import type { SessionOptions } from "./sessions.ts";
import type { Target, TargetOptions } from "./target.ts";
import { packageVersion } from "./package-version.ts";
import type { WatchOptions } from "./watch-runs.ts";

interface JsonOption {
  json?: boolean;
}

const exitHelp = `
Exit codes: 0 done, 1 failed, 2 wrong use.
Environment: MINUTIER_DB, MINUTIER_KEY, MINUTIER_PASSWORD, NO_COLOR.`;

/** The whole program. */
export function createProgram(): Command {
  const program = new Command("minutier")
    .description("Runs of agents, teams and workflows on record: serve them, look at them, keep them in order.")
    .version(packageVersion())
    .showHelpAfterError("(--help shows the options)")
    .addHelpText("after", exitHelp)
    .exitOverride();
  addServe(program);
  const runs = program.command("runs").description("workflows' runs");
  addLooking(runs);
  addUpkeep(runs);
  addSessions(program.command("sessions").description("sessions of agents, teams and workflows"));
  withTarget(
    program.command("doctor").description("check the engine, tables, indexes, leases, stale runs and disk"),
  ).action(async (options: TargetOptions & JsonOption) => {
    const { doctorCommand } = await import("./doctor-command.ts");
    await doctorCommand(options);
  });
  // Adds `completion <shell>`, and `complete` which the shells' scripts call.
  tab(program, { completionCommandName: "completion" });
  return program;
}

function addServe(program: Command): void {
  const serve = program
    .command("serve")
    .description("serve what a module exports (agents, teams, workflows, db), or the record alone")
    .argument("[file]", "module: TypeScript (Node ≥ 22.18) or JavaScript");
  withDatabase(serve)
    .option("--host <address>", "address to listen on; another than this machine's own needs a key", "127.0.0.1")
    .option("--port <number>", "0 for any that is free", toPort, 7777)
    .option("--key <key>", "what requests bring as bearer token; better as MINUTIER_KEY in the environment")
    .option("--cors <origin>", 'origin of web pages that may ask, or "*"; again for several', collect)
    .option("--query", "answer read-only SurrealQL at POST /query")
    .option("--no-recovery", "leave runs whose process died to others")
    .option("--verbose", "a line for each request on standard error")
    .option("--json", "say where it serves as JSON")
    .action(async (file: string | undefined, options: ServeCommandOptions) => {
      const { serveCommand } = await import("./serve-command.ts");
      await serveCommand(file, options);
    });
}

function addLooking(runs: Command): void {
  withTarget(withFilters(runs.command("list").description("the newest runs")))
    .option("--limit <number>", "how many", toCount, 50)
    .action((options: TargetOptions & RunFilters & JsonOption & { limit: number }) =>
      withClient(options, async ({ client }) => (await import("./list-runs.ts")).listRuns(client, options)),
    );
  withTarget(runs.command("show").description("a run with its steps").argument("<run>", "its id")).action(
    (id: string, options: TargetOptions & JsonOption) =>
      withClient(options, async ({ client }) => (await import("./show-run.ts")).showRun(client, id, options)),
  );
  withTarget(withMetadata(runs.command("watch").description("changes as they happen, until Ctrl-C")))
    .option("--workflow <name>", "of this workflow")
    .action((options: TargetOptions & WatchOptions) =>
      withClient(options, async (target) => (await import("./watch-runs.ts")).watchRuns(target, options)),
    );
  withTarget(
    withFilters(runs.command("stats").description("executions, successes, errors and times by workflow")),
  ).action((options: TargetOptions & RunFilters & JsonOption) =>
    withClient(options, async ({ client }) => (await import("./run-stats.ts")).printStats(client, options)),
  );
  withTarget(
    withFilters(runs.command("export").description("runs with steps, inputs and outputs as NDJSON, oldest first")),
  ).action((options: TargetOptions & RunFilters) =>
    withClient(options, async ({ client }) => (await import("./export-runs.ts")).exportRuns(client, options)),
  );
}

function addUpkeep(runs: Command): void {
  withTarget(runs.command("cancel").description("end a run, wherever it goes on").argument("<run>", "its id")).action(
    (id: string, options: TargetOptions & JsonOption) =>
      withClient(options, async ({ client }) => (await import("./end-runs.ts")).cancelRun(client, id, options)),
  );
  withFile(
    withTarget(runs.command("resume").description("go on with a run whose process died").argument("<run>", "its id")),
  ).action((id: string, options: TargetOptions & JsonOption) =>
    withClient(options, async (target) => (await import("./end-runs.ts")).resumeRun(target, id, options)),
  );
  withFile(
    withTarget(
      runs
        .command("recover")
        .description("go on with all runs whose process died, or close them, as their workflows say"),
    ),
  ).action((options: TargetOptions & JsonOption) =>
    withClient(options, async (target) => (await import("./end-runs.ts")).recoverRuns(target, options)),
  );
  withTarget(withMetadata(runs.command("purge").description("delete ended runs with all that they left; counts first")))
    .option("--before <time>", "that began before: an age such as 90d, or a date", toTime("--before"))
    .option("--workflow <name>", "of this workflow")
    .addOption(new Option("--status <status>", "that ended so").choices(["success", "error"]))
    .option("--yes", "delete without asking")
    .option("--dry-run", "only count")
    .action((options: TargetOptions & PurgeOptions) =>
      withClient(options, async ({ client }) => (await import("./purge-runs.ts")).purgeRuns(client, options)),
    );
}

function addSessions(sessions: Command): void {
  withSessionOf(withTarget(sessions.command("list").description("the sessions that changed last")))
    .option("--limit <number>", "how many", toCount, 20)
    .action((options: TargetOptions & SessionOptions & { limit: number }) =>
      withClient(options, async ({ client }) => (await import("./sessions.ts")).listSessions(client, options)),
    );
  withSessionOf(
    withTarget(
      sessions.command("show").description("a session with what was said in it").argument("<session>", "its id"),
    ),
  ).action((id: string, options: TargetOptions & SessionOptions) =>
    withClient(options, async ({ client }) => (await import("./sessions.ts")).showSession(client, id, options)),
  );
}

/** Options that say which database, or which server. */
function withTarget(command: Command): Command {
  return withDatabase(command)
    .option("--server <url>", "ask this running server instead of a database")
    .option("--key <key>", "that server's key; better as MINUTIER_KEY in the environment")
    .option("--json", "for programs: JSON, of lists and streams one value a line");
}

function withDatabase(command: Command): Command {
  return command
    .option("--db <path or url>", "folder of an embedded database, or ws://…; default MINUTIER_DB, then ./.minutier")
    .option("--namespace <name>", "default minutier")
    .option("--database <name>", "default minutier")
    .option("--username <name>", "of a SurrealDB server, with MINUTIER_PASSWORD in the environment")
    .addOption(
      new Option("--auth-level <level>", "whose user that is; default root").choices(["root", "namespace", "database"]),
    );
}

function withFile(command: Command): Command {
  return command.option("--file <module>", "module that exports the workflows, and their db");
}

function withMetadata(command: Command): Command {
  return command.option("--metadata <key=value>", "with this metadata; again for several", collectMetadata);
}

function withFilters(command: Command): Command {
  return withMetadata(command)
    .option("--workflow <name>", "of this workflow")
    .addOption(new Option("--status <status>", "that stand so").choices(["running", "waiting", "success", "error"]))
    .option("--since <time>", "that began since: an age such as 1h or 7d, or a date", toTime("--since"))
    .option("--until <time>", "that began before: an age, or a date", toTime("--until"))
    .option("--user <id>", "of this user")
    .option("--session <id>", "of this session")
    .option("--nested", "also runs that are a step of another");
}

function withSessionOf(command: Command): Command {
  return command
    .addOption(new Option("--type <type>", "of").choices(["agent", "team", "workflow"]))
    .option("--name <name>", "of the agent, team or workflow of this name");
}

async function withClient(options: TargetOptions, work: (target: Target) => Promise<void>): Promise<void> {
  const { openTarget } = await import("./open-target.ts");
  const target = await openTarget(options);
  try {
    await work(target);
  } finally {
    await target.close();
  }
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function toTime(option: string): (text: string) => Date {
  return (text) => parseTime(option, text);
}

function toPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("Give a number from 0 to 65535.");
}

function toCount(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Give a whole number from 1.");
}
