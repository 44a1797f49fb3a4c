import type { Page, UnreadableReason } from "../facts.ts";

/** What a reader of one format answers: pages, or why there are none. */
export type Reading = { pages: Page[] } | { reason: UnreadableReason; advice: string };
