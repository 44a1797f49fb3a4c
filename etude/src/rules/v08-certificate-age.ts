import { certificateAgeYears, CERTIFICATE_AGE_LIMIT_YEARS } from "../computations/certificate-age.ts";
import { isCivilDate } from "../computations/civil-date.ts";
import { formatDate } from "../computations/format-date.ts";
import type { DateFact, DateLabel, DocumentFacts } from "../facts.ts";
import { documentsOfType, firstPlaces, locateDates, toEvidence, type Dossier, type Located } from "./dossier.ts";
import { inOrder, isFullyRead, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const SUBJECT = "Âge du certificat de localisation";

/** V08: the certificate of location is ten years old or more at the signing; a usage, not a statute. */
export const certificateAgeRule: Rule = {
  id: "V08",
  title: { fr: "Âge du certificat de localisation", en: "Age of the certificate of location" },
  severity: "moyenne",
  source: "usage de la Chambre des notaires et de l'OACIQ; aucun délai légal",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const certificates = documentsOfType(dossier, "certificat_localisation");
    if (certificates.length === 0) {
      const uncertain = uncertainSources(dossier, ["certificat_localisation"], []);
      if (uncertain.length > 0) return [toRead(`${SUBJECT} : certificat introuvable`, uncertain)];
      return [{ status: "non_applicable", message: `${SUBJECT} : aucun certificat au dossier.`, evidence: [] }];
    }
    if (!isCivilDate(dossier.context.signingDate)) {
      return [
        {
          status: "a_verifier",
          message: `${SUBJECT} : date de signature prévue absente ou invalide au dossier.`,
          evidence: [],
        },
      ];
    }
    // A newer certificate replaces the older one.
    const newest = findLast(certificates, "leve");
    if (newest) return [judge(dossier, newest, certificates)];
    return [judgeWithoutSurveyDate(dossier, certificates)];
  },
};

/** The latest certain date of that label: a certificate also cites earlier surveys. */
function findLast(certificates: readonly DocumentFacts[], label: DateLabel): Located<DateFact> | undefined {
  return firstPlaces(locateDates(certificates, label), ({ date, quotation }) => date ?? quotation)
    .filter(({ fact }) => fact.date !== undefined && isCivilDate(fact.date))
    .toSorted((a, b) => ((a.fact.date ?? "") < (b.fact.date ?? "") ? -1 : Number(a.fact.date !== b.fact.date)))
    .at(-1);
}

function judge({ context }: Dossier, survey: Located<DateFact>, certificates: readonly DocumentFacts[]): Finding {
  const date = survey.fact.date ?? "";
  if (date > context.signingDate) {
    return {
      status: "a_verifier",
      message: `${SUBJECT} : le levé du ${formatDate(date)} suit la signature prévue.`,
      evidence: toEvidence([survey]),
    };
  }
  const years = certificateAgeYears(date, context.signingDate);
  if (years >= CERTIFICATE_AGE_LIMIT_YEARS) {
    // A more recent survey may be what nobody could read.
    const silent = certificates.filter((certificate) => certificate !== survey.document && !isFullyRead(certificate));
    const insurance = context.titleInsurance ? " Une assurance titres est notée au dossier." : "";
    const message = `Certificat de ${years} ans à la signature (levé du ${formatDate(date)}) : aucun délai légal, mais le seuil d'usage de 10 ans est atteint`;
    if (silent.length > 0) return toRead(message, silent, [survey]);
    return { status: "alerte", message: `${message}.${insurance}`, evidence: toEvidence([survey]) };
  }
  const age = years < 1 ? "moins d'un an" : `${years} an${years > 1 ? "s" : ""}`;
  return inOrder(SUBJECT, `Certificat de ${age} à la signature (levé du ${formatDate(date)}).`, [survey]);
}

/** The certificate is issued after the survey, so an old enough date of issue settles the question. */
function judgeWithoutSurveyDate(dossier: Dossier, certificates: readonly DocumentFacts[]): Finding {
  const issued = findLast(certificates, "emission");
  if (
    issued &&
    certificateAgeYears(issued.fact.date ?? "", dossier.context.signingDate) >= CERTIFICATE_AGE_LIMIT_YEARS
  ) {
    return judge(dossier, issued, certificates);
  }
  const surveys = locateDates(certificates, "leve");
  const unread = certificates.filter((certificate) => !isFullyRead(certificate));
  if (surveys.length === 0 && unread.length > 0) return toRead(`${SUBJECT} : date du levé introuvable`, unread);
  const [ambiguous] = surveys;
  const why = ambiguous
    ? `date du levé à lire, « ${ambiguous.fact.quotation} » est ambigu`
    : "date du levé introuvable";
  return { status: "a_verifier", message: `${SUBJECT} : ${why}.`, evidence: toEvidence(surveys) };
}
