/** The language, the colours, the shortcuts and the key, at the header's end. */
import { ActionIcon, Button, Group, Menu, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconKeyboard, IconLockOff, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { forgetKey, useConnection } from "../api/connection.ts";
import { chooseLanguage } from "../locales/language.ts";

export function HeaderTools({ onShortcuts }: { onShortcuts: () => void }): React.JSX.Element {
  const { t, i18n } = useTranslation();
  const { key } = useConnection();
  const other = i18n.language === "fr" ? "en" : "fr";
  return (
    <Group ml="auto" gap={4} wrap="nowrap">
      {key !== null && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t("shell.forgetKey")}
          title={t("shell.forgetKey")}
          onClick={forgetKey}
        >
          <IconLockOff size={18} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        visibleFrom="sm"
        aria-label={t("shell.shortcuts")}
        title={t("shell.shortcuts")}
        onClick={onShortcuts}
      >
        <IconKeyboard size={18} aria-hidden />
      </ActionIcon>
      <SchemeMenu />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        lang={other}
        title={t("shell.languageLabel")}
        onClick={() => void chooseLanguage(other)}
      >
        {t("shell.language")}
      </Button>
    </Group>
  );
}

const schemes = [
  ["auto", "shell.schemeAuto", IconDeviceDesktop],
  ["light", "shell.schemeLight", IconSun],
  ["dark", "shell.schemeDark", IconMoon],
] as const;

function SchemeMenu(): React.JSX.Element {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = schemes.find(([scheme]) => scheme === colorScheme)?.[2] ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("shell.scheme")} title={t("shell.scheme")}>
          <Current size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(([scheme, label, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setColorScheme(scheme)}
            {...(scheme === colorScheme ? { "aria-current": true } : {})}
          >
            {t(label)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
