import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Document, Footer, Header, Packer, Paragraph, Table, TableCell, TableRow, TextRun } from "docx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocument, type ReadDocumentOptions } from "../src/reading/read-document.ts";
import { listZipEntries, toStoredZip } from "../src/reading/zip-archive.ts";
import type { Page, ReadDocument } from "../src/facts.ts";
import { makeEncryptedPdf, makePdf, type Pen } from "./read-document-files.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "etude-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, bytes: Uint8Array | string, options?: ReadDocumentOptions): Promise<ReadDocument> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return readDocument(path, options);
}

async function pagesOf(name: string, bytes: Uint8Array | string): Promise<Page[]> {
  const document = await read(name, bytes);
  if (!document.readable) throw new Error(document.message);
  // Their layouts have tests of their own.
  return document.pages.map(({ page, text, status }) => ({ page, text, status }));
}

async function refusalOf(name: string, bytes: Uint8Array | string, options?: ReadDocumentOptions): Promise<string> {
  const document = await read(name, bytes, options);
  if (document.readable) throw new Error(`${name} was read`);
  expect(document.message).toContain(name);
  expect(document.hash).toMatch(/^[0-9a-f]{64}$/);
  return document.reason;
}

describe("a PDF", () => {
  it("is read page by page, as it reads", async () => {
    const bytes = await makePdf(
      (pen) => {
        pen.write("Prix de vente :", 50, 700);
        pen.write("485\u00a0000,00 $", 300, 700);
        // Drawn first, read last.
        pen.write("Signé à Québec, le 1er décembre 2026", 50, 640);
        pen.write("Acompte : 10 000,00 $", 50, 685);
      },
      (pen) => pen.write("Deuxième page : l'été", 50, 700),
    );
    const pages = await pagesOf("vente.pdf", bytes);
    expect(pages).toEqual([
      {
        page: 1,
        text: "Prix de vente :   485 000,00 $\nAcompte : 10 000,00 $\n\nSigné à Québec, le 1er décembre 2026",
        status: "text",
      },
      { page: 2, text: "Deuxième page : l'été", status: "text" },
    ]);
  });

  it("keeps the columns of a table row on its line, apart", async () => {
    const [page] = await pagesOf(
      "table.pdf",
      await makePdf((pen) =>
        ["1", "250 000 $", "2026-12-15"].forEach((cell, index) => pen.write(cell, 50 + index * 150, 700)),
      ),
    );
    expect(page?.text).toBe("1   250 000 $   2026-12-15");
  });

  it("reads the values of a form, and what is typed over dotted lines", async () => {
    const bytes = await makePdf((pen) => {
      const field = pen.document.getForm().createTextField("prix");
      field.setText("485 000,00 $");
      field.addToPage(pen.page, { x: 200, y: 690, width: 150, height: 20 });
      pen.write("Acheteur : ______________________________", 50, 600);
      pen.write("Luc Bouchard", 120, 601);
    });
    const [page] = await pagesOf("formulaire.pdf", bytes);
    expect(page?.status).toBe("text");
    expect(page?.text).toBe("485 000,00 $\n\nAcheteur : Luc Bouchard");
  });

  it("reads sideways text after the rest", async () => {
    const [page] = await pagesOf(
      "cote.pdf",
      await makePdf((pen) => {
        pen.write("numéro 28 123 456", 20, 300, { angle: 90 });
        pen.write("Vente", 50, 200);
      }),
    );
    expect(page?.text).toBe("Vente\n\nnuméro 28 123 456");
  });

  it.each([
    ["white on white", (pen: Pen) => pen.write("Prix : 1 000 000,00 $", 50, 600, { gray: 1 })],
    ["tiny", (pen: Pen) => pen.write("Prix : 1 000 000,00 $", 50, 600, { size: 2 })],
    ["off the page", (pen: Pen) => pen.write("Prix : 1 000 000,00 $", 50, -40)],
    [
      "under a box drawn later",
      (pen: Pen) => {
        pen.write("Prix : 1 000 000,00 $", 50, 600);
        pen.box(40, 590, 400, 30, 0);
      },
    ],
    [
      "black on black",
      (pen: Pen) => {
        pen.box(40, 590, 400, 30, 0);
        pen.write("Prix : 1 000 000,00 $", 50, 600);
      },
    ],
    [
      "drawn without ink",
      (pen: Pen) => {
        pen.invisible();
        pen.write("Prix : 1 000 000,00 $", 50, 600);
      },
    ],
  ])("keeps text that is %s out, and says so", async (_, hide) => {
    const [page] = await pagesOf(
      "cache.pdf",
      await makePdf((pen) => {
        pen.write("Prix de vente : 485 000,00 $", 50, 700);
        return hide(pen);
      }),
    );
    expect(page).toEqual({ page: 1, text: "Prix de vente : 485 000,00 $", status: "hidden_text" });
  });

  it("reads white letters on a dark band and letters on a clear one", async () => {
    const [page] = await pagesOf(
      "bandeau.pdf",
      await makePdf((pen) => {
        pen.box(40, 690, 400, 30, 0.2);
        pen.write("PROMESSE D'ACHAT", 50, 700, { gray: 1 });
        pen.box(40, 640, 400, 30, 0.95);
        pen.write("Prix de vente : 485 000,00 $", 50, 650);
      }),
    );
    expect(page).toEqual({ page: 1, text: "PROMESSE D'ACHAT\n\nPrix de vente : 485 000,00 $", status: "text" });
  });

  it("reads once what is drawn twice, and flags a page that is", async () => {
    const text = "Prix de vente : 485 000,00 $";
    const [bold] = await pagesOf(
      "gras.pdf",
      await makePdf((pen) => {
        pen.write("Vente", 50, 715);
        pen.write("Vente", 50.3, 715);
        pen.write(text, 50, 700);
      }),
    );
    expect(bold).toEqual({ page: 1, text: `Vente\n${text}`, status: "text" });
    const [double] = await pagesOf(
      "double.pdf",
      await makePdf((pen) => {
        pen.write(text, 50, 700);
        pen.write(text, 50, 700);
      }),
    );
    expect(double).toEqual({ page: 1, text, status: "hidden_text" });
  });

  it("knows a scanned page, even under a stamp", async () => {
    const pages = await pagesOf(
      "scan.pdf",
      await makePdf(
        (pen) => pen.image(0, 0, 612, 792),
        async (pen) => {
          await pen.image(0, 0, 612, 792);
          pen.write("Page 2 de 3", 500, 20);
        },
        () => undefined,
        async (pen) => {
          await pen.image(50, 700, 100, 50);
          pen.write("Vente", 50, 600);
        },
      ),
    );
    expect(pages.map(({ status }) => status)).toEqual(["no_text", "no_text", "no_text", "text"]);
  });

  it("is refused when it asks for a password, is cut short, or is not one", async () => {
    expect(await refusalOf("protege.pdf", makeEncryptedPdf())).toBe("encrypted");
    const whole = await makePdf(
      (pen) => pen.write("Vente", 50, 700),
      (pen) => pen.write("Suite", 50, 700),
    );
    expect(await refusalOf("tronque.pdf", whole.subarray(0, Math.floor(whole.length * 0.7)))).toBe("corrupt");
    expect(await refusalOf("faux.pdf", "%PDF-1.7\nrien du tout\n%%EOF")).toBe("corrupt");
  });

  it("is refused when it is too long", async () => {
    const bytes = await makePdf(
      () => undefined,
      () => undefined,
      () => undefined,
    );
    expect(await refusalOf("long.pdf", bytes, { maxPages: 2 })).toBe("too_large");
  });
});

