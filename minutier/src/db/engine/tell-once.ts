/** Warnings of the process, each told once, whichever copy of this library tells it. */

const toldKey = Symbol.for("minutier.told");

/** Emits it with `process.emitWarning`, under a code by which a program can know it. */
export function tellOnce(code: `MINUTIER_${string}`, message: string): void {
  const told = ((globalThis as { [toldKey]?: Set<string> })[toldKey] ??= new Set());
  if (told.has(message)) return;
  told.add(message);
  process.emitWarning(message, { type: "MinutierWarning", code });
}
