/** Where the studio and its server are: relative to the page, since the server may be mounted below any path. */

/** The router's base, without a slash at the end: `/studio`, `/minutier/studio`. */
export const studioPath = new URL(document.baseURI).pathname.replace(/\/$/, "");

/** The address of a route of the server: `apiUrl("runs", { limit: 50 })`. */
export function apiUrl(path: string, query?: URLSearchParams): string {
  const url = new URL(`../${path}`, document.baseURI);
  if (query !== undefined) url.search = query.toString();
  return url.href;
}
