/** Ways to make papers of a dossier disagree, or to take them away. */
import type { DocumentKind } from "../truth.ts";
import type { Paper, Plan } from "./plan.ts";
import type { Person, Story } from "./story.ts";

/** What is wrong, as a change of what papers say: a dossier with one fault is wrong in one way. */
export interface Fault {
  /** The rule of section 3.2 that must tell of it. */
  rule: string;
  /** Rules that rightly tell of it too. */
  also?: string[];
  /** Changes the plan, and gives the papers that show it; none where something is missing. */
  plant(plan: Plan): Paper[];
}

/** These papers say something else than the others. */
export function alter(plan: Plan, kinds: DocumentKind[], change: (story: Story, paper: Paper) => void): Paper[] {
  return alterPapers(plan.papers.filter(({ kind }) => kinds.includes(kind)), change); // prettier-ignore
}

export function alterPapers(papers: Paper[], change: (story: Story, paper: Paper) => void): Paper[] {
  for (const paper of papers) {
    change(paper.story, paper);
    touch(paper);
  }
  return papers;
}

/** Every paper says so; the fault shows on these. */
export function alterAll(plan: Plan, kinds: DocumentKind[], change: (story: Story) => void): Paper[] {
  for (const { story } of plan.papers) change(story);
  change(plan.story);
  return plan.papers.filter(({ kind }) => kinds.includes(kind)).map(touch);
}

export function drop(plan: Plan, kind: DocumentKind): Paper[] {
  plan.papers = plan.papers.filter((paper) => paper.kind !== kind);
  return [];
}

export function omit(plan: Plan, kind: DocumentKind, mention: Story["omit"] extends Set<infer M> ? M : never): Paper[] {
  return alter(plan, [kind], (story) => {
    story.omit.add(mention);
  });
}

export function touch(paper: Paper): Paper {
  paper.touched = true;
  return paper;
}

export function firstIdentity(plan: Plan): Paper {
  return plan.papers.find(({ kind }) => kind === "piece_identite")!;
}

/** Another letter in the family name, as a clerk mistypes it. */
export function misspell(person: Person): void {
  const vowels = "aeiouy";
  const letters = Array.from(person.family);
  const at = letters.findLastIndex((letter) => vowels.includes(letter));
  letters[at] = vowels[(vowels.indexOf(letters[at]!) + 1) % 3]!;
  person.family = letters.join("");
}

export function swapLotDigits({ immovable, survey }: Story): void {
  const change = (lot: string): string => `${lot.slice(0, 4)}${lot[5]}${lot[4]}${(Number(lot[6]) + 1) % 10}`;
  immovable.lots = [change(immovable.lots[0]!), ...immovable.lots.slice(1)];
  survey.lots = immovable.lots;
}

/** Who owned before owns still. */
export function strangerTo(story: Story): Pick<Person, "given" | "family"> {
  const { given, family } = story.surveyor;
  return { given: given === "Guy" ? "Luc" : given, family };
}

export function shiftYear(date: string, years: number): string {
  return `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;
}