function pack(children: (Paragraph | Table)[], edges = {}): Promise<Buffer> {
  return Packer.toBuffer(new Document({ sections: [{ ...edges, children }] }));
}

function cell(text: string): TableCell {
  return new TableCell({ children: [new Paragraph(text)] });
}

describe("a DOCX", () => {
  it("is one page, its tables line by line, with its header and footer", async () => {
    const bytes = await pack(
      [
        new Paragraph("Promesse d'achat"),
        new Table({
          rows: [
            new TableRow({ children: [cell("Prix de vente"), cell("485\u202f000,00 $")] }),
            new TableRow({ children: [cell("Acompte"), cell("10\u00a0000,00 $")] }),
          ],
        }),
        new Paragraph("Fait à Québec"),
      ],
      {
        headers: { default: new Header({ children: [new Paragraph("Dossier 2026-15")] }) },
        footers: { default: new Footer({ children: [new Paragraph("Initiales")] }) },
      },
    );
    expect(await pagesOf("promesse.docx", bytes)).toEqual([
      {
        page: 1,
        text: "Dossier 2026-15\n\nPromesse d'achat\n\nPrix de vente   485\u202f000,00 $\nAcompte   10\u00a0000,00 $\n\nFait à Québec\n\nInitiales",
        status: "text",
      },
    ]);
  });

  it("keeps hidden, white and tiny runs out, and says so", async () => {
    const bytes = await pack([
      new Paragraph({
        children: [
          new TextRun("Prix : 485 000 $"),
          new TextRun({ text: " caché 1 $", vanish: true }),
          new TextRun({ text: " blanc 2 $", color: "FFFFFF" }),
          new TextRun({ text: " minuscule 3 $", size: 2 }),
        ],
      }),
    ]);
    expect(await pagesOf("cache.docx", bytes)).toEqual([{ page: 1, text: "Prix : 485 000 $", status: "hidden_text" }]);
  });

  it("reads white letters on a coloured background", async () => {
    const bytes = await pack([
      new Paragraph({ shading: { fill: "1F3864" }, children: [new TextRun({ text: "Vente", color: "FFFFFF" })] }),
    ]);
    expect(await pagesOf("bandeau.docx", bytes)).toEqual([{ page: 1, text: "Vente", status: "text" }]);
  });

  it("is refused when it would unzip to far more than it is", async () => {
    const bomb = toStoredZip(new Map([["word/document.xml", Buffer.from("<w:document/>")]]));
    const central = bomb.lastIndexOf(Buffer.from("PK\u0001\u0002", "latin1"));
    bomb.writeUInt32LE(4_000_000_000, central + 24);
    expect(await refusalOf("bombe.docx", bomb)).toBe("too_large");
  });

  it("is refused when it is broken, or another kind of archive", async () => {
    const whole = await pack([new Paragraph("Vente")]);
    expect(await refusalOf("tronque.docx", whole.subarray(0, whole.length - 200))).toBe("corrupt");
    expect(await refusalOf("archive.docx", toStoredZip(new Map([["photo.jpg", Buffer.from("x")]])))).toBe(
      "unsupported",
    );
    expect(listZipEntries(whole)?.some(({ name }) => name === "word/document.xml")).toBe(true);
  });
});

