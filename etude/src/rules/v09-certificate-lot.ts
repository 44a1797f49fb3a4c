import { documentsOfType, toEvidence } from "./dossier.ts";
import { compareLotSets, describeLots, lotSetsOf, placesOf, type LotSet } from "./lot-sets.ts";
import { concludeComparison, isFullyRead, toRead } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

/** V09: the certificate of location is about another lot than the title: it is not this immovable's, or the lot was renumbered. */
export const certificateLotRule: Rule = {
  id: "V09",
  title: { fr: "Lot du certificat de localisation", en: "Lot of the certificate of location" },
  severity: "haute",
  source: "pratique; DuProprio",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const certificates = lotSetsOf(documentsOfType(dossier, "certificat_localisation"));
    const titles = lotSetsOf(documentsOfType(dossier, "titre"));
    const differences = certificates.flatMap((certificate) => findDifference(certificate, titles));
    if (differences.length > 0) return differences;
    return [
      concludeComparison({
        dossier,
        types: ["certificat_localisation", "titre"],
        // Two certificates without a title prove nothing of the current lot.
        compared: certificates.length > 0 && titles.length > 0 ? placesOf([...certificates, ...titles]) : [],
        subject: "Lot du certificat de localisation",
        agreement: `Le certificat vise le lot du titre, ${titles[0] ? describeLots(titles[0]) : ""}.`,
        nothing: "Lot du certificat de localisation : le certificat ou le titre n'en donne aucun, rien à comparer.",
      }),
    ];
  },
};

/** Nothing when one of the titles has the certificate's lots: an older title of the chain may have others. */
function findDifference(certificate: LotSet, titles: readonly LotSet[]): Finding[] {
  const [title] = titles;
  if (!title || titles.some((candidate) => compareLotSets([certificate, candidate]) === "equal")) return [];
  const compared = placesOf([certificate, ...titles]);
  const message = `Le certificat vise le lot ${describeLots(certificate)}, le titre le lot ${describeLots(title)}`;
  if (titles.every((candidate) => compareLotSets([certificate, candidate]) === "differ")) {
    return [{ status: "alerte", message: `${message}.`, evidence: toEvidence(compared) }];
  }
  const unread = [certificate, ...titles].map(({ document }) => document).filter((document) => !isFullyRead(document));
  return [toRead(message, unread, compared)];
}
