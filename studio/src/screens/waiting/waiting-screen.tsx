/** Questions that runs wait for a person with. */
import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconFilterOff, IconMoodCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { MetadataFilter } from "../../components/metadata-filter.tsx";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { filterAttribute } from "../../shell/shortcut-keys.ts";
import { AnswerNotice, type Outcome } from "./answer-notice.tsx";
import { QuestionCard } from "./question-card.tsx";
import { dropQuestion, inOrder, keyOf, useQuestions, type WaitingQuestion } from "./use-questions.ts";
import { type Changes, useWaitingFilters, type WaitingFilters } from "./waiting-filters.ts";

/** Nobody answers more at a time. */
const pageSize = 50;

export default function WaitingScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const queries = useQueryClient();
  const [filters, change] = useWaitingFilters();
  const { data: info } = useServerInfo();
  const { data, error, refetch } = useQuestions(filters);
  const [shown, setShown] = useState(pageSize);
  const [outcome, setOutcome] = useState<Outcome>();
  const questions = inOrder(data ?? [], filters.order);
  const mayAnswer = mayDo(info, "approve");
  useLostQuestion(filters.open, data, (lost) => {
    change({ open: undefined });
    setOutcome({ kind: "gone", question: lost });
  });

  const onAnswered = (next: Outcome): void => {
    setOutcome(next);
    change({ open: undefined });
    void dropQuestion(queries, keyOf(next.question));
  };
  const rest = questions.length - shown;
  const openPlace = questions.findIndex((question) => keyOf(question) === filters.open);
  return (
    <Screen
      title={t("waiting.title")}
      aside={
        <Text size="sm" c="dimmed" role="status">
          {data === undefined
            ? ""
            : t("waiting.count", { count: questions.length, formatted: formats.number(questions.length) })}
        </Text>
      }
    >
      <WaitingFilterBar filters={filters} questions={questions} onChange={change} />
      {!mayAnswer && (
        <Text size="sm" c="dimmed" mb="sm">
          {t("waiting.mayNotAnswer")}
        </Text>
      )}
      {outcome !== undefined && (
        <AnswerNotice key={keyOf(outcome.question)} outcome={outcome} onClose={() => setOutcome(undefined)} />
      )}
      {error !== null ? (
        <Failure title={t("waiting.failed")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <ScreenLoading />
      ) : questions.length === 0 ? (
        <NoQuestion filters={filters} onClear={() => change({ who: undefined, metadata: [] })} />
      ) : (
        <Stack gap="sm" maw={860}>
          {questions.slice(0, Math.max(shown, openPlace + 1)).map((question) => {
            const key = keyOf(question);
            return (
              <QuestionCard
                key={key}
                question={question}
                mayAnswer={mayAnswer}
                knowsUser={info?.user_id != null}
                isOpen={key === filters.open}
                onToggle={(isOpen) => change({ open: isOpen ? key : undefined })}
                onFilter={(name, value) =>
                  change({ metadata: [...filters.metadata.filter(([each]) => each !== name), [name, value]] })
                }
                onAnswered={onAnswered}
              />
            );
          })}
          {rest > 0 && (
            <Button variant="default" onClick={() => setShown(shown + pageSize)}>
              {t("waiting.more", { count: Math.min(pageSize, rest) })}
            </Button>
          )}
        </Stack>
      )}
    </Screen>
  );
}

/** Tells of a question that somebody had open, and that is open no more. */
function useLostQuestion(
  open: string | undefined,
  questions: readonly WaitingQuestion[] | undefined,
  onLost: (question: WaitingQuestion) => void,
): void {
  const [seen, setSeen] = useState<WaitingQuestion>();
  const current = questions?.find((question) => keyOf(question) === open);
  if (open === undefined || current !== undefined) {
    if (current !== seen) setSeen(current);
    return;
  }
  if (seen === undefined || questions === undefined || keyOf(seen) !== open) return;
  setSeen(undefined);
  queueMicrotask(() => onLost(seen));
}

interface FilterBarProps {
  filters: WaitingFilters;
  questions: readonly WaitingQuestion[];
  onChange: (changes: Changes) => void;
}

function WaitingFilterBar({ filters, questions, onChange }: FilterBarProps): React.JSX.Element {
  const { t } = useTranslation();
  const names = new Set(questions.flatMap(({ who }) => who ?? []));
  if (filters.who !== undefined) names.add(filters.who);
  return (
    <Group gap="xs" align="flex-end" mb="sm">
      <Select
        size="xs"
        label={t("waiting.who")}
        placeholder={t("waiting.whoAny")}
        data={[...names].toSorted()}
        value={filters.who ?? null}
        onChange={(who) => onChange({ who: who ?? undefined })}
        nothingFoundMessage={t("waiting.whoNone")}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t("runs.clearOne", { name: t("waiting.who") }) }}
        w={{ base: "100%", sm: 190 }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
        {...filterAttribute}
      />
      <MetadataFilter metadata={filters.metadata} onChange={(metadata) => onChange({ metadata })} />
      <Select
        size="xs"
        label={t("waiting.order")}
        data={[
          { value: "deadline", label: t("waiting.orderDeadline") },
          { value: "oldest", label: t("waiting.orderOldest") },
        ]}
        value={filters.order}
        onChange={(order) => onChange({ order: order === "oldest" ? "oldest" : "deadline" })}
        allowDeselect={false}
        w={{ base: "100%", sm: 190 }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
      />
    </Group>
  );
}

function NoQuestion({ filters, onClear }: { filters: WaitingFilters; onClear: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  const isNarrowed = filters.who !== undefined || filters.metadata.length > 0;
  return (
    <EmptyState
      icon={isNarrowed ? IconFilterOff : IconMoodCheck}
      title={t(isNarrowed ? "waiting.noMatch" : "waiting.empty")}
      help={t(isNarrowed ? "waiting.noMatchHelp" : "waiting.emptyHelp")}
    >
      {isNarrowed && (
        <Button variant="default" onClick={onClear}>
          {t("waiting.clear")}
        </Button>
      )}
    </EmptyState>
  );
}
