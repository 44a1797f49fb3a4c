/** Writes a Word file; the same seed gives the same bytes. */
import { type Document, Packer } from "docx";

/** A Word file carries the moment it was made: always the same one here, and the clock is back before anyone looks. */
export function toWordFile(document: () => Document): Promise<Uint8Array> {
  const RealDate = globalThis.Date;
  const moment = RealDate.parse("2026-01-05T09:00:00Z");
  globalThis.Date = class extends RealDate {
    constructor() {
      super(moment);
    }
  } as DateConstructor;
  try {
    return Packer.toBuffer(document());
  } finally {
    globalThis.Date = RealDate;
  }
}
