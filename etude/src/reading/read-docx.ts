import mammoth from "mammoth";
import { removeHiddenRuns } from "./docx-hidden-text.ts";
import { htmlToBlocks } from "./html-blocks.ts";
import type { LaidBlock } from "./laid-block.ts";
import type { Reading } from "./reading.ts";
import { writeLayout } from "./write-layout.ts";
import { listZipEntries, readZipEntry, toStoredZip, type ZipEntry } from "./zip-archive.ts";

/** A DOCX may unzip to this many times the largest file; a zip bomb declares, or yields, far more. */
const EXPANSION = 5;
const MOST_ENTRIES = 10_000;
/** A part of text, beside images. */
const MAIN = "word/document.xml";
const PAGE_EDGES = /^word\/(header|footer)\d*\.xml$/;
/** The parts that the reading needs; pictures and fonts stay zipped. */
const NEEDED = /^(?:\[Content_Types\]\.xml|_rels\/.*|word\/_rels\/.*|word\/[^/]*\.xml)$/;

const CORRUPT = {
  reason: "corrupt",
  advice: "DOCX endommagé. L'ouvrir dans Word et l'enregistrer de nouveau, ou le convertir en PDF.",
} as const;

/** Why the archive is not a DOCX to open. */
function refuse(entries: readonly ZipEntry[], maxBytes: number): Exclude<Reading, { pages: unknown }> | undefined {
  if (!entries.some(({ name }) => name === MAIN)) {
    return {
      reason: "unsupported",
      advice:
        "archive ou document Office qui n'est pas un DOCX. Extraire les documents et les convertir en PDF ou DOCX.",
    };
  }
  if (entries.some(({ encrypted }) => encrypted)) {
    return {
      reason: "encrypted",
      advice: "document protégé par un mot de passe. Fournir une copie sans mot de passe.",
    };
  }
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes * EXPANSION || entries.length > MOST_ENTRIES) {
    return {
      reason: "too_large",
      advice: `une fois décompressé, le document ferait ${Math.ceil(total / 1024 / 1024)} Mo. Le convertir en PDF ou le diviser.`,
    };
  }
  return undefined;
}

function blocksOfPart(xml: string): LaidBlock[] {
  return htmlToBlocks(
    xml
      .replaceAll(/<w:(instrText|delText)\b[^>]*>[^<]*<\/w:\1>/g, "")
      .replaceAll(/<w:tab\/>/g, "   ")
      .replaceAll(/<(\/?)w:p[ >]/g, "<$1p>")
      .replaceAll(/<(?!\/?p>)[^>]*>/g, ""),
  );
}

/** The parts that head, or end, every page; Word keeps one for each section, often the same. */
function edgesOf(parts: ReadonlyMap<string, Buffer>, edge: "header" | "footer"): LaidBlock[] {
  return [...parts]
    .filter(([name]) => PAGE_EDGES.test(name) && name.startsWith(`word/${edge}`))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, data]) => blocksOfPart(data.toString("utf8")).map((block) => ({ ...block, kind: edge })));
}

/**
 * Reads a DOCX as one page. Mammoth gives the body; headers and footers, which it leaves out, are read beside it.
 * Runs that nobody can see are removed first.
 */
export async function readDocx(bytes: Buffer, maxBytes: number): Promise<Reading> {
  const entries = listZipEntries(bytes);
  if (entries === undefined) return CORRUPT;
  const refusal = refuse(entries, maxBytes);
  if (refusal !== undefined) return refusal;
  try {
    const parts = new Map<string, Buffer>();
    let hiddenLetters = 0;
    for (const entry of entries.filter(({ name }) => NEEDED.test(name))) {
      const data = readZipEntry(bytes, entry, maxBytes);
      if (!/^word\/(?:document|footnotes|endnotes|header\d*|footer\d*)\.xml$/.test(entry.name)) {
        parts.set(entry.name, data);
        continue;
      }
      const visible = removeHiddenRuns(data.toString("utf8"));
      hiddenLetters += visible.hiddenLetters;
      parts.set(entry.name, Buffer.from(visible.xml, "utf8"));
    }
    const { value } = await mammoth.convertToHtml(
      { buffer: toStoredZip(parts) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: "" })) },
    );
    const { text, layout } = writeLayout(
      [...edgesOf(parts, "header"), ...htmlToBlocks(value), ...edgesOf(parts, "footer")],
      { width: 0, height: 0 },
    );
    const status = hiddenLetters >= 3 ? "hidden_text" : text.trim() === "" ? "no_text" : "text";
    return { pages: [{ page: 1, text, status, layout: { ...layout, words: [] } }] };
  } catch {
    return CORRUPT;
  }
}
