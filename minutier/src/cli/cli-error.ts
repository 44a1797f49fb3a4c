/** Why a command ends without having done its work. */

/** Exit codes, as docs/cli.md lists them. */
export const exitCodes = { ok: 0, failed: 1, wrongUse: 2 } as const;

/** What could not be done, in a sentence for whoever typed the command. */
export class CliError extends Error {
  readonly exitCode: number = exitCodes.failed;
}

/** What was typed can't be meant. */
export class UsageError extends CliError {
  override readonly exitCode: number = exitCodes.wrongUse;
}
