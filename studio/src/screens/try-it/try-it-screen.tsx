/** Talks with an agent or a team, or starts a workflow. */
import { Alert, Select, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Redirect, useLocation, useSearchParams } from "wouter";

import { type Component, componentKinds, useComponents } from "../../api/components.ts";
import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { Failure } from "../../shell/failure.tsx";
import { toAddress, usePathParts } from "../../shell/path-parts.ts";
import { Screen } from "../../shell/screen.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { filterAttribute } from "../../shell/shortcut-keys.ts";
import { Chat } from "./chat.tsx";
import { type Choice, useRemembered } from "./remembered.ts";
import { WorkflowStart } from "./workflow-start.tsx";

export default function TryItScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const [, kind, name] = usePathParts();
  const { data: components, error, refetch } = useComponents();
  const { last } = useRemembered();
  const chosen = components?.find((each) => each.kind === kind && each.name === name);
  const remembered = components?.find((each) => each.kind === last?.kind && each.name === last.name);
  if (kind === undefined && last !== undefined && remembered !== undefined)
    return <Redirect to={addressOf(last)} replace />;
  return (
    <Screen title={t("tryIt.title")} fills={chosen !== undefined && chosen.kind !== "workflow"}>
      {error !== null ? (
        <Failure title={t("tryIt.failed")} error={error} onRetry={() => void refetch()} />
      ) : components === undefined ? (
        <ScreenLoading />
      ) : components.length === 0 ? (
        <Alert icon={<IconInfoCircle aria-hidden />} title={t("tryIt.nothing")}>
          {t("tryIt.nothingHelp")}
        </Alert>
      ) : (
        <>
          <Picker components={components} chosen={chosen} />
          {chosen !== undefined ? (
            <Chosen key={`${chosen.kind}/${chosen.name}`} component={chosen} />
          ) : name !== undefined ? (
            <Alert color="red" role="alert">
              {t("tryIt.unknown", { name })}
            </Alert>
          ) : (
            <Text>{t("tryIt.choose")}</Text>
          )}
        </>
      )}
    </Screen>
  );
}

function addressOf({ kind, name, sessionId }: Choice): string {
  const address = toAddress("try", kind, name);
  return sessionId === undefined ? address : `${address}?session=${encodeURIComponent(sessionId)}`;
}

interface PickerProps {
  components: readonly Component[];
  chosen: Component | undefined;
}

function Picker({ components, chosen }: PickerProps): React.JSX.Element {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { sessionOf } = useRemembered();
  const groups = componentKinds
    .map((kind) => ({
      group: t(`sessions.${kind}s`),
      items: components
        .filter((each) => each.kind === kind)
        .map(({ name }) => ({ value: JSON.stringify([kind, name]), label: name })),
    }))
    .filter(({ items }) => items.length > 0);
  return (
    <Select
      label={t("tryIt.with")}
      description={chosen?.description}
      placeholder={t("tryIt.choosePlaceholder")}
      data={groups}
      value={chosen === undefined ? null : JSON.stringify([chosen.kind, chosen.name])}
      onChange={(value) => {
        if (value === null) return;
        const [kind, name] = JSON.parse(value) as [Component["kind"], string];
        navigate(addressOf({ kind, name, sessionId: sessionOf(kind, name) }));
      }}
      allowDeselect={false}
      searchable
      nothingFoundMessage={t("sessions.nothingFound")}
      maw="30rem"
      mb="md"
      style={{ flex: "none" }}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      {...filterAttribute}
    />
  );
}

function Chosen({ component: { kind, name } }: { component: Component }): React.JSX.Element {
  const { t } = useTranslation();
  const { data: info } = useServerInfo();
  const { remember } = useRemembered();
  const [search, setSearch] = useSearchParams();
  const sessionId = search.get("session") ?? undefined;
  useEffect(() => remember({ kind, name, sessionId }), [remember, kind, name, sessionId]);
  const setSessionId = (session: string | undefined, replace = false): void =>
    setSearch(session === undefined ? {} : { session }, { replace });
  if (!mayDo(info, "run")) return <Alert variant="default">{t("tryIt.mayNot")}</Alert>;
  const props = { name, sessionId, onSession: setSessionId };
  return kind === "workflow" ? <WorkflowStart {...props} /> : <Chat kind={kind} {...props} />;
}
