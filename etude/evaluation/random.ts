/** Chance that a seed repeats: the same seed gives the same dossiers on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** From `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<T>(values: readonly T[]): T;
  /** All of them, in another order. */
  shuffle<T>(values: readonly T[]): T[];
  digits(count: number): string;
}

/** The words of the seed make the stream: `createRandom(1, "vente-1")` never depends on what was drawn before. */
export function createRandom(seed: number, ...names: string[]): Random {
  let state = hash(`${seed}/${names.join("/")}`);
  const next = (): number => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    integer,
    pick: (values) => values[integer(0, values.length - 1)]!,
    shuffle: (values) => {
      const rest = [...values];
      return values.map(() => rest.splice(integer(0, rest.length - 1), 1)[0]!);
    },
    digits: (count) => Array.from({ length: count }, () => integer(0, 9)).join(""),
  };
}

function hash(text: string): number {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.codePointAt(0)!, 16777619);
  return value | 0;
}
