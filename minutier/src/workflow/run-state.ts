/** The state of a run's session: copied for branches, merged after them, stored when it changed. */
import { isDeepStrictEqual } from "node:util";

import { fromStored, toStored } from "../db/codec.ts";
import { MinutierError } from "../errors.ts";
import type { MergeState } from "./entries.ts";

export type State = Record<string, unknown>;

/** A deep copy that shares nothing with its original. */
export function copyState(state: State): State {
  return fromStored(toStored(state, "ctx.state")) as State;
}

/** For a step's row in a parallel branch: the branch's copy of the state, when it changed since the last row. */
export function changedBranchState({ state, branchState }: BranchScope): { state?: State } {
  if (branchState === undefined || isDeepStrictEqual(state, branchState.stored)) return {};
  branchState.stored = copyState(state);
  return { state: branchState.stored };
}

/** Makes a branch's state what a row of it says. */
export function restoreState({ state, branchState }: BranchScope, stored: State): void {
  replaceState(state, copyState(stored));
  if (branchState !== undefined) branchState.stored = stored;
}

interface BranchScope {
  readonly state: State;
  readonly branchState: { stored: State } | undefined;
}

/** Takes over, into `state`, what branches made of their copies of it. */
export function mergeBranchStates(
  owner: string,
  state: State,
  branches: Record<string, State>,
  merge: MergeState | undefined,
): void {
  replaceState(state, merge === undefined ? mergeByKey(owner, state, branches) : merge(copyState(state), branches));
}

/** A key that one branch changed is taken over; a key that two changed differently is nobody's to decide. */
function mergeByKey(owner: string, state: State, branches: Record<string, State>): State {
  const merged = { ...state };
  const changedBy = new Map<string, string>();
  for (const [branch, copy] of Object.entries(branches)) {
    for (const key of new Set([...Object.keys(state), ...Object.keys(copy)])) {
      if (isDeepStrictEqual(copy[key], state[key])) continue;
      const other = changedBy.get(key);
      if (other !== undefined && !isDeepStrictEqual(copy[key], merged[key])) {
        throw new MinutierError(
          "step_failed",
          `The branches ${JSON.stringify(other)} and ${JSON.stringify(branch)} of ${JSON.stringify(owner)} both changed ctx.state.${key}. Give the parallel a mergeState function, or let each branch write its own key.`,
        );
      }
      changedBy.set(key, branch);
      if (key in copy) merged[key] = copy[key];
      else delete merged[key];
    }
  }
  return merged;
}

function replaceState(state: State, next: State): void {
  for (const key of Object.keys(state)) if (!(key in next)) delete state[key];
  Object.assign(state, next);
}
