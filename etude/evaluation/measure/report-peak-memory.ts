/** Loaded into the measured process: its peak memory in bytes goes to file descriptor 3 as it ends. */
import { writeSync } from "node:fs";

process.on("exit", () => {
  writeSync(3, String(process.resourceUsage().maxRSS * 1024));
});
