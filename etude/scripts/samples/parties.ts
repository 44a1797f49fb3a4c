/** The people of a sample, and how a document presents them. */

export interface Person {
  title: "M." | "Mme";
  name: string;
  /** For the boxes at the foot of the pages. */
  initials: string;
}

export interface Amount {
  /** « 725 000,00 $ » */
  figures: string;
  /** « SEPT CENT VINGT-CINQ MILLE DOLLARS » */
  words: string;
}

/** « M. Jean-Pierre X et Mme Marie-Claude Y » */
export function nameTogether(people: Person[], { bold = false } = {}): string {
  return people.map(({ title, name }) => `${title} ${bold ? `**${name}**` : name}`).join(" et ");
}

/** « QUATRE CENT MILLE DOLLARS (400 000,00 $) » */
export function inWordsAndFigures({ figures, words }: Amount): string {
  return `${words} (${figures})`;
}
