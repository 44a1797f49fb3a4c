/** What became of an answer; it has the focus, since the question that had it is gone. */
import { Alert, Anchor, Text } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { WaitingQuestion } from "./use-questions.ts";

/** What became of a question. */
export type Outcome =
  | { kind: "approved" | "rejected" | "gone"; question: WaitingQuestion }
  | { kind: "answered"; question: WaitingQuestion; detail: string };

export function AnswerNotice({ outcome, onClose }: { outcome: Outcome; onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const { kind, question } = outcome;
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    notice.current?.focus();
    notice.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const isOwn = kind === "approved" || kind === "rejected";
  return (
    <Alert
      ref={notice}
      tabIndex={-1}
      role="status"
      mb="sm"
      maw={860}
      color={isOwn ? "teal" : "yellow"}
      icon={isOwn ? <IconCircleCheck aria-hidden /> : <IconInfoCircle aria-hidden />}
      withCloseButton
      closeButtonLabel={t("waiting.dismiss")}
      onClose={onClose}
      title={kind === "answered" || kind === "gone" ? t("waiting.answered") : undefined}
    >
      <Text size="sm">
        {kind === "answered"
          ? `${outcome.detail} ${t("waiting.answeredHelp")}`
          : t(`waiting.${kind}`, { reason: question.reason })}{" "}
        <Anchor component={Link} href={`/runs/${encodeURIComponent(question.run.id)}`} size="sm" underline="always">
          {t("waiting.seeRun")}
        </Anchor>
      </Text>
    </Alert>
  );
}
