/** A dossier to write under `etude/sample/`. */
export interface SampleDossier {
  folder: string;
  /** The content of `dossier.json`. */
  context: { type: "vente"; municipalite: string; date: string };
  /** By file name, in the order in which a person reads them. */
  documents: Record<string, () => Promise<Uint8Array>>;
}
