import { toPlainDate, type CivilDate, type CivilPeriod } from "./civil-date.ts";
import { refuse, type Computed } from "./computed.ts";
import { municipalityKey } from "./municipality-key.ts";

interface DutyBracket {
  /** The bracket's upper bound, included; absent on the last one. */
  upToCents?: number;
  /** 50 is 0,5 %. */
  basisPoints: number;
}

/** The rates of the duties on transfers of immovables, for one municipality and one period. */
export interface DutySchedule extends CivilPeriod {
  municipality: string;
  brackets: readonly DutyBracket[];
  /** Above this base the municipality may have its own rates, and they are not loaded: the computation is refused. */
  coversUpToCents?: number;
  source: string;
  verifiedBy: string;
  /** `YYYY-MM`. */
  verifiedOn: string;
}

/** Selects the schedule of D-15.1 a. 2 itself, without any municipality's by-law. */
export const GENERAL = "general";

/** D-15.1 a. 2 al. 3: a municipality may set its own rates only for what exceeds this base. */
const MUNICIPAL_RATES_START_CENTS = 50_000_000;

const VERIFIED = { verifiedBy: "recherche documentaire, à valider par un notaire", verifiedOn: "2026-11" } as const;

/** Thresholds in whole dollars, as the by-laws print them; the last rate has no upper bound. */
function toBrackets(
  steps: readonly (readonly [upToDollars: number, basisPoints: number])[],
  lastBasisPoints: number,
): DutyBracket[] {
  return [
    ...steps.map(([dollars, basisPoints]) => ({ upToCents: dollars * 100, basisPoints })),
    { basisPoints: lastBasisPoints },
  ];
}

function wholeYear(year: number): CivilPeriod {
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

const general = (year: number, first: number, second: number, source: string): DutySchedule => ({
  municipality: GENERAL,
  ...wholeYear(year),
  brackets: toBrackets(
    [
      [first, 50],
      [second, 100],
    ],
    150,
  ),
  source,
  ...VERIFIED,
});

const montreal = (year: number, first: number, second: number, source: string): DutySchedule => ({
  municipality: "Montréal",
  ...wholeYear(year),
  brackets: toBrackets(
    [
      [first, 50],
      [second, 100],
      [552_300, 150],
      [1_104_700, 200],
      [2_136_500, 250],
      [3_113_000, 350],
    ],
    400,
  ),
  source,
  ...VERIFIED,
});

const quebec = (period: CivilPeriod, first: number, second: number): DutySchedule => ({
  municipality: "Québec",
  ...period,
  brackets: toBrackets(
    [
      [first, 50],
      [second, 100],
      [500_000, 150],
      [750_000, 250],
    ],
    300,
  ),
  source: "R.V.Q. 3101, version du 2025-07-01; en vigueur en 2026 selon une source secondaire",
  ...VERIFIED,
});

/**
 * What has been read and checked, nothing else. Montréal before 2025 is not here: its upper tiers were not found, so it
 * falls under the general rates up to 500 000 $ and is refused above. The same holds for Québec before 2025-07-01 and
 * Gatineau before 2026-02-25. A new year is loaded by hand: indexing (a. 2.1) proposes figures, it doesn't prove them.
 */
export const dutySchedules: readonly DutySchedule[] = [
  general(2023, 55_200, 276_200, "pages de Lac-Beauport et de Métis"),
  general(2024, 58_900, 294_600, "legisquebec.gouv.qc.ca, D-15.1 a. 2 (note); Terrasse-Vaudreuil"),
  general(2025, 61_500, 307_800, "pages de Bécancour et de Montréal-Est"),
  general(2026, 62_900, 315_000, "page de Saint-Dominique; quebec.ca et montreal.ca cités par quatre fichiers publics"),
  montreal(2025, 61_500, 307_800, "montreal.ca; page fkhatami.com"),
  montreal(2026, 62_900, 315_000, "montreal.ca"),
  quebec({ from: "2025-07-01", to: "2025-12-31" }, 61_500, 307_800),
  quebec(wholeYear(2026), 62_900, 315_000),
  {
    municipality: "Gatineau",
    from: "2026-02-25",
    to: "2026-12-31",
    brackets: toBrackets(
      [
        [62_900, 50],
        [315_000, 100],
        [500_000, 150],
      ],
      300,
    ),
    source: "règlement de Gatineau en vigueur le 2026-02-25, source secondaire",
    ...VERIFIED,
  },
];

/**
 * The schedule in force in a municipality on the date of the transfer. One without loaded rates of its own follows the
 * general rates up to 500 000 $, where D-15.1 lets nobody deviate. Refused for a date that no schedule covers.
 */
export function findDutySchedule(municipality: string, date: CivilDate): Computed<DutySchedule> {
  const { year } = toPlainDate(date);
  const inForce = dutySchedules.filter((schedule) => schedule.from <= date && date <= schedule.to);
  const key = municipalityKey(municipality);
  const own = inForce.find((schedule) => municipalityKey(schedule.municipality) === key);
  if (own) return { ok: true, value: own };
  const fallback = inForce.find((schedule) => schedule.municipality === GENERAL);
  if (!fallback) return refuse("schedule_not_loaded", `barème ${year} non chargé`);
  return { ok: true, value: { ...fallback, municipality, coversUpToCents: MUNICIPAL_RATES_START_CENTS } };
}
