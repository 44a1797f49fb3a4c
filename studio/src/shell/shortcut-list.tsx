/** The list of the keys that work on every screen. */
import "@mantine/core/styles/Kbd.layer.css";
import "@mantine/core/styles/Table.layer.css";

import { Kbd, Modal, Table } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

export default function ShortcutList({ onClose }: { onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  // The modal window gives the focus back when it closes, not when it goes.
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const rows = [
    [["/"], t("shortcuts.filter")],
    [["↓", "↑"], t("shortcuts.rows")],
    [["Home", "End"], t("shortcuts.ends")],
    [["Enter"], t("shortcuts.open")],
    [["?"], t("shortcuts.help")],
    [["Esc"], t("shortcuts.close")],
  ] as const;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("shortcuts.title")}
      closeButtonProps={{ "aria-label": t("shortcuts.close") }}
    >
      <Table>
        <Table.Tbody>
          {rows.map(([keys, meaning]) => (
            <Table.Tr key={meaning}>
              <Table.Td>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
