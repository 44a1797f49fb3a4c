import type { en } from "./en.ts";

export const fr: typeof en = {
  title: "Exécution",
  back: "Toutes les exécutions",
};
