/** Sheets as a PDF: with a text layer as an office's program writes it, or as a scanner's images. */
import { deflateSync } from "node:zlib";

import fontkit from "@pdf-lib/fontkit";
import { grayscale, PDFDocument, type PDFFont, type PDFPage, PDFName, PDFOperator, PDFOperatorNames } from "pdf-lib";

import type { Random } from "../random.ts";
import { type Face, faceKey, fontBytes } from "./fonts.ts";
import { letter, type Mark, type Sheet } from "./sheets.ts";
import { toImage } from "./to-image.ts";

export async function toPdf(sheets: readonly Sheet[], producer: string): Promise<Uint8Array> {
  const pdf = await createPdf(producer);
  const fonts = new Map<string, PDFFont>();
  const fontOf = async (face: Face): Promise<PDFFont> => {
    const key = faceKey(face);
    const font = fonts.get(key) ?? (await pdf.embedFont(fontBytes(face), { subset: true }));
    fonts.set(key, font);
    return font;
  };
  for (const { marks } of sheets) {
    const page = pdf.addPage([letter.width, letter.height]);
    for (const mark of marks) {
      if (mark.mark === "text") {
        const { x, y, text, size, grey, face } = mark;
        page.drawText(text, { x, y: letter.height - y, size, font: await fontOf(face), color: grayscale(grey) });
      } else drawShape(page, mark);
    }
  }
  return pdf.save();
}

export async function toScannedPdf(sheets: readonly Sheet[], random: Random): Promise<Uint8Array> {
  const pdf = await createPdf("Numériseur");
  for (const sheet of sheets) {
    const page = pdf.addPage([letter.width, letter.height]);
    const { width, height, pixels } = toImage(sheet, random);
    const image = pdf.context.stream(deflateSync(pixels, { level: 6 }), {
      Type: "XObject",
      Subtype: "Image",
      Width: width,
      Height: height,
      ColorSpace: "DeviceGray",
      BitsPerComponent: 8,
      Filter: "FlateDecode",
    });
    page.node.setXObject(PDFName.of("Scan"), pdf.context.register(image));
    page.pushOperators(
      PDFOperator.of(
        PDFOperatorNames.ConcatTransformationMatrix,
        [letter.width, 0, 0, letter.height, 0, 0].map(String),
      ),
      PDFOperator.of(PDFOperatorNames.DrawObject, [PDFName.of("Scan")]),
    );
  }
  return pdf.save();
}

async function createPdf(producer: string): Promise<PDFDocument> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.registerFontkit(fontkit);
  pdf.setProducer(producer);
  return pdf;
}

function drawShape(page: PDFPage, mark: Exclude<Mark, { mark: "text" }>): void {
  const color = grayscale(mark.grey);
  if (mark.mark === "box") {
    const { x, y, width, height } = mark;
    page.drawRectangle({ x, y: letter.height - y - height, width, height, color });
    return;
  }
  for (let index = 1; index < mark.points.length; index++) {
    const [x0, y0] = mark.points[index - 1]!;
    const [x1, y1] = mark.points[index]!;
    const [start, end] = [
      { x: x0, y: letter.height - y0 },
      { x: x1, y: letter.height - y1 },
    ];
    page.drawLine({ start, end, thickness: mark.width, color });
  }
}
