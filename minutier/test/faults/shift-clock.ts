/** Makes this process's clock wrong. */
export function shiftClock(skewMs: number): void {
  const now = Date.now.bind(Date);
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given: [] | [number]) {
      super(...((given.length === 0 ? [now() + skewMs] : given) as [number]));
    }
    static override now(): number {
      return now() + skewMs;
    }
  } as DateConstructor;
}