describe("a text file", () => {
  it("starts a page at each form feed", async () => {
    expect(await pagesOf("notes.txt", "Page une\fPage deux\n")).toEqual([
      { page: 1, text: "Page une", status: "text" },
      { page: 2, text: "Page deux\n", status: "text" },
    ]);
  });

  it("is read in the encodings of old Windows files", async () => {
    expect((await pagesOf("ancien.txt", Buffer.from("d\u00e9cembre", "latin1")))[0]?.text).toBe("décembre");
    expect((await pagesOf("utf16.txt", Buffer.from("\ufeffdécembre", "utf16le")))[0]?.text).toBe("décembre");
  });
});

describe("a file that is no document", () => {
  it.each([
    ["ancien.doc", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "unsupported"],
    ["photo.pdf", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), "unsupported"],
    ["programme.pdf", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), "unsupported"],
    ["lettre.rtf", "{\\rtf1 Vente}", "unsupported"],
    ["page.html", "<!DOCTYPE html><p>Vente", "unsupported"],
    ["vide.pdf", "", "empty"],
    ["blanc.txt", " \n", "empty"],
  ])("%s is refused as %s", async (name, bytes, reason) => expect(await refusalOf(name, bytes)).toBe(reason));

  it("is refused when it is too large", async () =>
    expect(await refusalOf("gros.txt", "x".repeat(2000), { maxBytes: 1000 })).toBe("too_large"));

  it("is an answer even when it does not exist", async () => {
    expect(await readDocument(join(folder, "absent.pdf"))).toMatchObject({
      file: "absent.pdf",
      readable: false,
      reason: "corrupt",
    });
  });
});

it("the hash tells two contents apart and not two names", async () => {
  const [a, b, c] = [await read("a.txt", "Vente"), await read("b.txt", "Vente"), await read("c.txt", "Ventes")];
  expect(a?.hash).toBe(b?.hash);
  expect(a?.hash).not.toBe(c?.hash);
});
