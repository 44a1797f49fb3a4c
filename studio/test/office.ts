/** A notary's office to try the studio with: agents, a team and workflows whose models are scripted. */
import { Agent, approval, parallel, step, type SurrealDb, Team, Workflow } from "minutier";
import { type ScriptedAnswer, scriptedModel } from "minutier/testing";
import { tool } from "ai";
import { z } from "zod";

export interface Office {
  agents: Agent<unknown>[];
  teams: Team<unknown>[];
  workflows: Workflow[];
}

/** In pieces, as a model says it. */
function spoken(text: string): ScriptedAnswer {
  return { chunks: text.split(/(?<= )/), delayMs: 5 };
}

export function createOffice(db: SurrealDb): Office {
  const registre = tool({
    description: "Looks a lot up in the land register.",
    inputSchema: z.object({ lot: z.string() }),
    execute: ({ lot }) => ({ lot, proprietaire: "Ana Tremblay", hypotheques: 1 }),
  });
  const clerc = new Agent({
    name: "clerc",
    description: "Answers questions about a dossier, with the land register at hand.",
    model: scriptedModel(({ prompt }) =>
      prompt.at(-1)?.role === "tool"
        ? spoken("Le lot 1 234 567 appartient à Ana Tremblay ; une hypothèque y est inscrite.")
        : { toolCalls: [{ toolName: "registre", input: { lot: "1 234 567" } }] },
    ),
    tools: { registre },
    db,
  });
  const redacteur = new Agent({
    name: "redacteur",
    description: "Writes letters.",
    model: scriptedModel(() => spoken("Madame, votre dossier est complet. Nous vous attendons jeudi à dix heures.")),
    db,
  });
  const equipe = new Team({
    name: "equipe",
    description: "Asks the clerk and the writer, and answers.",
    mode: "broadcast",
    model: scriptedModel(() => spoken("Le titre est clair et la lettre est prête.")),
    members: [clerc, redacteur],
    db,
  });
  const accueil = new Workflow({
    name: "accueil",
    db,
    input: z.object({
      client: z.string().min(1),
      dossier: z.string(),
      type: z.enum(["vente", "testament", "mandat"]).default("vente"),
      urgent: z.boolean().default(false),
      pages: z.number().int().min(1).max(500).optional(),
    }),
    steps: [
      step("lire", (input: { client: string }) => input),
      parallel("verifier", { identite: () => "valide", registre: () => ({ hypotheques: 1 }) }),
      step("rediger", redacteur, { input: () => "Écris à la cliente." }),
    ],
  });
  const signature = new Workflow({
    name: "signature",
    db,
    steps: [
      step("preparer", (input: unknown) => input),
      approval("valider", {
        reason: "Valider la liste de vérification avant la signature",
        who: ["user:notaire1"],
        payload: z.object({
          decision: z.enum(["signer", "reporter"]),
          date: z.string().describe("Date de la signature"),
          remarque: z.string().optional(),
        }),
      }),
      step("signer", (answer: { payload?: unknown }) => answer.payload ?? null),
    ],
  });
  const echec = new Workflow({
    name: "echec",
    db,
    steps: [
      step("lire", () => "acte-de-vente.pdf"),
      step("calculer", () => {
        throw new Error("Le prix de vente ne se lit pas à la page 3.", { cause: new RangeError("NaN") });
      }),
    ],
  });
  return { agents: [clerc, redacteur], teams: [equipe], workflows: [accueil, signature, echec] };
}

/** What happened in the office this morning: sessions, questions that wait, a failure. */
export async function workMorning({ agents, teams, workflows }: Office): Promise<void> {
  const [clerc, redacteur] = agents;
  const [accueil, signature, echec] = workflows;
  for (let number = 1; number <= 6; number += 1) {
    const metadata = { dossier_id: `dossier:${1000 + number}`, user_id: "user:notaire1" };
    const sessionId = `matin-${number}`;
    await clerc?.run("À qui est le lot 1 234 567 ?", { sessionId, metadata });
    await clerc?.run("Y a-t-il des hypothèques ?", { sessionId, metadata });
    await redacteur?.run("Écris à la cliente.", { sessionId, metadata });
    await accueil?.run({ client: "Ana Tremblay", dossier: metadata.dossier_id }, { sessionId, metadata });
    await signature?.run({ points: 12, dossier: metadata.dossier_id }, { sessionId, metadata });
  }
  await teams[0]?.run("Où en est le dossier ?", { sessionId: "matin-1" });
  await echec?.run(null, { metadata: { dossier_id: "dossier:1007" } }).catch(() => undefined);
}
