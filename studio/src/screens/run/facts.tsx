/** Names and values, side by side. */
import type { ReactNode } from "react";

import classes from "./run.module.css";

export function Facts({ children }: { children: ReactNode }): React.JSX.Element {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({
  label,
  isWide = false,
  isDouble = false,
  children,
}: {
  label: string;
  /** As wide as the whole, or as two others. */
  isWide?: boolean;
  isDouble?: boolean;
  children: ReactNode;
}): React.JSX.Element {
  return (
    <div className={isWide ? classes.wide : isDouble ? classes.double : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
