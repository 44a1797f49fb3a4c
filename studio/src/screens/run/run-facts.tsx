/** What is known of the run beside its steps. */
import { Anchor, Badge, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { shortened, ShortId } from "../../components/short-id.tsx";
import { useNow } from "../../components/use-now.ts";
import { useFormats } from "../../locales/formats.ts";
import { metadataText } from "../../components/metadata-text.ts";
import { Fact, Facts } from "./facts.tsx";
import type { WholeRun } from "./run-answers.ts";
import classes from "./run.module.css";
import { TokenCount } from "./token-count.tsx";

export function RunFacts({ run, now }: { run: WholeRun; now: number }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const end = run.completed_at === undefined ? now : Date.parse(run.completed_at);
  const pairs = Object.entries(run.metadata ?? {});
  return (
    <Facts>
      <Fact label={t("run.started")} isDouble>
        <Started iso={run.created_at} />
      </Fact>
      <Fact label={t("run.duration")}>
        {formats.duration(Math.max(0, end - Date.parse(run.created_at)))}
        {run.completed_at === undefined && "…"}
      </Fact>
      <Fact label={t("run.workflow")}>
        <Anchor component={Link} href={`/runs?${new URLSearchParams({ workflow: run.workflow_name })}`} size="sm">
          {run.workflow_name}
        </Anchor>
      </Fact>
      <Fact label={t("run.session")}>
        <Anchor
          component={Link}
          href={`/sessions/workflow/${encodeURIComponent(run.workflow_name)}/${encodeURIComponent(run.session_id)}`}
          size="sm"
          title={run.session_id}
        >
          {shortened(run.session_id)}
        </Anchor>
      </Fact>
      {run.user_id !== undefined && <Fact label={t("run.user")}>{run.user_id}</Fact>}
      {run.usage !== undefined && (
        <Fact label={t("run.tokens")}>
          <TokenCount usage={run.usage} />
        </Fact>
      )}
      {run.usage !== undefined && run.cost !== undefined && run.cost !== null && (
        <Fact label={t("run.cost")}>{formats.money(run.cost)}</Fact>
      )}
      {(run.resumed ?? 0) > 0 && (
        <Fact label={t("run.resumed")}>{t("run.resumedTimes", { count: run.resumed ?? 0 })}</Fact>
      )}
      {run.parent_run !== undefined && (
        <Fact label={t("run.parent")}>
          <Anchor
            component={Link}
            href={`/runs/${encodeURIComponent(run.parent_run)}`}
            size="sm"
            title={run.parent_run}
          >
            {shortened(run.parent_run)}
          </Anchor>
          <Text span size="xs" c="dimmed">
            {run.parent_step}
          </Text>
        </Fact>
      )}
      {run.key !== undefined && (
        <Fact label={t("run.key")}>
          <ShortId id={run.key} />
        </Fact>
      )}
      <Fact label={t("run.id")}>
        <ShortId id={run.id} />
      </Fact>
      {pairs.length > 0 && (
        <Fact label={t("run.metadata")} isWide>
          {pairs.map(([key, value]) => (
            <MetadataPair key={key} name={key} value={value} />
          ))}
        </Fact>
      )}
    </Facts>
  );
}

function Started({ iso }: { iso: string }): React.JSX.Element {
  const formats = useFormats();
  const now = useNow();
  return (
    <time dateTime={iso}>
      {formats.time(iso)}{" "}
      <Text span size="xs" c="dimmed">
        ({formats.ago(iso, now)})
      </Text>
    </time>
  );
}

/** Leads to the runs that have it too; only plain values can be looked for. */
function MetadataPair({ name, value }: { name: string; value: unknown }): React.JSX.Element {
  const { t } = useTranslation();
  const text = metadataText(value);
  const content = (
    <>
      <span className={classes.key}>{name}</span> {text}
    </>
  );
  if (typeof value === "object")
    return (
      <Badge variant="default" radius="sm" className={classes.pair} title={text}>
        {content}
      </Badge>
    );
  return (
    <Badge
      component={Link}
      href={`/runs?${new URLSearchParams({ [`metadata.${name}`]: text })}`}
      variant="default"
      radius="sm"
      className={classes.pair}
      title={t("runs.filterBy", { pair: `${name}=${text}` })}
    >
      {content}
    </Badge>
  );
}
