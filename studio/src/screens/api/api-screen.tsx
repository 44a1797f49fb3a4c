/** The server's routes, from its own OpenAPI document. */
import "@mantine/core/styles/Accordion.layer.css";
import "@mantine/core/styles/Table.layer.css";
import "./api.css";

import { Accordion, Anchor, Badge, Button, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";

import { apiUrl } from "../../api/base.ts";
import { ask } from "../../api/client.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Failure } from "../../shell/failure.tsx";
import { ScreenLoading } from "../../shell/screen-loading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { filterAttribute } from "../../shell/shortcut-keys.ts";
import { grouped, matches, type OpenApiDocument, type Route, routesOf } from "./open-api.ts";
import { RouteDetail } from "./route-detail.tsx";

export default function ApiScreen(): React.JSX.Element {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => ask<OpenApiDocument>("openapi.json", { signal }),
    staleTime: Infinity,
  });
  const routes = useMemo(() => (data === undefined ? [] : routesOf(data)), [data]);
  const words = search.get("find") ?? "";
  const found = routes.filter((route) => matches(route, words));
  const change = (name: "find" | "route", value: string | null): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <Screen
      title={t("api.title")}
      aside={
        <Text size="sm" c="dimmed" role="status">
          {data === undefined ? "" : t("api.count", { count: found.length })}
        </Text>
      }
    >
      <Text size="sm" mb="sm" maw={860}>
        {t("api.intro")} {t("api.document")}{" "}
        <Anchor href={apiUrl("openapi.json")} size="sm" underline="always">
          openapi.json
        </Anchor>
      </Text>
      {error !== null ? (
        <Failure title={t("api.failed")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <ScreenLoading />
      ) : (
        <Stack gap="md" maw={860}>
          <TextInput
            size="xs"
            type="search"
            label={t("api.search")}
            placeholder={t("api.searchPlaceholder")}
            value={words}
            onChange={({ currentTarget }) => change("find", currentTarget.value)}
            w={{ base: "100%", sm: 300 }}
            {...filterAttribute}
          />
          {found.length === 0 && (
            <EmptyState icon={IconFilterOff} title={t("api.none")} help={t("api.noneHelp")}>
              <Button variant="default" onClick={() => change("find", null)}>
                {t("api.clear")}
              </Button>
            </EmptyState>
          )}
          {[...grouped(found)].map(([group, members]) => (
            <section key={group} aria-label={t("api.routesOf", { group })}>
              <Title order={2} size="h4" mb="xs">
                {group}
              </Title>
              <Routes
                routes={members}
                isProtected={data.security !== undefined}
                open={search.get("route")}
                onOpen={(key) => change("route", key)}
              />
            </section>
          ))}
        </Stack>
      )}
    </Screen>
  );
}

interface RoutesProps {
  routes: readonly Route[];
  isProtected: boolean;
  open: string | null;
  onOpen: (key: string | null) => void;
}

function Routes({ routes, isProtected, open, onOpen }: RoutesProps): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Accordion
      variant="contained"
      radius="sm"
      order={3}
      value={routes.some(({ key }) => key === open) ? open : null}
      onChange={onOpen}
      transitionDuration={0}
      classNames={{ label: "api-route", item: "api-item" }}
    >
      {routes.map((route) => (
        <Accordion.Item key={route.key} value={route.key}>
          <Accordion.Control>
            <span className="api-method" data-method={route.method}>
              {route.method}
            </span>{" "}
            <span className="api-path">{route.path}</span>
            <Text span size="xs" c="dimmed" display="block" lang="en">
              {route.summary}
            </Text>
          </Accordion.Control>
          <Accordion.Panel>
            {route.key === open && (
              <>
                {route.isOpen && (
                  <Badge variant="default" radius="sm" tt="none" mb="xs">
                    {t("api.noKey")}
                  </Badge>
                )}
                <RouteDetail route={route} isProtected={isProtected} />
              </>
            )}
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
