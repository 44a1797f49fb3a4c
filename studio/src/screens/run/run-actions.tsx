/** What may be done with a run that is under way. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ask } from "../../api/client.ts";
import { Failure } from "../../shell/failure.tsx";
import type { WholeRun } from "./run-answers.ts";

/** Ends the run, once somebody said so twice. */
export function CancelRun({ run }: { run: WholeRun }): React.JSX.Element {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const cancel = useMutation({
    mutationFn: () => ask(`runs/${encodeURIComponent(run.id)}/cancel`, { method: "POST" }),
    onSuccess: close,
    // It may have ended meanwhile: what stands there now is read either way.
    onSettled: () => queries.invalidateQueries({ queryKey: ["runs", "one", run.id] }),
  });
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        onClick={() => {
          cancel.reset();
          open();
        }}
      >
        {t("run.cancel")}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t("run.cancelTitle")}
        centered
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ "aria-label": t("shortcuts.close") }}
      >
        <Text size="sm" mb="md">
          {t("run.cancelExplanation")}
        </Text>
        {cancel.error !== null && <Failure error={cancel.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close} data-autofocus>
            {t("run.keepRunning")}
          </Button>
          <Button color="red.8" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("run.cancel")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
