import type { Dossier } from "./dossier.ts";
import { describeUnread, isFullyRead } from "./reading-gaps.ts";
import type { Finding } from "./rule.ts";

/**
 * « manquant » only when every page of every document was read: what is missing could be any file that was not. A file
 * that was read without being recognised is named too, since a person may recognise it.
 */
export function toMissing(dossier: Dossier, message: string): Finding {
  const unread = dossier.documents.filter((document) => !isFullyRead(document));
  if (unread.length > 0) {
    return {
      status: "a_verifier",
      message: `${message} À chercher dans ce qui n'a pas été lu : ${describeUnread(unread)}.`,
      evidence: [],
    };
  }
  const unrecognised = dossier.documents.filter((document) => document.type === "inconnu");
  const note =
    unrecognised.length > 0
      ? ` Documents non reconnus : ${unrecognised
          .map(({ file }) => file)
          .slice(0, 5)
          .join(", ")}.`
      : "";
  return { status: "manquant", message: message + note, evidence: [] };
}
