/** What stands around every screen. */
import { Alert, AppShell, Badge, Burger, Group, NavLink, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconActivity,
  IconApi,
  IconChartHistogram,
  IconDatabaseSearch,
  IconHourglassHigh,
  IconMessages,
  IconPlayerPlay,
  IconPlugConnectedX,
} from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import { useConnection } from "../api/connection.ts";
import type { ServerInfo } from "../api/answers.ts";
import { mayDo, useServerInfo } from "../api/server-info.ts";
import { CrashBoundary } from "./crash.tsx";
import { HeaderTools } from "./header-tools.tsx";
import { Logo } from "./logo.tsx";
import { useShortcutKeys } from "./shortcut-keys.ts";
import { useWaitingCount } from "./waiting-count.ts";

const KeyEntry = lazy(() => import("./key-entry.tsx"));
const ShortcutList = lazy(() => import("./shortcut-list.tsx"));

export function Shell({ children }: { children: ReactNode }): React.JSX.Element {
  const { t } = useTranslation();
  const [location] = useLocation();
  const [isMenuOpen, menu] = useDisclosure(false);
  const [areShortcutsOpen, shortcuts] = useDisclosure(false);
  const { isLost, wantsKey } = useConnection();
  useShortcutKeys(shortcuts.open);
  const closeMenu = menu.close;
  useEffect(closeMenu, [location, closeMenu]);
  return (
    <>
      <a className="skip-link" href="#content" onClick={focusContent}>
        {t("shell.skip")}
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !isMenuOpen } }}
        padding="md"
        transitionDuration={0}
      >
        <AppShell.Header>
          <Group h="100%" px="md" gap="sm" wrap="nowrap">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("shell.menu")}
              aria-expanded={isMenuOpen}
            />
            <Logo />
            <Text fw={700} size="lg" component="span">
              {t("product")}
            </Text>
            <HeaderTools onShortcuts={shortcuts.open} />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={t("shell.navigation")}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} className="content">
          {isLost && (
            <Alert
              color="orange"
              variant="light"
              mb="sm"
              py="xs"
              role="status"
              icon={<IconPlugConnectedX size={18} aria-hidden />}
              className="connection-lost"
            >
              {t("connection.lost")}
            </Alert>
          )}
          {wantsKey === null && <CrashBoundary address={location}>{children}</CrashBoundary>}
        </AppShell.Main>
      </AppShell>
      <Suspense>
        {wantsKey !== null && <KeyEntry />}
        {areShortcutsOpen && <ShortcutList onClose={shortcuts.close} />}
      </Suspense>
    </>
  );
}

function Navigation(): React.JSX.Element {
  const { t } = useTranslation();
  const waiting = useWaitingCount();
  const { data: info } = useServerInfo();
  const badge =
    waiting === 0 ? undefined : (
      <Badge
        circle={waiting < 10}
        color="cyan"
        variant="filled"
        aria-label={t("shell.waitingCount", { count: waiting })}
      >
        {waiting}
      </Badge>
    );
  return (
    <>
      <NavigationLink href="/runs" label={t("shell.runs")} icon={<IconActivity size={18} aria-hidden />} />
      <NavigationLink href="/sessions" label={t("shell.sessions")} icon={<IconMessages size={18} aria-hidden />} />
      <NavigationLink
        href="/statistics"
        label={t("shell.statistics")}
        icon={<IconChartHistogram size={18} aria-hidden />}
      />
      <NavigationLink
        href="/waiting"
        label={t("shell.waiting")}
        icon={<IconHourglassHigh size={18} aria-hidden />}
        badge={badge}
      />
      {mayDo(info, "run") && (
        <NavigationLink href="/try" label={t("shell.tryIt")} icon={<IconPlayerPlay size={18} aria-hidden />} />
      )}
      {info?.query === true && (
        <NavigationLink href="/query" label={t("shell.query")} icon={<IconDatabaseSearch size={18} aria-hidden />} />
      )}
      <NavigationLink href="/api" label={t("shell.api")} icon={<IconApi size={18} aria-hidden />} />
      <Versions info={info} />
    </>
  );
}

/** What one is asked for first when something is wrong. */
function Versions({ info }: { info: ServerInfo | undefined }): React.JSX.Element | null {
  const { t } = useTranslation();
  if (info?.version === undefined) return null;
  return (
    <Text size="xs" c="dimmed" mt="auto" px="sm" component="p" mb={0}>
      {t("shell.minutierVersion", { version: info.version })}
      <br />
      {info.engine_version && t("shell.engineVersion", { version: info.engine_version })}
      {info.engine_tested === false && `, ${t("shell.engineUntested")}`}
    </Text>
  );
}

interface NavigationLinkProps {
  href: string;
  label: string;
  icon: ReactNode;
  badge?: ReactNode;
}

function NavigationLink({ href, label, icon, badge }: NavigationLinkProps): React.JSX.Element {
  const [location] = useLocation();
  const isCurrent = location === href || location.startsWith(`${href}/`);
  return (
    <NavLink
      component={Link}
      href={href}
      className="navigation-link"
      label={label}
      leftSection={icon}
      rightSection={badge}
      active={isCurrent}
      {...(isCurrent ? { "aria-current": "page" as const } : {})}
    />
  );
}

/** A link to `#content` would be another address to the router. */
function focusContent(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
