import { documentsOfType, locate, type Dossier, type Located } from "./dossier.ts";
import { toMissing } from "./missing.ts";
import { inOrder, isFullyRead, toRead } from "./reading-gaps.ts";
import type { Rule } from "./rule.ts";

const SUBJECT = "Certificat de localisation";

/** V07: no certificate of location, and no title insurance noted in its place. */
export const certificatePresentRule: Rule = {
  id: "V07",
  title: { fr: "Certificat de localisation au dossier", en: "Certificate of location in the dossier" },
  severity: "haute",
  source: "pratique",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const certificates = documentsOfType(dossier, "certificat_localisation");
    if (certificates.length > 0) {
      const [proof] = locateProofs(dossier);
      if (proof) return [inOrder(SUBJECT, "Certificat de localisation au dossier.", [proof])];
      const unread = certificates.filter((certificate) => !isFullyRead(certificate));
      if (unread.length > 0) return [toRead(SUBJECT, unread)];
      return [
        { status: "a_verifier", message: `${SUBJECT} au dossier, mais rien n'a pu y être relevé.`, evidence: [] },
      ];
    }
    if (dossier.context.titleInsurance) {
      return [
        {
          status: "non_applicable",
          message: "Certificat de localisation absent; une assurance titres est notée au dossier.",
          evidence: [],
        },
      ];
    }
    return [toMissing(dossier, "Certificat de localisation absent (ou assurance titres à consigner).")];
  },
};

/** The best quotation of the certificate first: its date, then its lot, then anything that was read in it. */
function locateProofs(dossier: Dossier): Located[] {
  const certificates = documentsOfType(dossier, "certificat_localisation");
  const dates = locate(certificates, "dates").filter(({ fact }) => fact.label === "leve" || fact.label === "emission");
  const proofs = [
    ...dates,
    ...locate(certificates, "lots"),
    ...locate(certificates, "parties"),
    ...locate(certificates, "addresses"),
  ];
  return proofs.toSorted((a, b) => Number(a.status !== "text") - Number(b.status !== "text"));
}
