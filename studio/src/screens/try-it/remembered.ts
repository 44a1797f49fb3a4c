/** What was chosen last, in this browser. */
import { useLocalStorage } from "@mantine/hooks";
import { useCallback } from "react";

import type { ComponentKind } from "../../api/components.ts";

/** The last component, and the last session of each. */
interface Remembered {
  kind?: ComponentKind;
  name?: string;
  sessions?: Record<string, string>;
}

/** Keeps no more sessions than this: the oldest are forgotten. */
const maxSessions = 20;

export interface Choice {
  kind: ComponentKind;
  name: string;
  sessionId?: string | undefined;
}

/** What was chosen last, the last session of a component, and how to remember a choice. */
export function useRemembered(): {
  last: Choice | undefined;
  sessionOf: (kind: ComponentKind, name: string) => string | undefined;
  remember: (choice: Choice) => void;
} {
  const [remembered, setRemembered] = useLocalStorage<Remembered>({
    key: "minutier-try",
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const { kind, name, sessions = {} } = remembered;
  const sessionOf = (ofKind: ComponentKind, ofName: string): string | undefined => sessions[`${ofKind}/${ofName}`];
  const remember = useCallback(
    (choice: Choice) => {
      setRemembered((before) => {
        const key = `${choice.kind}/${choice.name}`;
        const others = Object.entries(before.sessions ?? {}).filter(([each]) => each !== key);
        const own = choice.sessionId === undefined ? [] : [[key, choice.sessionId] as const];
        return {
          kind: choice.kind,
          name: choice.name,
          sessions: Object.fromEntries([...others, ...own].slice(-maxSessions)),
        };
      });
    },
    [setRemembered],
  );
  const last = kind === undefined || name === undefined ? undefined : { kind, name, sessionId: sessionOf(kind, name) };
  return { last, sessionOf, remember };
}
