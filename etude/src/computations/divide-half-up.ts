/**
 * The quotient of two whole numbers rounded half-up, exactly: the operands are bigints because cents × basis points
 * passes 2^53 for a large building, and a rounded product would round the cent wrongly.
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n || denominator <= 0n) throw new RangeError("un montant négatif ne se répartit pas");
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/** @throws RangeError unless the amount is a whole, non-negative number of cents. */
export function requireCents(cents: number, name: string): void {
  if (!Number.isSafeInteger(cents) || cents < 0) {
    throw new RangeError(`${name} : ${cents} n'est pas un nombre entier de cents, positif ou nul`);
  }
}
