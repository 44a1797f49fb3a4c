/** The last texts that were run, in this browser. */
import { useLocalStorage } from "@mantine/hooks";
import { useCallback } from "react";

const length = 20;

/** Newest first, how to add one, and how to forget them. */
export function useQueryHistory(): [texts: readonly string[], add: (text: string) => void, clear: () => void] {
  const [texts, setTexts] = useLocalStorage<readonly string[]>({
    key: "minutier-queries",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const add = useCallback(
    (text: string) => setTexts((before) => [text, ...before.filter((each) => each !== text)].slice(0, length)),
    [setTexts],
  );
  const clear = useCallback(() => setTexts([]), [setTexts]);
  return [texts, add, clear];
}
