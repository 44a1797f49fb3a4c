/** What a file really holds, told from its first bytes: an extension proves nothing. */
export type FileKind = "pdf" | "zip" | "text" | "ole" | "image" | "rtf" | "html" | "binary";

/** Where the `%PDF-` mark may stand: readers accept some bytes of rubbish before it. */
const PDF_MARK_WINDOW = 1024;

/** Enough text to tell a text file from a binary one. */
const TEXT_SAMPLE_BYTES = 65_536;

function startsWith(bytes: Uint8Array, ...mark: number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function isImage(bytes: Uint8Array): boolean {
  const riffOrHeic = Buffer.from(bytes.subarray(4, 12)).toString("latin1");
  return (
    startsWith(bytes, 0x89, 0x50, 0x4e, 0x47) ||
    startsWith(bytes, 0xff, 0xd8, 0xff) ||
    startsWith(bytes, 0x47, 0x49, 0x46, 0x38) ||
    startsWith(bytes, 0x49, 0x49, 0x2a, 0x00) ||
    startsWith(bytes, 0x4d, 0x4d, 0x00, 0x2a) ||
    (startsWith(bytes, 0x52, 0x49, 0x46, 0x46) && riffOrHeic.endsWith("WEBP")) ||
    (startsWith(bytes, 0x42, 0x4d) && bytes[6] === 0 && bytes[8] === 0) ||
    /^ftyp(?:hei|mif|avif)/.test(riffOrHeic)
  );
}

/** UTF-16 announces itself; any other text has no control character beside tab, line and page breaks. */
function isText(bytes: Uint8Array): boolean {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return true;
  return bytes
    .subarray(0, TEXT_SAMPLE_BYTES)
    .every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d));
}

export function sniffFileKind(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, PDF_MARK_WINDOW)).toString("latin1");
  if (head.includes("%PDF-")) return "pdf";
  if (startsWith(bytes, 0x50, 0x4b, 0x03, 0x04) || startsWith(bytes, 0x50, 0x4b, 0x05, 0x06)) return "zip";
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return "ole";
  if (isImage(bytes)) return "image";
  if (head.startsWith("{\\rtf")) return "rtf";
  if (/^\s*<(?:!doctype\s+html|html|\?xml)/i.test(head.replace(/^\u00ef\u00bb\u00bf/, ""))) return "html";
  return isText(bytes) ? "text" : "binary";
}
