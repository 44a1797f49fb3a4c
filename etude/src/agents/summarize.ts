import type { ChecklistItem, ItemStatus } from "../checklist.ts";

const words: Record<ItemStatus, [one: string, many: string]> = {
  alerte: ["alerte", "alertes"],
  manquant: ["élément manquant", "éléments manquants"],
  a_verifier: ["point à vérifier", "points à vérifier"],
  conforme: ["point conforme", "points conformes"],
  non_applicable: ["règle non applicable", "règles non applicables"],
};

/** Counts by status, in French: no score, for the notary decides. */
export function summarize(items: readonly ChecklistItem[]): string {
  const parts = (Object.keys(words) as ItemStatus[]).flatMap((status) => {
    const count = items.filter((item) => item.status === status).length;
    return count === 0 ? [] : [`${count} ${words[status][count === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? "Aucune règle n'a été appliquée." : `${parts.join(", ")}. À valider par le notaire.`;
}
