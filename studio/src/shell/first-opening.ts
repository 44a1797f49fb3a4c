let isFirst = true;

/** Whether this is the first screen that the page shows; true once. */
export function takeFirstOpening(): boolean {
  const was = isFirst;
  isFirst = false;
  return was;
}
