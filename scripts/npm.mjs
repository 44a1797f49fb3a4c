import { spawnSync } from "node:child_process";
import { basename } from "node:path";

/**
 * Installs exactly what a folder's lock file says. No package needs a script of its own to be installed, so that none
 * runs, whatever npm would allow. What else may stand in somebody's npm configuration (production only, strict
 * engines) is not meant for this project's tools.
 *
 * @returns whether npm succeeded.
 */
export function npmCi(folder) {
  return npm(folder, "ci", "--ignore-scripts", "--include=dev", "--include=optional", "--engine-strict=false");
}

/**
 * Runs the npm that began this process, or else the one on the PATH, in a folder.
 *
 * @returns whether it succeeded; what went wrong it has told on standard error.
 */
export function npm(folder, command, ...args) {
  const line = [command, ...args, "--no-audit", "--no-fund", "--loglevel=error"];
  // Standard output is for what was asked for: JSON, for instance.
  const how = { cwd: folder, stdio: ["inherit", "ignore", 2] };
  const script = process.env.npm_execpath ?? "";
  const { status, error } =
    basename(script) === "npm-cli.js"
      ? spawnSync(process.execPath, [script, ...line], how)
      : // npm is a batch file on Windows, which only a shell runs.
        spawnSync("npm", line, { ...how, shell: process.platform === "win32" });
  if (error !== undefined) console.error(`npm could not be run: ${error.message}`);
  return status === 0;
}
