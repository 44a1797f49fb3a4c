/** Starts a workflow with a form made from its input's schema, and shows its steps as they happen. */
import { Button, Group, Stack } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlayerStopFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ask } from "../../api/client.ts";
import { JsonSchemaForm } from "../../json-schema-form/json-schema-form.tsx";
import { Failure } from "../../shell/failure.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { isMetadataKey, MetadataFields, type MetadataPair, toMetadata } from "./metadata-fields.tsx";
import { SessionPicker } from "./session-picker.tsx";
import { useWorkflowRun } from "./use-workflow-run.ts";
import { WorkflowProgress } from "./workflow-progress.tsx";

export interface WorkflowStartProps {
  name: string;
  sessionId: string | undefined;
  onSession: (sessionId: string | undefined, replace?: boolean) => void;
}

export function WorkflowStart({ name, sessionId, onSession }: WorkflowStartProps): React.JSX.Element {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["workflow", name],
    queryFn: ({ signal }) => ask<{ input_schema: unknown }>(`workflows/${encodeURIComponent(name)}`, { signal }),
    staleTime: 300_000,
  });
  const { run, isBusy, error: runError, start, stop } = useWorkflowRun(name);
  const [pairs, setPairs] = useState<MetadataPair[]>([]);
  const areKeysFit = pairs.every(({ key }) => key === "" || isMetadataKey(key));
  if (error !== null) return <Failure title={t("tryIt.failed")} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <ScreenLoading />;
  return (
    <Stack gap="lg" maw="48rem">
      <JsonSchemaForm
        schema={data.input_schema}
        isDisabled={isBusy}
        onSubmit={(input) => {
          if (areKeysFit) void start({ input, metadata: toMetadata(pairs), sessionId });
        }}
      >
        <MetadataFields pairs={pairs} onChange={setPairs} isDisabled={isBusy} />
        <Group gap="sm" align="flex-end">
          <SessionPicker
            kind="workflow"
            name={name}
            sessionId={sessionId}
            isDisabled={isBusy}
            onChange={(changed) => onSession(changed)}
          />
        </Group>
        <Group gap="sm">
          <Button type="submit" loading={isBusy} leftSection={<IconPlayerPlayFilled size={16} aria-hidden />}>
            {t("tryIt.start")}
          </Button>
          {isBusy && (
            <Button
              type="button"
              color="red.9"
              leftSection={<IconPlayerStopFilled size={16} aria-hidden />}
              onClick={() => void stop()}
            >
              {t("tryIt.stop")}
            </Button>
          )}
        </Group>
      </JsonSchemaForm>
      {runError !== undefined && <Failure title={t("tryIt.notStarted")} error={runError} />}
      {run !== undefined && <WorkflowProgress run={run} />}
    </Stack>
  );
}
