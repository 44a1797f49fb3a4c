/** Waits for the turns of other processes that came before. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ConversationKey } from "../db/conversations.ts";
import type { Database } from "../db/database.ts";
import { closeDeadTurn, findOpenQuestion, loadTurnStanding, type OpenQuestion } from "../db/turn-order.ts";
import { isInsideRun, sessionBusy } from "./session-lock.ts";
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
    switch (await untilAborted(loadTurnStanding(database, key, open.number), signal)) {
      case "answered":
        return;
      case "failed":
        // It may have failed while it waited itself.
        open = await untilAborted(findOpenQuestion(database, key, open.number), signal);
        pauseMs = firstPauseMs;
        break;
      case "expired":
        await untilAborted(closeDeadTurn(database, key, open.number), signal);
        break;
      case "under way":
        await untilAborted(sleep(pauseMs), signal);
        pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    }
  }
}
