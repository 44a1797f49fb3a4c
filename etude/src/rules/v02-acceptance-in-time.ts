import { isCivilDate } from "../computations/civil-date.ts";
import { formatDate } from "../computations/format-date.ts";
import { formatTime } from "../computations/format-time.ts";
import type { DateFact, DocumentFacts } from "../facts.ts";
import { documentsOf, documentsOfType, locateDates, toEvidence, type Located } from "./dossier.ts";
import { inOrder, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const SUBJECT = "Délai d'acceptation";

/** V02: the offer was accepted after it had expired. */
export const acceptanceInTimeRule: Rule = {
  id: "V02",
  title: { fr: "Acceptation avant l'expiration", en: "Acceptance before expiry" },
  severity: "haute",
  source: "logique contractuelle",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const promises = documentsOfType(dossier, "promesse_achat");
    const complete = promises.filter((promise) => has(promise, "expiration") && has(promise, "acceptation"));
    // An acceptance on a sheet of its own answers the offer of another file.
    const groups = complete.length > 0 ? complete.map((promise) => [promise]) : [promises];
    const findings = groups.flatMap(evaluateGroup);
    if (findings.length > 0) return findings;
    const found = [...locateDates(promises, "expiration"), ...locateDates(promises, "acceptation")];
    const uncertain = uncertainSources(dossier, ["promesse_achat"], []);
    if (uncertain.length > 0) return [toRead(`${SUBJECT} : expiration ou acceptation introuvable`, uncertain, found)];
    return [
      {
        status: "non_applicable",
        message: `${SUBJECT} : aucune paire d'expiration et d'acceptation lue.`,
        evidence: toEvidence(found),
      },
    ];
  },
};

function has(promise: DocumentFacts, label: "expiration" | "acceptation"): boolean {
  return locateDates([promise], label).length > 0;
}

function evaluateGroup(promises: readonly DocumentFacts[]): Finding[] {
  const expiries = mostPrecise(locateDates(promises, "expiration"));
  const acceptances = mostPrecise(locateDates(promises, "acceptation"));
  const pairs = acceptances.flatMap((acceptance) => expiries.map((expiry) => ({ acceptance, expiry })));
  if (pairs.length === 0) return [];
  const all = [...acceptances, ...expiries];
  const late = pairs.filter(({ acceptance, expiry }) => isLate(acceptance.fact, expiry.fact) === true);
  const [first] = late;
  if (first && late.length === pairs.length) {
    return [
      {
        status: "alerte",
        message: `Acceptation (${describe(first.acceptance.fact)}) postérieure à l'expiration de l'offre (${describe(first.expiry.fact)}).`,
        evidence: toEvidence([first.acceptance, first.expiry]),
      },
    ];
  }
  const isInTime = pairs.every(({ acceptance, expiry }) => isLate(acceptance.fact, expiry.fact) === false);
  const [acceptance] = acceptances;
  const [expiry] = expiries;
  if (isInTime && acceptance && expiry) {
    const message = `Acceptation (${describe(acceptance.fact)}) avant l'expiration de l'offre (${describe(expiry.fact)}).`;
    return [inOrder(SUBJECT, message, all)];
  }
  const files = documentsOf(all)
    .map(({ file }) => file)
    .join(", ");
  // A counter-offer brings its own expiry: which acceptance answers which offer is for a person to say.
  const why =
    late.length > 0 ? "plusieurs dates d'acceptation ou d'expiration" : "date ambiguë ou heure manquante le jour même";
  return [
    { status: "a_verifier", message: `${SUBJECT} à vérifier dans ${files} : ${why}.`, evidence: toEvidence(all) },
  ];
}

/** The same day given once with its hour and once without is one date, with its hour. */
function mostPrecise(dates: readonly Located<DateFact>[]): Located<DateFact>[] {
  const timed = new Set(
    dates.flatMap(({ fact }) => (fact.date !== undefined && fact.time !== undefined ? fact.date : [])),
  );
  const seen = new Set<string>();
  return dates.filter(({ fact }) => {
    if (fact.date !== undefined && fact.time === undefined && timed.has(fact.date)) return false;
    const key = `${fact.date ?? fact.quotation} ${fact.time ?? ""}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Undefined when nobody can tell: an ambiguous date, or the last day without the hour of the acceptance. */
function isLate(acceptance: DateFact, expiry: DateFact): boolean | undefined {
  if (acceptance.date === undefined || expiry.date === undefined) return undefined;
  if (!isCivilDate(acceptance.date) || !isCivilDate(expiry.date)) return undefined;
  if (acceptance.date !== expiry.date) return acceptance.date > expiry.date;
  // Without an hour the offer holds until the end of its last day.
  if (expiry.time === undefined) return false;
  return acceptance.time === undefined ? undefined : acceptance.time > expiry.time;
}

function describe({ date, time, quotation }: DateFact): string {
  if (date === undefined) return quotation;
  return formatDate(date) + (time === undefined ? "" : ` à ${formatTime(time)}`);
}
