/** The office's dossiers on a real database. */
import { fileURLToPath } from "node:url";

import { RecordId, SurrealDb } from "minutier";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { documentFacts } from "../src/agents/schemas.ts";
import { classifyDocument } from "../src/classification/classify-document.ts";
import { readFolder } from "../src/dossiers/dossier-folder.ts";
import type { DossierRow } from "../src/dossiers/dossier-rows.ts";
import { DossierService } from "../src/dossiers/dossier-service.ts";
import { extractFacts } from "../src/extraction/extract-facts.ts";
import type { ReadDocument } from "../src/facts.ts";

const sample = fileURLToPath(new URL("../sample/vente-conforme", import.meta.url));

let db: SurrealDb;
let service: DossierService;
let dossier: DossierRow;

const particulars = {
  source: "/dossiers/2026-118",
  title: "2026-118",
  type: "vente",
  municipality: "Montréal",
  signingDate: "2026-12-11",
  user: "notaire1",
} as const;

function textDocument(file: string, text: string): ReadDocument {
  return {
    file,
    hash: `${file}${text.length}`.padEnd(64, "0"),
    readable: true,
    pages: [{ page: 1, text, status: "text" }],
  };
}

const offer = textDocument(
  "promesse.txt",
  "PROMESSE D'ACHAT\n\nAcheteur : Jean Tremblay\nVendeur : Marie Gagnon\nPrix d'achat : 485 000,00 $\nLot 1 234 567 du cadastre du Québec",
);

beforeEach(async () => {
  db = new SurrealDb({ url: "mem://" });
  service = await DossierService.open(db);
  dossier = await service.createDossier(particulars);
});

afterEach(async () => {
  await db.close();
});

describe("the office's tables", () => {
  it.each(["user", "dossier", "document", "checklist"])("%s refuses a field that is not declared", async (table) => {
    const [info] = await db.query<[{ tables: Record<string, string> }]>("INFO FOR DB");
    expect(info.tables[table]).toContain("SCHEMAFULL");
    await expect(db.query(`CREATE ${table} SET surprise = 1`)).rejects.toThrow();
  });

  it("opening the service again keeps what is there", async () => {
    const again = await DossierService.open(db);
    expect(await again.getDossier(dossier.id)).toEqual(dossier);
  });
});

