import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { ReadDocument } from "../facts.ts";
import { readDocx } from "./read-docx.ts";
import { readPdf } from "./read-pdf.ts";
import { readTextFile } from "./read-text-file.ts";
import type { Reading } from "./reading.ts";
import { sniffFileKind } from "./sniff-file-kind.ts";

export interface ReadDocumentOptions {
  /** The name that the document bears in the dossier. @default the last part of the path */
  file?: string;
  /** The largest file that is read, in bytes; also the most that a DOCX may unzip to, five times. @default 50 MB */
  maxBytes?: number;
  /** The longest document that is read, in pages. @default 2000 */
  maxPages?: number;
}

const DEFAULT_MAX_BYTES = 50 * 1024 * 1024;
const DEFAULT_MAX_PAGES = 2000;

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function readBytes(bytes: Buffer, maxBytes: number, maxPages: number): Promise<Reading> {
  switch (sniffFileKind(bytes)) {
    case "pdf":
      return readPdf(bytes, maxPages);
    case "zip":
      return readDocx(bytes, maxBytes);
    case "text":
      return readTextFile(bytes, maxPages);
    case "ole":
      return { reason: "unsupported", advice: "ancien format Office (.doc, .xls). L'enregistrer en DOCX ou en PDF." };
    case "image":
      return { reason: "unsupported", advice: "image sans texte. La convertir en PDF et saisir les faits à la main." };
    case "rtf":
    case "html":
      return { reason: "unsupported", advice: "format non pris en charge. Convertir en PDF ou DOCX." };
    case "binary":
      return {
        reason: "unsupported",
        advice:
          "le contenu n'est ni un PDF, ni un DOCX, ni du texte, quelle que soit l'extension. Convertir en PDF ou DOCX.",
      };
  }
}

async function read(path: string, maxBytes: number, maxPages: number): Promise<{ hash: string; reading: Reading }> {
  const { size } = await stat(path);
  const hash = await hashOf(path);
  if (size === 0)
    return { hash, reading: { reason: "empty", advice: "fichier vide (0 octet). Redemander le document." } };
  if (size > maxBytes) {
    const advice = `fichier trop volumineux (${Math.ceil(size / 1024 / 1024)} Mo; maximum ${Math.floor(maxBytes / 1024 / 1024)} Mo). Le diviser ou le compresser.`;
    return { hash, reading: { reason: "too_large", advice } };
  }
  return { hash, reading: await readBytes(await readFile(path), maxBytes, maxPages) };
}

/**
 * Reads a PDF, a DOCX or a text file, told apart by content. A file that cannot be read is an answer, never an
 * exception: one bad file must not stop the reading of a dossier.
 */
export async function readDocument(path: string, options: ReadDocumentOptions = {}): Promise<ReadDocument> {
  const file = options.file ?? basename(path);
  const { hash, reading } = await read(
    path,
    options.maxBytes ?? DEFAULT_MAX_BYTES,
    options.maxPages ?? DEFAULT_MAX_PAGES,
  ).catch((cause: unknown): { hash: string; reading: Reading } => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return {
      hash: "",
      reading: {
        reason: "corrupt",
        advice: `lecture impossible (${detail}). Vérifier le fichier ou redemander le document.`,
      },
    };
  });
  if ("pages" in reading) return { file, hash, readable: true, pages: reading.pages };
  return { file, hash, readable: false, reason: reading.reason, message: `« ${file} » : ${reading.advice}` };
}
