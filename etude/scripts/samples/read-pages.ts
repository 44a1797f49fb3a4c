import mammoth from "mammoth";
import { extractText, getDocumentProxy } from "unpdf";

/** The text of each page; a DOCX is one page. */
export async function readPages(file: string, bytes: Uint8Array): Promise<string[]> {
  if (file.endsWith(".docx")) return [(await mammoth.extractRawText({ buffer: Buffer.from(bytes) })).value];
  // A copy: the reader takes the buffer away from its caller.
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  return (await extractText(pdf, { mergePages: false })).text;
}
