/** Answers a question: its payload as its schema asks for it, a note, yes or no. */
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, ask } from "../../api/client.ts";
import { JsonTree } from "../../components/json-tree.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import type { Outcome } from "./answer-notice.tsx";
import type { WaitingQuestion } from "./use-questions.ts";

// Only questions with a payload take its code.
const JsonSchemaForm = lazy(async () => {
  const { JsonSchemaForm } = await import("../../json-schema-form/json-schema-form.tsx");
  return { default: JsonSchemaForm };
});

export interface AnswerFormProps {
  question: WaitingQuestion;
  /** Whether the server knows who answers. */
  knowsUser: boolean;
  onClose: () => void;
  onAnswered: (outcome: Outcome) => void;
}

export function AnswerForm({ question, knowsUser, onClose, onAnswered }: AnswerFormProps): React.JSX.Element {
  const { t } = useTranslation();
  const [note, setNote] = useState("");
  const [by, setBy] = useLocalStorage({ key: "minutier-by", defaultValue: "", getInitialValueInEffect: false });
  const [lacksName, setLacksName] = useState(false);
  const region = useRef<HTMLDivElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const answer = useAnswer(question, onAnswered);
  useEffect(() => region.current?.focus({ preventScroll: true }), []);

  const send = (kind: "approve" | "reject", payload?: unknown): void => {
    const isNamed = knowsUser || by.trim() !== "";
    setLacksName(!isNamed);
    if (!isNamed) {
      name.current?.focus();
      return;
    }
    answer.mutate({ kind, payload, note: note.trim(), by: knowsUser ? undefined : by.trim() });
  };
  const rest = (
    <Stack gap="sm">
      <Textarea
        label={t("waiting.note")}
        description={t("waiting.noteHelp")}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        autosize
        maxRows={8}
      />
      {!knowsUser && (
        <TextInput
          ref={name}
          label={t("waiting.by")}
          description={t("waiting.byHelp")}
          value={by}
          onChange={({ currentTarget }) => setBy(currentTarget.value)}
          error={lacksName ? t("waiting.byMissing") : undefined}
          autoComplete="name"
        />
      )}
      {answer.error !== null && (
        <Alert color="red" role="alert" title={t("waiting.refused")}>
          {answer.error.message}
        </Alert>
      )}
      <Group gap="xs">
        <Button type="submit" color="teal.9" loading={answer.isPending}>
          {t("waiting.approve")}
        </Button>
        <Button
          variant="outline"
          color="red"
          className="reject"
          loading={answer.isPending}
          onClick={() => send("reject")}
        >
          {t("waiting.reject")}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClose}>
          {t("waiting.close")}
        </Button>
      </Group>
    </Stack>
  );
  return (
    <Stack ref={region} tabIndex={-1} gap="sm" mt="md" role="group" aria-label={question.reason} data-answer-form>
      {question.run.input !== undefined && (
        <div>
          <Text size="sm" fw={600} mb={4}>
            {t("waiting.input")}
          </Text>
          <JsonTree value={question.run.input} label={t("waiting.input")} />
        </div>
      )}
      {question.schema === undefined ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send("approve");
          }}
        >
          {rest}
        </form>
      ) : (
        <Suspense fallback={<ScreenLoading />}>
          <JsonSchemaForm
            schema={question.schema}
            isDisabled={answer.isPending}
            onSubmit={(payload) => send("approve", payload)}
          >
            {rest}
          </JsonSchemaForm>
        </Suspense>
      )}
    </Stack>
  );
}

interface Answer {
  kind: "approve" | "reject";
  payload: unknown;
  note: string;
  by: string | undefined;
}

function useAnswer(
  question: WaitingQuestion,
  onAnswered: (outcome: Outcome) => void,
): ReturnType<typeof useMutation<unknown, Error, Answer>> {
  return useMutation<unknown, Error, Answer>({
    mutationFn: ({ kind, payload, note, by }) =>
      ask(`runs/${encodeURIComponent(question.run.id)}/${kind}`, {
        method: "POST",
        body: {
          step: question.step,
          since: question.since,
          background: true,
          ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
          ...(note === "" ? {} : { note }),
          ...(by === undefined ? {} : { by }),
        },
      }),
    onSuccess: (_, { kind }) => onAnswered({ kind: kind === "approve" ? "approved" : "rejected", question }),
    onError: (error) => {
      // Of several who answer one counts, and a run that has ended asks nothing.
      if (error instanceof ApiError && error.status === 409)
        onAnswered({ kind: "answered", question, detail: error.message });
    },
  });
}
