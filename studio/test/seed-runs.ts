/** The history that the studio is tested on: many runs of a notary's office, the same at each time for one `now`. */
import { RecordId, type SurrealDb } from "minutier";

/** What is seeded. */
export interface SeedOptions {
  /** Runs that stand in the list; nested ones come to these. */
  count: number;
  /** The newest run is a minute older. */
  now: number;
  /** The newest runs that have steps. */
  withSteps?: number;
}

const batchSize = 1000;
/** How far the oldest run is from the newest. */
const spanMs = 30 * 86_400_000;

interface Kind {
  name: string;
  /** Of 100 runs. */
  share: number;
  steps: readonly string[];
  /** Milliseconds, at the median. */
  usualMs: number;
}

const kinds: readonly Kind[] = [
  { name: "analyse_dossier", share: 46, steps: ["lire", "extraire", "verifier", "generer"], usualMs: 42_000 },
  { name: "courrier_client", share: 24, steps: ["rediger", "relire", "envoyer"], usualMs: 8_000 },
  { name: "cloture", share: 18, steps: ["calculer", "controler"], usualMs: 900 },
  { name: "releve_nuit", share: 9, steps: ["collecter", "resumer"], usualMs: 180_000 },
  { name: "import_registre", share: 3, steps: ["telecharger", "comparer", "ranger"], usualMs: 1_500_000 },
];

const errors = [
  ["timeout", "verifier", 'The step "verifier" took longer than 60000 ms.'],
  ["step_failed", "lire", "ENOENT: no such file or directory, open 'acte-de-vente.pdf'"],
  ["step_failed", "envoyer", "The mail server answered 452: too many recipients"],
  ["cancelled", "extraire", "The run was cancelled."],
] as const;

/** Numbers from 0 to 1, the same at each time. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID of a time, made different by a number. */
function runKey(time: number, number: number): string {
  const digits = (value: number, length: number): string =>
    Array.from({ length }, (_, place) => alphabet[Math.floor(value / 32 ** (length - 1 - place)) % 32]).join("");
  return digits(time, 10) + digits(number, 16);
}

/** Fills the tables, which have to be there. */
export async function seedRuns(db: SurrealDb, { count, now, withSteps = 2000 }: SeedOptions): Promise<void> {
  const random = numbersFrom(20_261_126);
  for (let from = 0; from < count; from += batchSize) {
    const runs: object[] = [];
    const steps: object[] = [];
    for (let index = from; index < Math.min(count, from + batchSize); index += 1) {
      const seeded = seedRun(index, { count, now, random });
      runs.push(...seeded.runs);
      if (index >= count - withSteps) steps.push(...seeded.steps);
    }
    await db.query("INSERT INTO workflow_runs $runs RETURN NONE; INSERT INTO workflow_steps $steps RETURN NONE", {
      runs,
      steps,
    });
  }
}

interface Seeding extends SeedOptions {
  random: () => number;
}

function seedRun(index: number, { count, now, random }: Seeding): { runs: object[]; steps: object[] } {
  const kind = kindAt(random() * 100);
  // Offices are busier at some hours than at others.
  const age = ((count - index) / count) ** 1.15 * spanMs + 60_000;
  const created = Math.round(now - age);
  const duration = Math.round(kind.usualMs * 0.25 * Math.exp(random() * 2.4));
  const failure = random() < 0.045 ? errors[Math.floor(random() * errors.length)] : undefined;
  const key = runKey(created, index * 2 + 1);
  const ended = new Date(Math.min(now - 1000, created + duration));
  const dossier = `dossier:${(2026_000 + Math.floor(random() * 1200)).toString(36)}`;
  const metadata = {
    dossier_id: dossier,
    user_id: `user:notaire${1 + Math.floor(random() * 6)}`,
    ...(random() < 0.2 ? { urgent: true, etude: "Montréal" } : {}),
  };
  const row = {
    workflow_name: kind.name,
    metadata,
    session_id: `s-${Math.floor(index / 3).toString(36)}`,
    user_id: metadata.user_id,
    created_at: new Date(created),
    updated_at: ended,
    completed_at: ended,
    revision: 2,
    definition: "1",
  };
  const run = {
    ...row,
    id: new RecordId("workflow_runs", key),
    ...(kind.name === "analyse_dossier" || kind.name === "courrier_client" ? usageOf(index) : {}),
    input: { dossier, documents: ["acte-de-vente.pdf", "certificat-de-localisation.pdf"] },
    ...(failure === undefined
      ? { status: "success", output: { points: 8 + (index % 9), alertes: index % 3 } }
      : { status: "error", error_code: failure[0], error_step: failure[1], error_message: failure[2] }),
  };
  const steps = seedSteps(key, kind, { created, ended: ended.getTime(), failed: failure !== undefined });
  if (kind.name !== "analyse_dossier" || index % 4 !== 0) return { runs: [run], steps };
  const nestedKey = runKey(created + 1, index * 2 + 2);
  const parent = new RecordId("workflow_runs", key);
  const nested = {
    ...row,
    id: new RecordId("workflow_runs", nestedKey),
    workflow_name: "verification_titres",
    status: "success",
    parent_run: parent,
    root_run: parent,
    parent_step: "verifier",
    input: { dossier },
    output: { titres: 3 },
  };
  const third = steps[2] as { child_run?: RecordId } | undefined;
  if (third !== undefined) third.child_run = new RecordId("workflow_runs", nestedKey);
  return { runs: [run, nested], steps };
}

/** Tokens of a model whose price the office knows. */
function usageOf(index: number): object {
  const [input, output] = [2400 + ((index * 37) % 1900), 300 + ((index * 11) % 240)];
  const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  return { usage, model_usage: [{ model: "claude-sonnet-4-5", ...usage }] };
}

function kindAt(percent: number): Kind {
  let sum = 0;
  for (const kind of kinds) {
    sum += kind.share;
    if (percent < sum) return kind;
  }
  return kinds[0] as Kind;
}

function seedSteps(
  key: string,
  { steps }: Kind,
  { created, ended, failed }: { created: number; ended: number; failed: boolean },
): object[] {
  const length = (ended - created) / steps.length;
  return steps.map((name, place) => {
    const last = place === steps.length - 1;
    return {
      id: new RecordId("workflow_steps", [key, place + 1]),
      run: new RecordId("workflow_runs", key),
      name,
      path: name,
      kind: name === "extraire" ? "agent" : "function",
      status: failed && last ? "error" : "success",
      attempt: 1,
      ...(failed && last ? { error_message: "It failed." } : { output: { name, pages: 3 + place } }),
      started_at: new Date(created + length * place),
      completed_at: new Date(created + length * (place + 1)),
    };
  });
}
