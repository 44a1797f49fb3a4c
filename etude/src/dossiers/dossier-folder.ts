/** A dossier as a folder of files, with its particulars in `dossier.json` or given beside. */
import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { z } from "zod";

import { listDocuments } from "../reading/list-documents.ts";
import { readDocument } from "../reading/read-document.ts";
import type { ReadDocument } from "../facts.ts";

const particulars = z.object({
  type: z.literal("vente", { error: "le type doit être « vente »" }).default("vente"),
  municipalite: z.string({ error: "la municipalité de l'immeuble manque" }).trim().min(1, "la municipalité est vide"),
  date: z.iso.date({ error: "la date de signature prévue manque ou n'est pas AAAA-MM-JJ" }),
  titre: z.string().trim().min(1).optional(),
  assuranceTitres: z.boolean().default(false),
});

/** What the office says of the dossier. */
export type Particulars = z.infer<typeof particulars>;

/** A mistake of the person who asked, to be shown as it is. */
export class UsageError extends Error {}

/** The folder's particulars: what is given wins over `dossier.json`. */
export async function readParticulars(folder: string, given: Partial<Particulars>): Promise<Particulars> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats === undefined)
    throw new UsageError(`Le dossier ${folder} n'existe pas. Donnez le chemin d'un dossier de documents.`);
  if (!stats.isDirectory())
    throw new UsageError(`${folder} n'est pas un dossier. Donnez le dossier qui contient les documents.`);
  const stored = await readJson(join(folder, "dossier.json"));
  const result = particulars.safeParse({ ...stored, ...given });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")} : ${issue.message}`);
  throw new UsageError(
    `Les particularités du dossier sont incomplètes (${problems.join("; ")}). Donnez --municipalite et --date, ou écrivez-les dans ${join(folder, "dossier.json")} : {"type":"vente","municipalite":"Montréal","date":"2026-12-15"}`,
  );
}

/** The dossier's name among the office's dossiers: its folder. */
export function sourceOf(folder: string): { source: string; title: string } {
  const source = resolve(folder);
  return { source, title: basename(source) };
}

/** Reads each document; a file that can't be read is among them, with the reason. */
export async function readFolder(folder: string, onRead: (document: ReadDocument) => void): Promise<ReadDocument[]> {
  const documents: ReadDocument[] = [];
  for (const file of await listDocuments(folder)) {
    const document = { ...(await readDocument(join(folder, file))), file };
    documents.push(document);
    onRead(document);
  }
  return documents;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch(() => "{}");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError(`${path} n'est pas du JSON valide : ${(cause as Error).message}`);
  }
  throw new UsageError(`${path} doit contenir un objet JSON.`);
}
