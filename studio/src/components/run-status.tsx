/** A run's state as an icon and a word, never by its colour alone. */
import { Badge } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleXFilled, IconHourglassHigh, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { RunStatus } from "../api/answers.ts";

const looks = {
  running: ["blue", IconPlayerPlayFilled],
  waiting: ["yellow", IconHourglassHigh],
  success: ["teal", IconCircleCheckFilled],
  error: ["red", IconCircleXFilled],
} as const;

/** `isWaiting`: it is under way by its row, and waits for somebody. */
export function RunStatusBadge({
  status,
  isWaiting = false,
}: {
  status: RunStatus;
  isWaiting?: boolean;
}): React.JSX.Element {
  const { t } = useTranslation();
  const shown = isWaiting && status === "running" ? "waiting" : status;
  const [color, Icon] = looks[shown];
  return (
    <Badge
      className="run-status"
      data-color={color}
      variant="light"
      color={color}
      radius="sm"
      leftSection={<Icon size={13} aria-hidden />}
    >
      {t(`status.${shown}`)}
    </Badge>
  );
}
