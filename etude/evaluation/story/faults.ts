/** The faults of section 3.2 by name, and planting them. */
import type { PlantedFault } from "../truth.ts";
import type { Fault } from "./alter-papers.ts";
import { commonFaults } from "./common-faults.ts";
import { otherDeedFaults } from "./other-deed-faults.ts";
import type { Paper, Plan } from "./plan.ts";
import { saleFaults } from "./sale-faults.ts";

const faults = { ...commonFaults, ...saleFaults, ...otherDeedFaults };

export type FaultName = keyof typeof faults;

/** A fault, and the papers on which it shows. */
export interface Planting {
  fault: Omit<PlantedFault, "files">;
  papers: Paper[];
}

export function plantFault(plan: Plan, name: FaultName): Planting {
  const fault: Fault = faults[name];
  const papers = fault.plant(plan);
  return { fault: { name, rule: fault.rule, alsoRules: fault.also ?? [] }, papers };
}
