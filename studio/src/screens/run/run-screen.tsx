/** One run. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { Run } from "../../api/answers.ts";
import { ask } from "../../api/client.ts";
import { JsonTree } from "../../components/json-tree.tsx";
import { Failure } from "../../shell/failure.tsx";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";

export default function RunScreen({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["runs", "one", id],
    queryFn: ({ signal }) => ask<Run>(`runs/${encodeURIComponent(id)}`, { signal }),
  });
  return (
    <Screen title={t("run.title")}>
      <Anchor component={Link} href="/runs" size="sm">
        {t("run.back")}
      </Anchor>
      <Text ff="monospace" my="sm">
        {id}
      </Text>
      {error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <ScreenLoading />
      ) : (
        <JsonTree value={data} label={t("run.title")} />
      )}
    </Screen>
  );
}
