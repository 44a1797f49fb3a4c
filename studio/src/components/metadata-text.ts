/** A value of metadata as it is written in a filter. */
export function metadataText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
