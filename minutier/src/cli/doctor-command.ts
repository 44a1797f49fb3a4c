/** `minutier doctor`: what is well, what is not, and what to do. */
import { MinutierError } from "../errors.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { openTarget } from "./open-target.ts";
import type { Target, TargetOptions } from "./target.ts";
import { colors, print } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { paintStatus } from "./run-cells.ts";
import { oneLine, toSafeJson } from "./terminal-text.ts";

interface Check {
  name: string;
  status: "ok" | "warning" | "error";
  detail: string;
  fix?: string;
}

/** Prints the checks; fails when one of them is an error. */
export async function doctorCommand(options: TargetOptions & { json?: boolean }): Promise<void> {
  const checks: Check[] = [
    { name: "minutier", status: "ok", detail: `${packageVersion()}, Node ${process.versions.node}` },
  ];
  checks.push(...(await examine(options)));
  if (options.json === true) await print(toSafeJson({ checks }, 2));
  else for (const check of checks) await printCheck(check);
  const wrong = checks.filter(({ status }) => status === "error").length;
  if (wrong > 0) throw new CliError(`${wrong} of ${checks.length} checks failed.`);
}

async function examine(options: TargetOptions): Promise<Check[]> {
  let target: Target;
  try {
    target = await openTarget(options);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof CliError || MinutierError.isInstance(error))) throw error;
    return [{ name: "database", status: "error", detail: error.message }];
  }
  try {
    const { checks } = await target.client.get<{ checks: Check[] }>("/doctor");
    const detail = target.isServer ? "open in the server that answers" : "open here, by nobody else";
    return target.isShared && !target.isServer ? checks : [{ name: "lock", status: "ok", detail }, ...checks];
  } finally {
    await target.close();
  }
}

async function printCheck({ name, status, detail, fix }: Check): Promise<void> {
  const mark = { ok: colors.green("✓"), warning: colors.yellow("!"), error: colors.red("✗") }[status];
  const word = status === "ok" ? "" : ` ${paintStatus(status)}`;
  await print(`${mark} ${colors.bold(oneLine(name))}${word} ${oneLine(detail)}`);
  if (fix !== undefined) await print(`  ${colors.dim("→")} ${oneLine(fix)}`);
}
