const NO_BREAK_SPACE = "\u00A0";

/** `17:00` gives `17 h`, and `10:05` gives `10 h 05`, as French-speaking Québec writes it. */
export function formatTime(time: string): string {
  const [hours, minutes] = time.split(":");
  return `${Number(hours)}${NO_BREAK_SPACE}h${minutes === "00" ? "" : `${NO_BREAK_SPACE}${minutes}`}`;
}
