/** The alerts of a checklist against the faults that were planted. */
import type { DossierTruth, PlantedFault } from "../truth.ts";
import type { EtudeOutput } from "./run-etude.ts";

export interface FaultScores {
  planted: { fault: PlantedFault; found: boolean; alerts: number; toVerify: boolean }[];
  /** Alerts that no planted fault accounts for. */
  invented: { rule: string; message: string }[];
}

type Item = EtudeOutput["items"][number];

const alerts = new Set(["alerte", "manquant"]);

export function compareFaults({ documents, faults }: DossierTruth, { items }: EtudeOutput): FaultScores {
  const scans = documents.filter(({ layout }) => layout === "scanned").map(({ file }) => file);
  const raised = items.filter(({ status }) => alerts.has(status));
  const planted = faults.map((fault) => {
    const verify = items.filter(({ rule, status }) => rule === fault.rule && status === "a_verifier");
    // That a person has to read a page is all that C09 can say of it.
    const told = fault.rule === "C09" ? [...raised, ...verify] : raised;
    const own = told.filter((item) => item.rule === fault.rule && shows(item, fault));
    const toVerify = verify.length > 0;
    return { fault, found: own.length > 0, alerts: own.length, toVerify };
  });
  const invented = raised.filter((item) => !isScan(item, scans) && !faults.some((fault) => explains(fault, item)));
  return { planted, invented: invented.map(({ rule, message }) => ({ rule, message })) };
}

/** An alert about a fault shows a file where it stands; a missing paper can't be shown. */
function shows({ evidence }: Item, { files }: PlantedFault): boolean {
  return files.length === 0 || evidence.length === 0 || evidence.some(({ document }) => files.includes(document));
}

function explains(fault: PlantedFault, item: Item): boolean {
  return [fault.rule, ...fault.alsoRules].includes(item.rule) && shows(item, fault);
}

/** A page without text is to be told of, in a clean dossier too. */
function isScan({ rule, evidence }: Item, scans: readonly string[]): boolean {
  return rule === "C09" && evidence.every(({ document }) => scans.includes(document));
}
