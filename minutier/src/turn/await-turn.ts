/** Waits for the turns of other processes that came before. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ConversationKey } from "../db/conversations.ts";
import type { Database } from "../db/database.ts";
import { closeDeadTurn, findOpenQuestion, loadTurnStanding, type OpenQuestion } from "../db/turn-order.ts";
import { isInsideRun, sessionBusy } from "./session-lock.ts";
import { isTurnHere } from "./turn-lease.ts";
import { untilAborted } from "./until-aborted.ts";

/** How long to wait before the next look; it grows by half each time. */
const firstPauseMs = 20;
const longestPauseMs = 250;

/**
 * Returns when every turn before this one has ended; closes those that are dead. Throws the signal's reason, and
 * `session_busy` when the turn to wait for waits for this one.
 */
export async function awaitTurn(
  database: Database,
  key: ConversationKey,
  first: OpenQuestion,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstPauseMs;
  for (let open: OpenQuestion | undefined = first; open !== undefined;) {
    if (isInsideRun(open.runId)) throw sessionBusy(key);
    const standing = await untilAborted(loadTurnStanding(database, key, open.number), signal);
    switch (standing) {
      case "answered":
        return;
      case "failed":
        // It may have failed while it waited itself.
        open = await untilAborted(findOpenQuestion(database, key, open.number), signal);
        pauseMs = firstPauseMs;
        break;
      default: {
        // An embedded database is this process's alone: what is not under way here is not under way at all.
        const certainly = !database.isShared && !isTurnHere(open.runId);
        if (certainly || (standing === "expired" && mayJudge(database))) {
          await untilAborted(closeDeadTurn(database, key, open.number, certainly), signal);
          break;
        }
        await untilAborted(sleep(pauseMs), signal);
        pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
      }
    }
  }
}

/** The longest pause of the driver between two attempts to connect, and some more. */
const reconnectGraceMs = 2000;

/** When the server was away, the living could give no sign either: first they must have had the time to. */
function mayJudge(database: Database): boolean {
  return database.connectedForMs > database.leaseMs + reconnectGraceMs;
}
