import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useFormats } from "../../locales/formats.ts";
import type { Usage } from "./run-answers.ts";

/** Tokens in all, and how many were read and written. */
export function TokenCount({ usage }: { usage: Usage }): React.JSX.Element {
  const { t } = useTranslation();
  const formats = useFormats();
  const [input, output] = [formats.number(usage.input_tokens), formats.number(usage.output_tokens)];
  return (
    <>
      {formats.number(usage.total_tokens)}
      <Text span size="xs" c="dimmed">
        {t("run.tokensInOut", { input, output })}
      </Text>
    </>
  );
}
