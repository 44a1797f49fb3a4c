/** How steps look: an icon for each kind, a colour and an icon for each state, never the colour alone. */
import {
  IconArrowsSplit2,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconCode,
  IconFolder,
  IconGitBranch,
  IconHourglassHigh,
  IconListNumbers,
  IconPlayerPlayFilled,
  IconRepeat,
  IconRobot,
  IconRotateClockwise2,
  IconSitemap,
  IconUserQuestion,
  IconUsers,
} from "@tabler/icons-react";

import type { TimelineNode } from "./step-tree.ts";

type Icon = typeof IconCode;

export const kindIcons: Record<TimelineNode["kind"], Icon> = {
  function: IconCode,
  agent: IconRobot,
  team: IconUsers,
  workflow: IconSitemap,
  parallel: IconArrowsSplit2,
  branch: IconGitBranch,
  loop: IconRepeat,
  forEach: IconListNumbers,
  approval: IconUserQuestion,
  iteration: IconRotateClockwise2,
  group: IconFolder,
};

export const statusIcons: Record<TimelineNode["status"], Icon> = {
  running: IconPlayerPlayFilled,
  waiting: IconHourglassHigh,
  success: IconCircleCheckFilled,
  error: IconCircleXFilled,
  skipped: IconCircleDashed,
};
