/** Where a question is written, with files. Enter sends it, Shift+Enter begins a line. */
import { ActionIcon, Button, FileButton, Group, Pill, Text, Textarea } from "@mantine/core";
import { useSessionStorage } from "@mantine/hooks";
import { IconPaperclip, IconPlayerStopFilled, IconSend } from "@tabler/icons-react";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import classes from "./try-it.module.css";

export interface ComposerProps {
  /** Names what was written and not sent: it stays when the server asks for a key. */
  id: string;
  isBusy: boolean;
  onSend: (text: string, files: readonly File[]) => Promise<boolean>;
  onStop: () => Promise<void>;
}

export function Composer({ id, isBusy, onSend, onStop }: ComposerProps): React.JSX.Element {
  const { t } = useTranslation();
  const [text, setText] = useSessionStorage({
    key: `minutier-draft/${id}`,
    defaultValue: "",
    getInitialValueInEffect: false,
  });
  const [files, setFiles] = useState<File[]>([]);
  const [problem, setProblem] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const resetFiles = useRef<() => void>(null);
  const isEmpty = text.trim() === "";

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isEmpty || isBusy) return;
    const [sentText, sentFiles] = [text, files];
    setFiles([]);
    resetFiles.current?.();
    setProblem("");
    // The text stays until the server has taken it, and is only hidden meanwhile.
    const sending = onSend(sentText, sentFiles);
    if (await sending) setText((current) => (current === sentText ? "" : current));
    else setFiles(sentFiles);
  };
  const stop = (): void => {
    // The button goes with the answer, and the focus would go with it.
    field.current?.focus();
    onStop().catch((error: unknown) => setProblem((error as Error).message));
  };
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} className={classes.composer}>
      {files.length > 0 && (
        <Group gap={6} mb={6}>
          {files.map((file) => (
            <Pill
              key={`${file.name} ${file.size} ${file.lastModified}`}
              withRemoveButton
              removeButtonProps={{
                "aria-label": t("tryIt.removeFile", { name: file.name }),
                "aria-hidden": false,
                tabIndex: 0,
              }}
              onRemove={() => setFiles(files.filter((each) => each !== file))}
            >
              {file.name}
            </Pill>
          ))}
        </Group>
      )}
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <FileButton multiple onChange={(added) => setFiles([...files, ...added])} resetRef={resetFiles}>
          {(props) => (
            <ActionIcon
              {...props}
              type="button"
              variant="default"
              size={36}
              aria-label={t("tryIt.addFiles")}
              title={t("tryIt.addFiles")}
              disabled={isBusy}
            >
              <IconPaperclip size={18} aria-hidden />
            </ActionIcon>
          )}
        </FileButton>
        <Textarea
          ref={field}
          aria-label={t("tryIt.question")}
          placeholder={t("tryIt.questionPlaceholder")}
          value={isBusy ? "" : text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            // While a word is being composed, Enter belongs to it.
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            form.current?.requestSubmit();
          }}
          readOnly={isBusy}
          autosize
          minRows={1}
          maxRows={8}
          className={classes.question}
        />
        {isBusy ? (
          <Button
            type="button"
            color="red.9"
            leftSection={<IconPlayerStopFilled size={16} aria-hidden />}
            onClick={stop}
          >
            {t("tryIt.stop")}
          </Button>
        ) : (
          <Button type="submit" leftSection={<IconSend size={16} aria-hidden />} disabled={isEmpty}>
            {t("tryIt.send")}
          </Button>
        )}
      </Group>
      <Text size="xs" c={problem === "" ? "dimmed" : "var(--mantine-color-error)"} mt={4}>
        {problem === "" ? t(isBusy ? "tryIt.leaving" : "tryIt.keys") : problem}
      </Text>
    </form>
  );
}
