/** Renames and deletes a session, for whoever may write. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import { mayDo, useServerInfo } from "../../api/server-info.ts";
import { deleteSession, renameSession, type SessionKey } from "../../api/sessions.ts";

export interface SessionActionsProps {
  session: SessionKey;
  /** Its name as it is. */
  current: string;
}

export function SessionActions({ session, current }: SessionActionsProps): React.JSX.Element | null {
  const { t } = useTranslation();
  const { data: info } = useServerInfo();
  const [isRenaming, renaming] = useDisclosure(false);
  const [isDeleting, deleting] = useDisclosure(false);
  if (!mayDo(info, "write")) return null;
  return (
    <Group gap="xs">
      <Button variant="default" size="xs" leftSection={<IconPencil size={14} aria-hidden />} onClick={renaming.open}>
        {t("sessions.rename")}
      </Button>
      <Button variant="default" size="xs" leftSection={<IconTrash size={14} aria-hidden />} onClick={deleting.open}>
        {t("sessions.delete")}
      </Button>
      {isRenaming && <Rename session={session} current={current} onClose={renaming.close} />}
      {isDeleting && <Delete session={session} current={current} onClose={deleting.close} />}
    </Group>
  );
}

interface DialogProps extends SessionActionsProps {
  onClose: () => void;
}

function Rename({ session, current, onClose }: DialogProps): React.JSX.Element {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(current);
  const rename = useMutation({
    mutationFn: () => renameSession(session, name.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["session", session.kind, session.name, session.sessionId] });
      await queries.invalidateQueries({ queryKey: ["sessions"] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("sessions.renameTitle")}
      closeButtonProps={{ "aria-label": t("shortcuts.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t("sessions.name")}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={200}
            required
            data-autofocus
            error={rename.error?.message}
          />
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>
            {t("sessions.rename")}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function Delete({ session, current, onClose }: DialogProps): React.JSX.Element {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const remove = useMutation({
    mutationFn: () => deleteSession(session),
    onSuccess: () => {
      navigate(`/sessions?type=${session.kind}`);
      queries.removeQueries({ queryKey: ["session", session.kind, session.name, session.sessionId] });
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("sessions.deleteTitle")}
      closeButtonProps={{ "aria-label": t("shortcuts.close") }}
    >
      <Stack>
        <Text>{t("sessions.deleteHelp", { name: current })}</Text>
        {remove.error !== null && (
          <Text c="var(--mantine-color-error)" role="alert">
            {remove.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("sessions.keep")}
          </Button>
          <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("sessions.delete")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