describe("a dossier", () => {
  it("opened twice from the same source is one dossier, with its latest particulars", async () => {
    const again = await service.createDossier({ ...particulars, municipality: "Québec" });
    expect(String(again.id)).toBe(String(dossier.id));
    expect(again.municipality).toBe("Québec");
    expect(again.created_at).toEqual(dossier.created_at);
    const [rows] = await db.query<[unknown[]]>("SELECT * FROM dossier");
    expect(rows).toHaveLength(1);
  });

  it("that does not exist is refused by its name", async () => {
    const [[other]] = await db.query<[[DossierRow["id"]]]>("RETURN [type::record('dossier', 'absent')]");
    await expect(service.getDossier(other)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("an analysis", () => {
  it("run twice gives a history of two analyses of one dossier, newest first, with string metadata", async () => {
    await service.setDocuments(dossier.id, [offer]);
    const first = await service.analyserDossier(dossier.id);
    const second = await service.analyserDossier(dossier.id);
    const history = await service.history(dossier.id);
    expect(history.map((run) => String(run.id.id))).toEqual([second.runId, first.runId]);
    expect(history.map((run) => run.metadata)).toEqual([
      { dossier_id: String(dossier.id), user_id: "user:notaire1" },
      { dossier_id: String(dossier.id), user_id: "user:notaire1" },
    ]);
    expect(history.every((run) => run.workflow_name === "analyse_dossier" && run.status === "success")).toBe(true);
    expect(second.items).toEqual(first.items);
  });

  it("records the sessions of the four agents", async () => {
    await service.setDocuments(dossier.id, [offer, textDocument("autre.txt", "Note sans titre")]);
    await service.analyserDossier(dossier.id);
    const sessions = await db.sessions.list("agent", { limit: 100 });
    const counts = Map.groupBy(sessions, (session) => session.agent_name);
    expect(Object.fromEntries([...counts].map(([name, rows]) => [name, rows.length]))).toEqual({
      classificateur: 2,
      extracteur: 2,
      verificateur: 1,
      generateur: 1,
    });
  });

  it("leaves a checklist that leads to its run and to its dossier", async () => {
    await service.setDocuments(dossier.id, [offer]);
    const { runId, items, summary } = await service.analyserDossier(dossier.id);
    const [[row]] = await db.query<[{ items: unknown; summary: string; status: string; title: string }[]]>(
      "SELECT items, summary, run.status AS status, dossier.title AS title FROM checklist WHERE run = type::record('workflow_runs', $runId)",
      { runId },
    );
    expect(row).toEqual({ items, summary, status: "success", title: "2026-118" });
    expect(await service.checklists(dossier.id)).toHaveLength(1);
  });

  it("whose process died goes on at the next start, and leaves its checklist", async () => {
    await service.setDocuments(dossier.id, [offer, textDocument("a.txt", "Note")]);
    const analysis = await service.analyserDossier(dossier.id);
    // As a crash after the documents leaves it: no checklist, a run that nobody holds, the later steps without a row.
    await db.query(
      `DELETE checklist; UPDATE $run SET status = 'running', output = NONE, completed_at = NONE;
       DELETE workflow_steps WHERE run = $run AND path IN ['verifier', 'generer', 'liste']`,
      { run: new RecordId("workflow_runs", analysis.runId) },
    );
    expect(await service.recover()).toEqual([analysis.runId]);
    expect(await service.recover()).toEqual([]);
    expect(await service.checklists(dossier.id)).toMatchObject([{ items: analysis.items, summary: analysis.summary }]);
    expect((await service.history(dossier.id))[0]).toMatchObject({ status: "success", resumed: 1 });
  });

  it("looks only at the documents that are in the dossier now, and keeps the versions that left it", async () => {
    await service.setDocuments(dossier.id, [offer, textDocument("a.txt", "Note")]);
    await service.analyserDossier(dossier.id);
    await service.setDocuments(dossier.id, [{ ...offer, hash: "f".repeat(64) }]);
    expect((await service.listDocuments(dossier.id)).map(({ file, hash }) => [file, hash[0]])).toEqual([
      ["promesse.txt", "f"],
    ]);
    const [all] = await db.query<[{ file: string; in_dossier: boolean }[]]>(
      "SELECT file, in_dossier FROM document ORDER BY file",
    );
    expect(all.map(({ in_dossier: isIn }) => isIn).toSorted()).toEqual([false, false, true]);
    await service.setDocuments(dossier.id, [offer]);
    expect((await service.listDocuments(dossier.id)).map(({ hash }) => hash)).toEqual([offer.hash]);
  });

  it("names a file that can't be read, says why, and analyses the others", async () => {
    const message = "« contrat.doc » : ancien format Office (.doc, .xls). L'enregistrer en DOCX ou en PDF.";
    const bad: ReadDocument = {
      file: "contrat.doc",
      hash: "b".repeat(64),
      readable: false,
      reason: "unsupported",
      message,
    };
    await service.setDocuments(dossier.id, [bad, offer]);
    const { items } = await service.analyserDossier(dossier.id);
    expect(items.filter(({ rule }) => rule === "C09")).toEqual([
      expect.objectContaining({
        status: "a_verifier",
        message: expect.stringContaining("contrat.doc n'a pas pu être lu"),
      }),
    ]);
    expect(items.filter(({ status }) => status === "manquant")).toEqual([]);
    const [stored] = await service.listDocuments(dossier.id);
    expect(stored?.unreadable).toEqual({ reason: "unsupported", message });
    expect((await service.history(dossier.id))[0]?.status).toBe("success");
  });

  it("without any document says that the offer and the certificate are missing", async () => {
    const { items } = await service.analyserDossier(dossier.id);
    expect(items.filter(({ status }) => status === "manquant").map(({ rule }) => rule)).toEqual(["V01", "V07"]);
  });
});

describe("the extractor's answer", () => {
  it("loses no fact when it is checked against its schema", async () => {
    const documents = await readFolder(sample, () => undefined);
    for (const document of documents) {
      const type = classifyDocument(document.file, document.readable ? document.pages : []);
      const facts = JSON.parse(JSON.stringify(extractFacts(document, type))) as unknown;
      expect(documentFacts.parse(facts)).toEqual(facts);
    }
  });
});
