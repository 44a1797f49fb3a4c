import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import type { Page, PageStatus } from "../facts.ts";
import type { LaidBlock } from "./laid-block.ts";
import { layPage } from "./lay-page.ts";
import { areaOf, toMatrix, type Box } from "./pdf-geometry.ts";
import { isHidden } from "./pdf-hidden-text.ts";
import type { PageContent, TextPiece } from "./pdf-page-content.ts";
import { PageReader } from "./pdf-page-reader.ts";
import { toWordsByDirection } from "./pdf-words.ts";
import type { Reading } from "./reading.ts";
import { splitRepeated } from "./repeated-pieces.ts";
import { markRunningEdges } from "./running-edges.ts";
import { writeLayout } from "./write-layout.ts";

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPage = Awaited<ReturnType<PdfDocument["getPage"]>>;
type Layers = Awaited<ReturnType<PdfDocument["getOptionalContentConfig"]>>;

/** A page over whose image fewer letters than this are written is a scan with a stamp. */
const STRAY_LETTERS = 60;
const SCAN_COVERAGE = 0.5;
/** Fewer hidden letters than this are crumbs of typesetting. */
const HIDDEN_LETTERS = 3;
/** More hidden words than this are not shown to anybody. */
const MOST_HIDDEN = 2000;

const ENCRYPTED = {
  reason: "encrypted",
  advice: "PDF protégé par un mot de passe. Fournir une copie sans mot de passe.",
} as const;
const CORRUPT = {
  reason: "corrupt",
  advice: "PDF endommagé ou incomplet. Redemander le document ou l'imprimer de nouveau en PDF.",
} as const;

/** pdf.js repairs a PDF that was cut short by dropping its last pages: a page missing in silence is worse than a refusal. */
function isCutShort(bytes: Buffer): boolean {
  const end = bytes.lastIndexOf("%%EOF");
  if (end === -1) return true;
  const declared = /\/Linearized[^>]{0,200}?\/L\s+(\d+)/.exec(bytes.toString("latin1", 0, 2048))?.[1];
  if (declared !== undefined && Number(declared) > bytes.length) return true;
  return /\d\s+obj\b/.test(bytes.toString("latin1", end, Math.min(bytes.length, end + 1_000_000)));
}

function countLetters(pieces: readonly TextPiece[]): number {
  return pieces.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);
}

async function readContent(
  page: PdfPage,
  layers: Layers,
  names: ReadonlyMap<number, string>,
): Promise<{ content: PageContent; box: Box }> {
  const viewport = page.getViewport({ scale: 1 });
  const box = { left: 0, top: 0, right: viewport.width, bottom: viewport.height };
  const operators = await page.getOperatorList();
  const fontOf = (name: string): { fontMatrix?: number[]; bold?: boolean; name?: string } | undefined =>
    page.commonObjs.has(name) ? (page.commonObjs.get(name) as object | undefined) : undefined;
  const fonts = {
    unitsOf: (name: string): number => fontOf(name)?.fontMatrix?.[0] ?? 0.001,
    isBold: (name: string): boolean =>
      fontOf(name)?.bold === true || /bold|black|heavy/i.test(fontOf(name)?.name ?? ""),
  };
  const reader = new PageReader(toMatrix(viewport.transform), box, fonts, (layer) => layers.isVisible(layer));
  for (const [index, code] of operators.fnArray.entries()) {
    reader.follow({
      name: names.get(code) ?? "",
      args: (operators.argsArray[index] as readonly unknown[] | null) ?? [],
    });
  }
  return { content: reader.content, box };
}

/** A page before its text is written: its running head is known once all pages are. */
interface LaidPage {
  page: number;
  status: PageStatus;
  blocks: LaidBlock[];
  width: number;
  height: number;
  /** The words that a person cannot see. */
  hidden: string;
}

async function layOut(page: PdfPage, layers: Layers, names: ReadonlyMap<number, string>): Promise<LaidPage> {
  const { content, box } = await readContent(page, layers, names);
  const visible: TextPiece[] = [];
  const hidden: TextPiece[] = [];
  for (const piece of content.pieces) (isHidden(piece, content, box) ? hidden : visible).push(piece);
  const { once, again } = splitRepeated(visible);
  const letters = countLetters(once);
  const scanned = content.areas.some((area) => area.image && areaOf(area.box) >= SCAN_COVERAGE * areaOf(box));
  const isHiding = countLetters(hidden) >= HIDDEN_LETTERS;
  // Most of a page drawn twice is a second text layer; a few strings drawn twice are bold letters.
  const isDoubled = letters > 0 && countLetters(again) > letters / 2;
  const status =
    isHiding || isDoubled ? "hidden_text" : letters === 0 || (scanned && letters < STRAY_LETTERS) ? "no_text" : "text";
  return {
    page: page.pageNumber,
    status,
    blocks: toWordsByDirection(once).flatMap((words) => layPage(words, content.rules)),
    width: box.right,
    height: box.bottom,
    hidden: isHiding ? hiddenWords(hidden) : "",
  };
}

function hiddenWords(pieces: readonly TextPiece[]): string {
  const text = pieces.reduce((all, piece) => (piece.spaced ? `${all} ${piece.text}` : all + piece.text), "");
  return text.trim().slice(0, MOST_HIDDEN);
}

async function readPages(pdf: PdfDocument): Promise<Page[]> {
  const { OPS } = await getResolvedPDFJS();
  const names = new Map(Object.entries(OPS).map(([name, code]) => [code as number, name]));
  const layers = await pdf.getOptionalContentConfig();
  const laid: LaidPage[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    laid.push(await layOut(page, layers, names));
    page.cleanup();
  }
  markRunningEdges(laid.map(({ blocks }) => blocks));
  return laid.map(({ page, status, blocks, width, height, hidden }) => ({
    page,
    status,
    ...writeLayout(blocks, { width, height }),
    ...(hidden === "" ? {} : { hidden }),
  }));
}

/** Reads a PDF page by page; what a person cannot see on the page is kept out of its text. */
export async function readPdf(bytes: Buffer, maxPages: number): Promise<Reading> {
  let pdf: PdfDocument;
  try {
    // Images are left out: they hold no text, and decoding them is what takes time and memory.
    pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, maxImageSize: 0 });
  } catch (cause) {
    return cause instanceof Error && cause.name === "PasswordException" ? ENCRYPTED : CORRUPT;
  }
  try {
    if (pdf.numPages === 0 || isCutShort(bytes)) return CORRUPT;
    if (pdf.numPages > maxPages) {
      return {
        reason: "too_large",
        advice: `document trop long (${pdf.numPages} pages; maximum ${maxPages}). Le diviser.`,
      };
    }
    return { pages: await readPages(pdf) };
  } catch (cause) {
    return cause instanceof Error && cause.name === "PasswordException" ? ENCRYPTED : CORRUPT;
  } finally {
    await pdf.loadingTask.destroy();
  }
}
