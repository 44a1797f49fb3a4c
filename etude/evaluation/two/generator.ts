import type { Generator } from "../generator.ts";
export const generatorTwo: Generator = { name: "two", pool: undefined as never, dossiers: [], write: undefined as never };
