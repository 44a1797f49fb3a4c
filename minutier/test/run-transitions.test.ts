import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Database } from "../src/db/database.ts";
import { readRunState } from "../src/db/run-leases.ts";
import { SurrealDb } from "../src/db/surreal-db.ts";
import { type RunEvent, type RunState, statesBefore, transition, transitions } from "../src/run/transitions.ts";
import { backends, temporaryFolder } from "./backends.ts";
import { type Command, decide, holderEvents, type Model, newRun, type Outcome, RunUnderTest } from "./run-model.ts";

const states = Object.keys(transitions) as RunState[];
const events = Object.keys(transitions.new) as RunEvent[];
const anyEvents = fc.array(fc.constantFrom(...events), { maxLength: 40 });
const isFinal = (state: RunState): boolean => state === "success" || state === "error";

/** The states that a run passes through, from the first. */
function walk(sequence: readonly RunEvent[], first: RunState = "new"): RunState[] {
  const passed = [first];
  for (const event of sequence) {
    const state = passed.at(-1) ?? first;
    const decided = transition(state, event);
    passed.push("to" in decided ? decided.to : state);
  }
  return passed;
}

describe("the table of transitions", () => {
  test("a final state never changes, so that a run has at most one", () => {
    fc.assert(
      fc.property(anyEvents, (sequence) => {
        const passed = walk(sequence);
        const end = passed.findIndex(isFinal);
        expect(new Set(end === -1 ? [] : passed.slice(end)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
    for (const state of states.filter(isFinal))
      for (const event of events) expect(transition(state, event)).toHaveProperty("refused");
  });

  test("only a start leaves new, and nothing comes back to it", () => {
    fc.assert(
      fc.property(anyEvents, (sequence) => {
        const passed = walk(sequence);
        const start = sequence.indexOf("start");
        const before = start === -1 ? passed : passed.slice(0, start + 1);
        const after = start === -1 ? [] : passed.slice(start + 1);
        expect(new Set(before)).toEqual(new Set(["new"]));
        expect(after).not.toContain("new");
      }),
    );
    expect(statesBefore("start")).toEqual(["new"]);
  });

  test("while somebody works on a run or it waits, nobody else ends it but who cancels what waits", () => {
    const others = events.filter((event) => !holderEvents.has(event) && event !== "start");
    for (const event of others) {
      const working = transition("working", event);
      if ("to" in working) expect([event, working.to]).toEqual([event, "working"]);
    }
    const leaving = events.filter((event) => "to" in transition("waiting", event));
    expect(leaving).toEqual(["answer", "cancel"]);
  });

  test("each state can be reached, and from each that is not final the run can end", () => {
    fc.assert(
      fc.property(anyEvents, (sequence) => {
        const state = walk(sequence).at(-1) ?? "new";
        const way: RunEvent[] = ["start", "claim", "answer", "succeed"];
        expect(isFinal(walk(way, state).at(-1) ?? state)).toBe(true);
      }),
    );
    const reached = new Set(events.flatMap((event) => walk(["start", event])));
    // Nobody does anything when a lease runs out: it is the clock that makes `abandoned` of `working`.
    expect(new Set([...reached, "abandoned"])).toEqual(new Set(states));
  });

  test("each pair of a state and an event is decided, and the guards of the statements are the table's", () => {
    for (const state of states) {
      expect(Object.keys(transitions[state])).toEqual(events);
      for (const event of events) expect(statesBefore(event).includes(state)).toBe("to" in transition(state, event));
    }
  });
});

/** What somebody does, before it is known what is there to do it to. */
interface Action {
  event: Command["event"];
  pick: number;
  fresh: boolean;
}

const action: fc.Arbitrary<Action> = fc.record({
  event: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Command["event"]>("start", "claim", "answer", "wait", "cancel", "expire") },
    { weight: 1, arbitrary: fc.constantFrom<Command["event"]>(...events) },
  ),
  pick: fc.nat(),
  fresh: fc.boolean(),
});

/** The command that an action is in this situation; `leases` have been given out. */
function commandOf({ event, pick, fresh }: Action, model: Model, leases: number): Command {
  const open = [...model.questions.keys()].filter((number) => model.questions[number] === "open");
  const all = [...model.questions.keys()];
  if (!holderEvents.has(event)) return { event, lease: leases, questions: [pick % (all.length + 1)] };
  // Mostly the one who holds it, else one who held it once or never.
  const lease = model.holder !== undefined && pick % 4 > 0 ? model.holder : pick % (leases + 1);
  // One who does not know of an answer asks again.
  const asked = pick % 5 === 0 ? all : open;
  return { event, lease, questions: fresh || asked.length === 0 ? [...asked, all.length] : asked };
}

let runs = 0;

/** Does it, and compares what the database then has with what the table says. */
async function check(database: Database, run: RunUnderTest, model: Model, command: Command): Promise<Model> {
  const before = await run.rows(database);
  const expected = decide(model, command);
  expect(await run.perform(database, command)).toBe(expected.outcome);
  const after = await run.rows(database);
  if (expected.outcome !== "done") expect(after).toEqual(before);
  if (isFinal(model.state)) expect(after).toEqual(before);
  await expectState(database, run, expected.model);
  return expected.model;
}

async function expectState(database: Database, run: RunUnderTest, model: Model): Promise<void> {
  const [, lease] = await run.rows(database);
  const found = { state: await readRunState(database, run.runId), holder: run.numberOf(lease?.holder) };
  expect(found).toEqual({ state: model.state, holder: model.holder });
  expect((lease as { cancel?: string[] } | undefined)?.cancel).toEqual(model.cancelAsked ? [run.runId] : undefined);
}

describe("the database does what the table says", () => {
  test.each(backends.map(({ name, open }) => [name, name === "mem" ? 120 : 8, open] as const))(
    "after any sequence of events by holders and others, on %s",
    async (_, numRuns, open) => {
      const db = await open();
      const database = SurrealDb.databaseOf(db);
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
          const run = new RunUnderTest(`R${++runs}`);
          let model = newRun;
          let leases = 0;
          for (const each of actions) {
            const command = commandOf(each, model, leases);
            leases = Math.max(leases, command.lease + 1);
            model = await check(database, run, model, command);
          }
        }),
        { numRuns, endOnFailure: false },
      );
    },
  );

  test("of two events at once from two processes, the outcome is that of one after the other", async () => {
    const url = `rocksdb://${join(await temporaryFolder(), "db")}`;
    const pair = [new SurrealDb({ url }), new SurrealDb({ url })];
    const [one, other] = pair.map((db) => SurrealDb.databaseOf(db)) as [Database, Database];
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 8 }), action, action, async (actions, left, right) => {
        const run = new RunUnderTest(`P${++runs}`);
        let model = newRun;
        let leases = 0;
        for (const each of actions) {
          const command = commandOf(each, model, leases);
          leases = Math.max(leases, command.lease + 1);
          await run.perform(one, command);
          model = decide(model, command).model;
        }
        const first = commandOf(left, model, leases);
        const second = commandOf(right, model, Math.max(leases, first.lease + 1));
        const outcomes = await Promise.all([run.perform(one, first), run.perform(other, second)]);
        const found = { state: await readRunState(one, run.runId), outcomes };
        expect([inOrder(model, first, second), inOrder(model, second, first, true)]).toContainEqual(found);
      }),
      { numRuns: 60 },
    );
    await Promise.all(pair.map((db) => db.close()));
  });
});

function inOrder(
  model: Model,
  first: Command,
  second: Command,
  swapped = false,
): { state: RunState; outcomes: Outcome[] } {
  const one = decide(model, first);
  const two = decide(one.model, second);
  const outcomes = [one.outcome, two.outcome];
  return { state: two.model.state, outcomes: swapped ? outcomes.toReversed() : outcomes };
}
