import { spawnSync } from "node:child_process";
import { basename } from "node:path";

/**
 * Installs exactly what a folder's lock file says, with the npm that began this process, or else the one on the PATH.
 * No package needs a script of its own to be installed, so that none runs, whatever npm would allow. What else may
 * stand in somebody's npm configuration (production only, strict engines) is not meant for this project's tools.
 *
 * @returns whether npm succeeded; it has told on standard error what it had to tell.
 */
export function npmCi(folder) {
  const options = ["--ignore-scripts", "--include=dev", "--include=optional", "--engine-strict=false"];
  const command = ["ci", ...options, "--no-audit", "--no-fund", "--loglevel=error"];
  // Standard output is for what was asked for: JSON, for instance.
  const how = { cwd: folder, stdio: ["inherit", 2, 2] };
  const npm = process.env.npm_execpath ?? "";
  const { status, error } =
    basename(npm) === "npm-cli.js"
      ? spawnSync(process.execPath, [npm, ...command], how)
      : // npm is a batch file on Windows, which only a shell runs.
        spawnSync("npm", command, { ...how, shell: process.platform === "win32" });
  if (error !== undefined) console.error(`npm could not be run: ${error.message}`);
  return status === 0;
}
