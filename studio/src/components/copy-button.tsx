/** Copies a text, and says so. */
import { ActionIcon, Button, VisuallyHidden } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconClipboardX, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export interface CopyButtonProps {
  /** Made when it is asked for, since it may be long. */
  value: string | (() => string);
  /** What is copied: "Copy the id". */
  label: string;
  /** The label is written, not only read out. */
  withText?: boolean;
}

export function CopyButton({ value, label, withText = false }: CopyButtonProps): React.JSX.Element {
  const { t } = useTranslation();
  const { copied, error, copy } = useClipboard();
  const Icon = error !== null ? IconClipboardX : copied ? IconCheck : IconCopy;
  // A page that is not served over https or from this machine has no clipboard.
  const said = error !== null ? t("copy.failed") : copied ? t("copy.done") : "";
  const onClick = (event: React.MouseEvent): void => {
    event.stopPropagation();
    copy(typeof value === "string" ? value : value());
  };
  const title = said === "" ? label : said;
  return (
    <>
      {withText ? (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<Icon size={14} aria-hidden />}
          title={title}
          onClick={onClick}
        >
          {label}
        </Button>
      ) : (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} title={title} onClick={onClick}>
          <Icon size={15} aria-hidden />
        </ActionIcon>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
