import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The dossier's own description, and what operating systems and Office leave behind. */
const NOT_DOCUMENTS = new Set(["dossier.json", "thumbs.db", "desktop.ini", "__macosx"]);

function isDocumentName(name: string): boolean {
  return !name.startsWith(".") && !name.startsWith("~$") && !NOT_DOCUMENTS.has(name.toLowerCase());
}

/**
 * The documents of a dossier's folder and its sub-folders, as paths relative to it (`/` between folders), sorted.
 * Links are not followed: a link could lead out of the dossier.
 */
export async function listDocuments(folder: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter(({ name }) => isDocumentName(name))) {
    if (entry.isFile()) found.push(entry.name);
    if (entry.isDirectory()) {
      const below = await listDocuments(join(folder, entry.name));
      found.push(...below.map((path) => `${entry.name}/${path}`));
    }
  }
  // Compared by code unit, so that every machine gives the same order.
  return found.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
