/** Asks for the server's key when it answers 401. */
import "@mantine/core/styles/PasswordInput.layer.css";

import { Button, Modal, PasswordInput, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { giveKey, useConnection } from "../api/connection.ts";

export default function KeyEntry(): React.JSX.Element {
  const { t } = useTranslation();
  const { wantsKey } = useConnection();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    giveKey(key.trim());
    setKey("");
    void queries.resetQueries();
  };
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t("key.title")}
      centered
    >
      <form onSubmit={submit}>
        <Text size="sm" mb="md">
          {t("key.explanation")}
        </Text>
        <PasswordInput
          label={t("key.label")}
          value={key}
          onChange={({ currentTarget }) => setKey(currentTarget.value)}
          error={wantsKey === "refused" ? t("key.refused") : undefined}
          autoComplete="off"
          data-autofocus
          required
          withAsterisk={false}
        />
        <Button type="submit" mt="md" fullWidth>
          {t("key.submit")}
        </Button>
      </form>
    </Modal>
  );
}
