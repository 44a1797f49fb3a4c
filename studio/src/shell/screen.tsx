/** The frame of every screen: its heading, which has the focus when the screen is opened, and the page's title. */
import { Group, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { takeFirstOpening } from "./first-opening.ts";

export interface ScreenProps {
  title: string;
  /** Stands beside the heading: counts, switches. */
  aside?: ReactNode;
  /** The screen fills the window and scrolls inside itself. */
  fills?: boolean;
  children: ReactNode;
}

export function Screen({ title, aside, fills = false, children }: ScreenProps): React.JSX.Element {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A reader of the screen hears where a link has led; the page's first screen is announced by its title.
    if (!takeFirstOpening()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={fills ? "screen screen-fills" : "screen"}>
      <title>{`${title} · ${t("product")}`}</title>
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={1} size="h2" ref={heading} tabIndex={-1}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </div>
  );
}
