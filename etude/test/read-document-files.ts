import {
  degrees,
  PDFDocument,
  rgb,
  StandardFonts,
  TextRenderingMode,
  setTextRenderingMode,
  type PDFPage,
  type PDFFont,
} from "pdf-lib";

/** The smallest PNG: one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export interface Pen {
  page: PDFPage;
  font: PDFFont;
  document: PDFDocument;
  write(text: string, x: number, y: number, options?: { size?: number; gray?: number; angle?: number }): void;
  box(x: number, y: number, width: number, height: number, gray: number): void;
  image(x: number, y: number, width: number, height: number): Promise<void>;
  invisible(): void;
}

/** A PDF of letter pages, each drawn by a function. */
export async function makePdf(...draw: ((pen: Pen) => void | Promise<void>)[]): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const drawPage of draw) {
    const page = document.addPage([612, 792]);
    await drawPage({
      page,
      font,
      document,
      write: (text, x, y, { size = 11, gray = 0, angle = 0 } = {}) =>
        page.drawText(text, { x, y, size, font, color: rgb(gray, gray, gray), rotate: degrees(angle) }),
      box: (x, y, width, height, gray) => page.drawRectangle({ x, y, width, height, color: rgb(gray, gray, gray) }),
      image: async (x, y, width, height) => page.drawImage(await document.embedPng(PIXEL), { x, y, width, height }),
      invisible: () => page.pushOperators(setTextRenderingMode(TextRenderingMode.Invisible)),
    });
  }
  return Buffer.from(await document.save());
}

/** A PDF that asks for a password: its user key answers to none that we know. */
export function makeEncryptedPdf(): Buffer {
  const key = "41".repeat(32);
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
    `<</Filter/Standard/V 1/R 2/O<${key}>/U<${key}>/P -44>>`,
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  text += `xref\n0 5\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")}`;
  text += `trailer\n<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<${key}><${key}>]>>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
