/**
 * The run as a state machine: every state, every event, and what each event does in each state. Pure data. The
 * statements that change a run are guarded with this table, and run/SPEC.md explains it.
 */

/** Where a run stands. Its row says `running` in the first three that exist. */
export type RunState =
  /** No row. */
  | "new"
  /** Somebody holds its lease and works on it. */
  | "working"
  /** It waits for a person; nobody holds it. */
  | "waiting"
  /** Its holder has given no sign of life for the length of the lease. */
  | "abandoned"
  | "success"
  | "error";

/** What can happen to a run. The first six are its holder's, the others anybody's. */
export type RunEvent =
  /** Its row and its lease are written, before any step. */
  | "start"
  /** A step's result is committed; the lease is renewed with it. */
  | "commit"
  /** A sign of life. */
  | "renew"
  /** Nothing can go on without a person. */
  | "wait"
  | "succeed"
  | "fail"
  /** A person answers, or the deadline does. */
  | "answer"
  /** Another process goes on with it. */
  | "claim"
  /** Somebody wants it ended. */
  | "cancel"
  /** Recovery closes it. */
  | "interrupt";

/** Why an event may not happen. */
export type Refusal =
  | "missing"
  /** It is there already: the caller is given the first run. */
  | "exists"
  /** Its holder is alive. */
  | "held"
  /** The one who writes holds the lease no more. */
  | "lost"
  /** It waits for a person, not for a process. */
  | "waits"
  /** A final state never changes. */
  | "ended";

/** What an event does: the state after it, or why it is refused. */
export type Transition = { to: RunState } | { refused: Refusal };

const to = (state: RunState): Transition => ({ to: state });
const no = (reason: Refusal): Transition => ({ refused: reason });

const final: Record<RunEvent, Transition> = {
  start: no("exists"),
  commit: no("lost"),
  renew: no("lost"),
  wait: no("lost"),
  succeed: no("lost"),
  fail: no("lost"),
  answer: no("ended"),
  claim: no("ended"),
  cancel: no("ended"),
  interrupt: no("ended"),
};

/** Total: a state or an event that is added does not compile until every pair is decided. */
export const transitions: Readonly<Record<RunState, Readonly<Record<RunEvent, Transition>>>> = {
  new: {
    start: to("working"),
    commit: no("lost"),
    renew: no("lost"),
    wait: no("lost"),
    succeed: no("lost"),
    fail: no("lost"),
    answer: no("missing"),
    claim: no("missing"),
    cancel: no("missing"),
    interrupt: no("missing"),
  },
  working: {
    start: no("exists"),
    commit: to("working"),
    renew: to("working"),
    wait: to("waiting"),
    succeed: to("success"),
    fail: to("error"),
    // One of several questions, while the answer to another is worked on: its holder takes it up before it waits.
    answer: to("working"),
    claim: no("held"),
    // The holder is told, and ends the run itself.
    cancel: to("working"),
    interrupt: no("held"),
  },
  waiting: {
    start: no("exists"),
    commit: no("lost"),
    renew: no("lost"),
    wait: no("lost"),
    succeed: no("lost"),
    fail: no("lost"),
    // The one who answers holds the lease, in the same transaction.
    answer: to("working"),
    claim: no("waits"),
    cancel: to("error"),
    interrupt: no("waits"),
  },
  abandoned: {
    start: no("exists"),
    // A holder that was only slow, before anybody else took the run: it holds it again.
    commit: to("working"),
    renew: to("working"),
    wait: to("waiting"),
    succeed: to("success"),
    fail: to("error"),
    answer: to("working"),
    claim: to("working"),
    cancel: to("error"),
    interrupt: to("error"),
  },
  success: final,
  error: final,
};

/** What happens to a run in `state` at `event`. */
export function transition(state: RunState, event: RunEvent): Transition {
  return transitions[state][event];
}

/** The states in which `event` may happen; with `after`, those from which it leads there. */
export function statesBefore(event: RunEvent, after?: RunState): RunState[] {
  return (Object.keys(transitions) as RunState[]).filter((state) => {
    const decided = transition(state, event);
    return "to" in decided && (after === undefined || decided.to === after);
  });
}
