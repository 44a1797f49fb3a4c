/** What a generator of dossiers is. */
import type { Random } from "./random.ts";
import type { FaultName } from "./story/faults.ts";
import type { Pool, StoryWish } from "./story/make-story.ts";
import type { Paper } from "./story/plan.ts";
import type { GeneratorName, Layout, WrittenFact } from "./truth.ts";

export interface DossierWish extends StoryWish {
  faults: FaultName[];
}

export interface WrittenPaper {
  /** The file's name, with its extension. */
  name: string;
  layout: Layout;
  bytes: Uint8Array;
  pages: WrittenFact[][];
}

/** Where a paper stands, from 0: the layouts take turns. */
export interface Place {
  dossier: number;
  paper: number;
}

export interface Generator {
  name: GeneratorName;
  pool: Pool;
  dossiers: DossierWish[];
  write(paper: Paper, place: Place, random: Random): Promise<WrittenPaper>;
}
