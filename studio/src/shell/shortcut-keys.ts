/** Keys that work on every screen. */
import { useHotkeys } from "@mantine/hooks";

/** A screen's first filter has this attribute, and `/` goes to it. */
export const filterAttribute = { "data-shortcut-filter": true } as const;

/** `/` goes to the filter, `?` asks for the list of keys. */
export function useShortcutKeys(onHelp: () => void): void {
  useHotkeys([
    ["/", () => document.querySelector<HTMLElement>("[data-shortcut-filter]")?.focus()],
    ["shift+?", onHelp],
    ["?", onHelp],
  ]);
}
