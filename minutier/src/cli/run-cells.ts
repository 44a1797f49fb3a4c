/** Cells of runs in tables. */
import { colors } from "./output.ts";
import { oneLine } from "./terminal-text.ts";

/** The status with its colour. */
export function paintStatus(status: string): string {
  switch (status) {
    case "success":
    case "ok":
    case "COMPLETED":
      return colors.green(oneLine(status));
    case "error":
    case "ERROR":
      return colors.red(oneLine(status));
    case "waiting":
    case "warning":
    case "PAUSED":
      return colors.yellow(oneLine(status));
    case "running":
    case "RUNNING":
      return colors.cyan(oneLine(status));
    default:
      return colors.dim(oneLine(status));
  }
}

/** `dossier_id=dossier:abc123 user_id=user:ana` */
export function describeMetadata(metadata: Record<string, unknown> = {}): string {
  return oneLine(
    Object.entries(metadata)
      .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(" "),
  );
}
