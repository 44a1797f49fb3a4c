/** What the office asks people: whether a payment may leave, whether a letter may be sent. */
import { Agent, approval, step, type SurrealDb, Workflow } from "minutier";
import { scriptedModel } from "minutier/testing";
import { tool } from "ai";
import { z } from "zod";

export interface OfficeQuestions {
  agents: Agent<unknown>[];
  workflows: Workflow[];
  /** Starts the runs that ask. */
  ask: () => Promise<void>;
}

export function createQuestions(db: SurrealDb): OfficeQuestions {
  const expediteur = new Agent({
    name: "expediteur",
    description: "Sends letters, once somebody has allowed it.",
    model: scriptedModel(({ prompt }) =>
      prompt.at(-1)?.role === "tool"
        ? "La lettre est partie."
        : {
            toolCalls: [
              {
                toolName: "envoyer_courriel",
                input: {
                  a: "ana.tremblay@example.org",
                  objet: "Votre rendez-vous de jeudi",
                  pieces: ["acte-de-vente.pdf", "releve.pdf"],
                },
              },
            ],
          },
    ),
    tools: {
      envoyer_courriel: tool({
        description: "Sends an email.",
        inputSchema: z.object({ a: z.string(), objet: z.string(), pieces: z.array(z.string()) }),
        needsApproval: true,
        execute: () => "envoyé",
      }),
    },
    db,
  });
  const envoi = new Workflow({ name: "envoi", db, steps: [step("expedier", expediteur, { input: () => "Envoie." })] });
  const payment = (name: string, deadlineMs: number): Workflow =>
    new Workflow({
      name,
      db,
      steps: [
        approval("liberer", {
          reason: ({ montant }: { montant: string }) => `Libérer ${montant} $ du compte en fidéicommis`,
          who: ["user:notaire2", "user:adjointe"],
          deadlineMs,
          onDeadline: "reject",
        }),
        step("payer", () => "payé"),
      ],
    });
  const paiement = payment("paiement", 2 * 3_600_000);
  // Past its deadline at once; nobody here goes on with it by itself.
  const rappel = payment("rappel", 1);
  return {
    agents: [expediteur],
    workflows: [envoi, paiement, rappel],
    async ask() {
      await envoi.run(null, { metadata: { dossier_id: "dossier:2001", user_id: "user:notaire2" } });
      await paiement.run({ montant: "12 500" }, { metadata: { dossier_id: "dossier:2002", urgent: true } });
      await rappel.run({ montant: "840" }, { metadata: { dossier_id: "dossier:2003" } });
    },
  };
}
