import { toPlainDate, type CivilDate } from "./civil-date.ts";

/** Usage of notaries and of the OACIQ; no statute sets an age. */
export const CERTIFICATE_AGE_LIMIT_YEARS = 10;

/** Whole years from the survey to the signing: the tenth is reached on the anniversary itself. */
export function certificateAgeYears(surveyDate: CivilDate, signingDate: CivilDate): number {
  return toPlainDate(surveyDate).until(toPlainDate(signingDate), { largestUnit: "years" }).years;
}

export function isCertificateOld(surveyDate: CivilDate, signingDate: CivilDate): boolean {
  return certificateAgeYears(surveyDate, signingDate) >= CERTIFICATE_AGE_LIMIT_YEARS;
}
