/** One session: a conversation, or a workflow's runs, with what is known of it. */
import "@mantine/core/styles/Tabs.layer.css";

import { Anchor, Group, Tabs, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";

import { ApiError, ask } from "../../api/client.ts";
import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { JsonTree } from "../../components/json-tree.tsx";
import { ConversationView } from "../../conversation/conversation-view.tsx";
import type { Usage } from "../../conversation/turns.ts";
import { useFormats } from "../../locales/formats.ts";
import { Failure } from "../../shell/failure.tsx";
import { toAddress } from "../../shell/path-parts.ts";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { SessionActions } from "./session-actions.tsx";
import { nameOf, pathOf, queryOf, type SessionDetail, type SessionKey, useSession } from "../../api/sessions.ts";
import { WorkflowSessionRuns } from "./workflow-session-runs.tsx";
import classes from "./sessions.module.css";

export function SessionScreen(key: SessionKey): React.JSX.Element {
  const { t } = useTranslation();
  const { data: session, error, refetch } = useSession(key);
  return (
    <Screen
      title={session === undefined ? t("sessions.session") : nameOf(session)}
      fills
      aside={session !== undefined && <SessionActions session={key} current={nameOf(session)} />}
    >
      <Anchor component={Link} href={`/sessions?type=${key.kind}`} size="sm" mb="xs" className={classes.fixed}>
        {t("sessions.back")}
      </Anchor>
      {error !== null ? (
        <Failure
          {...(error instanceof ApiError && error.status === 404 ? { title: t("sessions.absent") } : {})}
          error={error}
          onRetry={() => void refetch()}
        />
      ) : session === undefined ? (
        <ScreenLoading />
      ) : (
        <Parts session={key} detail={session} />
      )}
    </Screen>
  );
}

interface PartsProps {
  session: SessionKey;
  detail: SessionDetail;
}

/** Which part is shown stands in the address. */
function Parts({ session, detail }: PartsProps): React.JSX.Element {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const { kind } = session;
  const parts = [
    ["said", t(kind === "workflow" ? "sessions.runs" : "conversation.label")],
    ...(isFilled(detail.session_state) ? [["state", t("sessions.state")] as const] : []),
    ...(isFilled(detail.metadata) ? [["metadata", t("sessions.metadata")] as const] : []),
  ] as const;
  const shown = parts.find(([name]) => name === search.get("part"))?.[0] ?? "said";
  return (
    <>
      <About session={session} detail={detail} />
      <Tabs
        value={shown}
        onChange={(part) => setSearch(part === "said" || part === null ? {} : { part })}
        keepMounted={false}
        className={classes.parts}
      >
        <Tabs.List mb="sm" className={classes.fixed}>
          {parts.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="said" className={classes.part} tabIndex={-1}>
          {kind === "workflow" ? (
            <WorkflowSessionRuns {...session} />
          ) : (
            <ConversationView
              conversation={{ ...session, kind }}
              runId={search.get("run") ?? undefined}
              empty={<Text>{t("sessions.nothingSaid")}</Text>}
            />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="state" className={classes.part}>
          <Scrolled label={t("sessions.state")}>
            <JsonTree value={detail.session_state} label={t("sessions.state")} />
          </Scrolled>
        </Tabs.Panel>
        <Tabs.Panel value="metadata" className={classes.part}>
          <Scrolled label={t("sessions.metadata")}>
            <JsonTree value={detail.metadata} label={t("sessions.metadata")} />
          </Scrolled>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Scrolled({ label, children }: { label: string; children: ReactNode }): React.JSX.Element {
  return (
    <div className={classes.scrolled} tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Who talks, since when, and what it has used. */
function About({ session, detail }: PartsProps): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data: info } = useServerInfo();
  const goOn = `${toAddress("try", session.kind, session.name)}?session=${encodeURIComponent(session.sessionId)}`;
  return (
    <Group gap="md" mb="xs" className={classes.fixed}>
      <Text size="sm" fw={600}>
        {t(`sessions.${session.kind}`)} {session.name}
      </Text>
      {detail.user_id !== null && <Text size="sm">{detail.user_id}</Text>}
      <SessionId id={session.sessionId} />
      <Text size="xs" c="dimmed" component="time" dateTime={detail.created_at}>
        {t("sessions.begun", { time: formats.time(detail.created_at) })}
      </Text>
      {session.kind !== "workflow" && <UsageText {...session} />}
      {mayDo(info, "run") && (
        <Anchor component={Link} href={goOn} size="sm">
          {t("sessions.goOn")}
        </Anchor>
      )}
    </Group>
  );
}

/** The id, short where it is long; a click copies it. */
function SessionId({ id }: { id: string }): React.JSX.Element {
  const { t } = useTranslation();
  const { copied, copy } = useClipboard();
  const label = copied ? t("sessions.copied") : t("sessions.copyId");
  return (
    <Tooltip label={`${label} · ${id}`} multiline maw="24rem">
      <UnstyledButton onClick={() => copy(id)} aria-label={`${t("sessions.copyId")} ${id}`} maw="14rem">
        <Text size="xs" ff="monospace" c="dimmed" truncate>
          {id}
        </Text>
      </UnstyledButton>
    </Tooltip>
  );
}

function UsageText(session: SessionKey): React.JSX.Element | null {
  const { t } = useTranslation();
  const formats = useFormats();
  const { kind, name, sessionId } = session;
  const { data } = useQuery({
    queryKey: ["session", kind, name, sessionId, "usage"],
    queryFn: ({ signal }) =>
      ask<Usage & { answers: number; duration_ms: number }>(`${pathOf(session)}/usage`, {
        query: queryOf(session),
        signal,
      }),
    staleTime: 5000,
  });
  if (data === undefined || data.answers === 0) return null;
  return (
    <Text
      size="xs"
      c="dimmed"
      title={t("conversation.tokenDetail", {
        input: formats.number(data.input_tokens),
        output: formats.number(data.output_tokens),
      })}
    >
      {t("sessions.answers", { count: data.answers, formatted: formats.number(data.answers) })} ·{" "}
      {t("conversation.tokens", { count: data.total_tokens, formatted: formats.number(data.total_tokens) })} ·{" "}
      {formats.duration(data.duration_ms)}
    </Text>
  );
}
