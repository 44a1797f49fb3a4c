/** Times, durations and numbers as people of the chosen language write them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** How values are written in the current language. */
export interface Formats {
  number(value: number): string;
  /** `1.2M` */
  compact(value: number): string;
  /** `95.5%`, of 0.955 */
  percent(share: number): string;
  /** `26 Nov 2026, 08:00:00` */
  time(iso: string): string;
  /** `3 min. ago` */
  ago(iso: string, now: number): string;
  /** `1.2 s`, `3 min 05 s`, `2 d 4 h` */
  duration(ms: number): string;
  /** `$0.0123` */
  money(cost: { amount: number; currency: string }): string;
  /** `12.4 kB` */
  bytes(count: number): string;
}

const ages: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** The formats, in a component. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => formatsOf(i18n.language), [i18n.language]);
}

function formatsOf(language: string): Formats {
  const numbers = new Intl.NumberFormat(language);
  const compacts = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const times = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const day = language === "fr" ? "j" : "d";
  const sizes = (["byte", "kilobyte", "megabyte"] as const).map(
    (unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }),
  );
  return {
    number: (value) => numbers.format(value),
    compact: (value) => compacts.format(value),
    percent: (share) => percents.format(share),
    time: (iso) => times.format(new Date(iso)),
    ago(iso, now) {
      const age = now - Date.parse(iso);
      for (const [unit, length] of ages) if (age >= length) return relative.format(-Math.floor(age / length), unit);
      return relative.format(-Math.max(0, Math.floor(age / 1000)), "second");
    },
    money({ amount, currency }) {
      // Runs cost fractions of a cent.
      const digits = amount === 0 || amount >= 1 ? {} : { maximumSignificantDigits: 3 };
      return new Intl.NumberFormat(language, { style: "currency", currency, ...digits }).format(amount);
    },
    bytes(count) {
      const rank = count < 1000 ? 0 : count < 1_000_000 ? 1 : 2;
      return sizes[rank]?.format(count / 1000 ** rank) ?? "";
    },
    duration(ms) {
      if (ms < 1000) return `${numbers.format(Math.round(ms))} ms`;
      if (ms < 60_000) return `${decimals.format(ms / 1000)} s`;
      const seconds = Math.floor(ms / 1000);
      if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
      if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`;
      return `${numbers.format(Math.floor(seconds / 86_400))} ${day} ${Math.floor((seconds % 86_400) / 3600)} h`;
    },
  };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
