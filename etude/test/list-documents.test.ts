import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listDocuments } from "../src/reading/list-documents.ts";

it("lists the documents of a folder, sorted, without what is not a document", async () => {
  const folder = await mkdtemp(join(tmpdir(), "etude-"));
  await mkdir(join(folder, "annexes"));
  await mkdir(join(folder, ".cache"));
  const files = [
    "b.pdf",
    "a.docx",
    "dossier.json",
    ".DS_Store",
    "~$a.docx",
    "annexes/c.txt",
    "annexes/.hidden",
    ".cache/d.pdf",
  ];
  for (const file of files) await writeFile(join(folder, file), "x");
  await symlink("/etc/hostname", join(folder, "lien.txt"));
  expect(await listDocuments(folder)).toEqual(["a.docx", "annexes/c.txt", "b.pdf"]);
  await rm(folder, { recursive: true });
});
