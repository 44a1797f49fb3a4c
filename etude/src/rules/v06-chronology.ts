import { isCivilDate } from "../computations/civil-date.ts";
import { formatDate, formatWeekday } from "../computations/format-date.ts";
import { formatTime } from "../computations/format-time.ts";
import { closedDayReason } from "../computations/holidays.ts";
import type { Evidence } from "../checklist.ts";
import type { DateFact, DateLabel, DocumentType } from "../facts.ts";
import { documentsOfType, firstPlaces, locateDates, toEvidence, type Dossier, type Located } from "./dossier.ts";
import { inOrder, toRead, uncertainSources } from "./reading-gaps.ts";
import type { Finding, Rule } from "./rule.ts";

const TYPES: readonly DocumentType[] = ["promesse_achat", "projet_acte"];
const SUBJECT = "Chronologie";

/** In the order that they must follow. */
const STAGES = ["offre", "acceptation", "condition", "acte", "occupation"] as const satisfies readonly DateLabel[];
type Stage = (typeof STAGES)[number];

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  offre: "offre",
  acceptation: "acceptation",
  condition: "échéance d'une condition",
  acte: "acte",
  occupation: "occupation",
};

/** An event of the sale; the planned signing comes from the dossier and has no place in a document. */
interface Milestone {
  stage: Stage;
  date: string;
  time?: string;
  place?: Located<DateFact>;
}

/** V06: offer ≤ acceptance ≤ conditions ≤ deed ≤ occupancy, and no signing on a day when offices are closed. */
export const chronologyRule: Rule = {
  id: "V06",
  title: { fr: "Chronologie de la vente", en: "Chronology of the sale" },
  severity: "moyenne",
  source: "pratique; jours fériés du Québec",
  certainty: "B",
  version: 1,
  evaluate(dossier) {
    const documents = documentsOfType(dossier, ...TYPES);
    const places = STAGES.flatMap((stage) =>
      firstPlaces(locateDates(documents, stage), ({ date, time, quotation }) => (date ? `${date} ${time}` : quotation)),
    );
    const dated = places.filter(({ fact }) => fact.date !== undefined && isCivilDate(fact.date));
    const milestones = [...keepLastDeedDate(dated.map(toMilestone)), ...plannedSigning(dossier, dated)];
    const findings = [
      ...findDisorders(milestones),
      ...findClosedDays(dossier, milestones),
      ...places.filter((place) => !dated.includes(place)).map(toAmbiguousDate),
    ];
    if (!isCivilDate(dossier.context.signingDate)) {
      findings.push({
        status: "a_verifier",
        message: "Date de signature prévue absente ou invalide au dossier.",
        evidence: [],
      });
    }
    if (findings.length > 0) return findings;
    const uncertain = uncertainSources(
      dossier,
      TYPES,
      dated.map(({ document }) => document),
    );
    if (uncertain.length > 0) return [toRead(`${SUBJECT} : dates incomplètes`, uncertain, dated)];
    if (dated.length === 0)
      return [{ status: "non_applicable", message: `${SUBJECT} : aucune date à comparer.`, evidence: [] }];
    return [
      inOrder(SUBJECT, `${SUBJECT} : les dates se suivent, et la signature prévue tombe un jour ouvrable.`, dated),
    ];
  },
};

function toMilestone(place: Located<DateFact>): Milestone {
  const { label, date = "", time } = place.fact;
  return { stage: label as Stage, date, place, ...(time === undefined ? {} : { time }) };
}

/** A draft deed also dates the earlier deed by which the seller bought: of a document's deed dates, the last is this sale's. */
function keepLastDeedDate(milestones: readonly Milestone[]): Milestone[] {
  const lastDates = new Map<unknown, string>();
  for (const { stage, date, place } of milestones) {
    if (stage === "acte" && date > (lastDates.get(place?.document) ?? "")) lastDates.set(place?.document, date);
  }
  return milestones.filter(({ stage, date, place }) => stage !== "acte" || date === lastDates.get(place?.document));
}

/** Nothing when a document gives that date for the deed: its words are the better evidence. */
function plannedSigning({ context: { signingDate } }: Dossier, dated: readonly Located<DateFact>[]): Milestone[] {
  if (!isCivilDate(signingDate)) return [];
  const isQuoted = dated.some(({ fact }) => fact.label === "acte" && fact.date === signingDate);
  return isQuoted ? [] : [{ stage: "acte", date: signingDate }];
}

/** For each stage, its earliest date against the latest of the nearest stage that it precedes. */
function findDisorders(milestones: readonly Milestone[]): Finding[] {
  return STAGES.flatMap((stage, position) => {
    const earliest = milestones.filter((milestone) => milestone.stage === stage).toSorted(byDate)[0];
    if (!earliest) return [];
    for (const before of STAGES.slice(0, position).toReversed()) {
      const latest = milestones
        .filter((milestone) => milestone.stage === before && isAfter(milestone, earliest))
        .toSorted(byDate)
        .at(-1);
      if (latest) return [toDisorder(latest, earliest)];
    }
    return [];
  });
}

function byDate(a: Milestone, b: Milestone): number {
  const [first, second] = [`${a.date} ${a.time ?? ""}`, `${b.date} ${b.time ?? ""}`];
  return first < second ? -1 : Number(first > second);
}

function isAfter(a: Milestone, b: Milestone): boolean {
  if (a.date !== b.date) return a.date > b.date;
  return a.time !== undefined && b.time !== undefined && a.time > b.time;
}

function toDisorder(late: Milestone, early: Milestone): Finding {
  return {
    status: "alerte",
    message: `${SUBJECT} : ${describe(late)} après ${describe(early)}.`,
    evidence: quote(late, early),
  };
}

function describe({ stage, date, time, place }: Milestone): string {
  const name = stage === "acte" && !place ? "signature prévue au dossier" : STAGE_NAMES[stage];
  return `${name} (${formatDate(date)}${time === undefined ? "" : ` à ${formatTime(time)}`})`;
}

function quote(...milestones: readonly Milestone[]): Evidence[] {
  return toEvidence(milestones.flatMap(({ place }) => place ?? []));
}

/** The planned signing and the date of the draft deed; an offer's « no later than » may well be a Sunday. */
function findClosedDays({ context: { signingDate } }: Dossier, milestones: readonly Milestone[]): Finding[] {
  const deeds = milestones.filter(({ stage }) => stage === "acte");
  const signings = new Set(deeds.filter(({ place }) => place?.document.type === "projet_acte").map(({ date }) => date));
  if (isCivilDate(signingDate)) signings.add(signingDate);
  return [...signings].flatMap((date) => {
    const reason = closedDayReason(date);
    if (reason === undefined) return [];
    const message = `${SUBJECT} : signature le ${formatWeekday(date)} ${formatDate(date)} (${reason}).`;
    return { status: "alerte" as const, message, evidence: quote(...deeds.filter((deed) => deed.date === date)) };
  });
}

function toAmbiguousDate(place: Located<DateFact>): Finding {
  const name = STAGE_NAMES[place.fact.label as Stage];
  return {
    status: "a_verifier",
    message: `${SUBJECT} : ${name}, date à lire, « ${place.fact.quotation} » est ambigu.`,
    evidence: toEvidence([place]),
  };
}
