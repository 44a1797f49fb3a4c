import { useMediaQuery } from "@mantine/hooks";

const all = ["status", "workflow", "started", "duration", "metadata", "session", "detail"] as const;

/** A column of the list. */
export type RunColumn = (typeof all)[number];

/** Which columns there is room for. */
export function useColumns(): { columns: readonly RunColumn[]; isNarrow: boolean } {
  const isNarrow = useIs("(max-width: 48em)");
  const hasDetail = useIs("(min-width: 68em)");
  const hasSession = useIs("(min-width: 87.5em)");
  const hidden = new Set<RunColumn>();
  if (isNarrow) for (const column of ["started", "duration", "metadata"] as const) hidden.add(column);
  if (!hasDetail) hidden.add("detail");
  if (!hasSession) hidden.add("session");
  return { columns: all.filter((column) => !hidden.has(column)), isNarrow };
}

function useIs(query: string): boolean {
  return useMediaQuery(query, undefined, { getInitialValueInEffect: false }) === true;
}
