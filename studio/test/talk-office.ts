/** A server of a test's own whose agents are slow, fail, ask before they act, and have talked for long. */
import { tool } from "ai";
import { Agent, approval, parallel, RecordId, step, type SurrealDb, Team, Workflow } from "minutier";
import { serve, type ServeOptions } from "minutier/server";
import { openTestDatabase, type ScriptedAnswer, scriptedModel } from "minutier/testing";
import { afterAll } from "vitest";
import { z } from "zod";

const closing: (() => Promise<void>)[] = [];

afterAll(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Starts the server, which ends with the test file. */
export async function startTalkOffice(
  options: Omit<ServeOptions, "db"> = {},
): Promise<{ url: string; db: SurrealDb; office: TalkOffice }> {
  const db = await openTestDatabase();
  const office = createTalkOffice(db);
  const { agents, teams, workflows } = office;
  const server = await serve({
    db,
    agents: Object.values(agents),
    teams: Object.values(teams),
    workflows: Object.values(workflows),
    port: 0,
    ...options,
  });
  closing.push(async () => {
    await server.close({ graceMs: 0 });
    await db.close();
  });
  return { url: server.url, db, office };
}

export type TalkOffice = ReturnType<typeof createTalkOffice>;

/** In pieces, as a model says it. */
function spoken(text: string, delayMs = 5): ScriptedAnswer {
  return { chunks: text.split(/(?<= )/), delayMs };
}

const letter = `# Projet d'acte

Voici **l'essentiel** :

1. le vendeur : *Luc Roy*
2. l'acheteuse : *Ana Tremblay*

| lot | prix |
|---|---|
| 1 234 567 | 425 000 $ |

\`\`\`
taxe = 425000 * 0,0125
\`\`\`

<script>document.title = "broken"</script>

Voir ![un plan](https://example.com/plan.png).
`;

function createTalkOffice(db: SurrealDb) {
  const registre = tool({
    description: "Looks a lot up in the land register.",
    inputSchema: z.object({ lot: z.string() }),
    execute: async ({ lot }) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { lot, proprietaire: "Ana Tremblay", hypotheques: 1 };
    },
  });
  const signer = tool({
    description: "Signs an act.",
    inputSchema: z.object({ acte: z.string() }),
    execute: ({ acte }) => ({ signe: acte }),
    needsApproval: true,
  });
  const clerc = new Agent({
    name: "clerc",
    description: "Answers questions about a dossier, with the land register at hand.",
    model: scriptedModel(({ prompt }) =>
      prompt.at(-1)?.role === "tool"
        ? spoken("Le lot 1 234 567 appartient à Ana Tremblay ; une hypothèque y est inscrite.", 20)
        : { toolCalls: [{ toolName: "registre", input: { lot: "1 234 567" } }] },
    ),
    tools: { registre },
    db,
  });
  const lent = new Agent({
    name: "lent",
    description: "Takes its time.",
    model: scriptedModel(() => spoken("mot ".repeat(600), 50)),
    db,
  });
  const panne = new Agent({
    name: "panne",
    model: scriptedModel(() => {
      throw new Error("The model is away.");
    }),
    db,
  });
  const greffier = new Agent({
    name: "greffier",
    description: "Signs, when somebody allows it.",
    model: scriptedModel(({ prompt }) =>
      prompt.at(-1)?.role === "tool"
        ? spoken("L'acte est signé.")
        : { toolCalls: [{ toolName: "signer", input: { acte: "acte-de-vente" } }] },
    ),
    tools: { signer },
    db,
  });
  const redacteur = new Agent({ name: "redacteur", model: scriptedModel(() => spoken(letter, 2)), db });
  const lecteur = new Agent({
    name: "lecteur",
    model: scriptedModel(({ prompt }) => {
      const files = prompt.flatMap(({ content }) =>
        typeof content === "string" ? [] : content.filter(({ type }) => type === "file"),
      );
      return spoken(`J'ai lu ${files.length} fichier(s).`);
    }),
    db,
  });
  const equipe = new Team({
    name: "equipe",
    description: "Asks the clerk and the writer, and answers.",
    mode: "broadcast",
    model: scriptedModel(() => spoken("Le titre est clair et la lettre est prête.", 20)),
    members: [clerc, redacteur],
    state: { dossier: "dossier:1001", etapes: ["ouverture", "titres"] },
    db,
  });
  const accueil = new Workflow({
    name: "accueil",
    db,
    input: z.object({
      client: z.string().min(1),
      type: z.enum(["vente", "testament", "mandat"]).default("vente"),
      urgent: z.boolean().default(false),
      pages: z.number().int().min(1).max(500).optional(),
      parties: z.array(z.object({ nom: z.string(), role: z.string().optional() })).optional(),
    }),
    steps: [
      step("lire", (input: { client: string }) => input),
      parallel("verifier", { identite: () => "valide", registre: () => ({ hypotheques: 1 }) }),
      step("rediger", clerc, { input: () => "Écris à la cliente." }),
    ],
  });
  const libre = new Workflow({ name: "libre", db, steps: [step("compter", (input: unknown) => ({ recu: input }))] });
  const signature = new Workflow({
    name: "signature",
    db,
    steps: [approval("valider", { reason: "Valider la liste de vérification" })],
  });
  const echec = new Workflow({
    name: "echec",
    db,
    steps: [
      step("calculer", () => {
        throw new Error("Le prix de vente ne se lit pas à la page 3.");
      }),
    ],
  });
  const longue = new Workflow({
    name: "longue",
    db,
    steps: [
      step("attendre", async (_: unknown, { signal }: { signal: AbortSignal }) => {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(resolve, 60_000);
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(signal.reason as Error);
          });
        });
      }),
    ],
  });
  return {
    agents: { clerc, lent, panne, greffier, redacteur, lecteur },
    teams: { equipe },
    workflows: { accueil, libre, signature, echec, longue },
  };
}

/** Gives an agent's session this many turns, as if they had been talked; the first one has to be there. */
export async function seedTurns(
  db: SurrealDb,
  { name, sessionId, turns }: { name: string; sessionId: string; turns: number },
): Promise<void> {
  const now = Date.now();
  const perBatch = 500;
  for (let from = 1; from < turns; from += perBatch) {
    const rows = Array.from({ length: Math.min(perBatch, turns - from) }, (_, index) => from + index).flatMap(
      (place) => {
        const timestamp = new Date(now - (turns - place) * 60_000);
        const run_id = `seeded-${String(place).padStart(6, "0")}`;
        const id = (number: number): RecordId => new RecordId("agent_messages", [name, sessionId, number]);
        return [
          { id: id(2 * place), role: "user", content: `Question ${place + 1}`, timestamp, run_id, metadata: {} },
          {
            id: id(2 * place + 1),
            role: "assistant",
            content: `Réponse ${place + 1}. ${"Elle est plus ou moins longue. ".repeat(place % 40)}`,
            timestamp,
            run_id,
            model: "scripted",
            usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
            duration_ms: 100,
            finish_reason: "stop",
          },
        ];
      },
    );
    await db.query("INSERT INTO agent_messages $rows RETURN NONE", { rows });
  }
  await db.query("UPDATE $sequence SET next = $next RETURN NONE", {
    sequence: new RecordId("session_sequences", ["agent", name, sessionId]),
    next: 2 * turns,
  });
}
