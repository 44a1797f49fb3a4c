/** A new session, or one to go on with. */
import { Anchor, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { ComponentKind } from "../../api/components.ts";
import { toAddress } from "../../shell/path-parts.ts";
import { nameOf, useSessions } from "../../api/sessions.ts";

export interface SessionPickerProps {
  kind: ComponentKind;
  name: string;
  sessionId: string | undefined;
  isDisabled: boolean;
  onChange: (sessionId: string | undefined) => void;
}

export function SessionPicker({ kind, name, sessionId, isDisabled, onChange }: SessionPickerProps): React.JSX.Element {
  const { t } = useTranslation();
  const { data } = useSessions({ type: kind, component: name, page: 1 });
  const known = (data?.sessions ?? []).map((session) => ({ value: session.session_id, label: nameOf(session) }));
  const isListed = sessionId === undefined || known.some(({ value }) => value === sessionId);
  // The empty value is a new session: no session has that id.
  const options = [
    { value: "", label: t("tryIt.newSession") },
    ...(isListed ? [] : [{ value: sessionId, label: sessionId }]),
    ...known,
  ];
  return (
    <>
      <Select
        size="xs"
        label={t("tryIt.session")}
        data={options}
        value={sessionId ?? ""}
        onChange={(value) => onChange(value === null || value === "" ? undefined : value)}
        allowDeselect={false}
        disabled={isDisabled}
        searchable
        nothingFoundMessage={t("sessions.nothingFound")}
        w={{ base: "100%", sm: 320 }}
        comboboxProps={{ transitionProps: { duration: 0 } }}
      />
      {sessionId !== undefined && (
        <Anchor component={Link} href={toAddress("sessions", kind, name, sessionId)} size="sm" mb={4}>
          {t("tryIt.openSession")}
        </Anchor>
      )}
    </>
  );
}
