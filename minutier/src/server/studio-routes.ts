/** `/studio`: the studio's files, as they were built beside this code. They hold no data, and need no key. */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { type Context, Hono } from "hono";

import type { ServerEnv } from "./authentication.ts";
import { HttpError } from "./http-error.ts";

/** Of the sources as of what is built from them. */
const folder = fileURLToPath(new URL("../../dist/studio/", import.meta.url));

/** The place of a page's nonce in index.html. */
const noncePlace = /STUDIO_NONCE/g;

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".woff2": "font/woff2",
};

/** A file in memory: there are few, and nothing of an address reaches the file system. */
interface StudioFile {
  type: string;
  content: Buffer;
  gzipped: Promise<Buffer>;
}

/** The routes of the studio's files. */
export function studioRoutes(): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  let loading: Promise<ReadonlyMap<string, StudioFile>> | undefined;
  app.get("/*", async (c) => {
    const files = await (loading ??= loadFiles(folder));
    const index = files.get("index.html");
    if (index === undefined) throw new HttpError(404, "The studio was not built with this server.");
    const { pathname } = new URL(c.req.url);
    const below = /^.*?\/studio(?:\/(.*))?$/.exec(pathname)?.[1];
    // Relative, because a proxy may have taken a part of the address away. Below "…/studio" nothing is found.
    if (below === undefined) return c.redirect("studio/", 308);
    const file = files.get(below);
    if (file === undefined || below === "index.html") return page(c, index, below);
    // A file's name has the hash of its content.
    if (below.startsWith("assets/")) c.header("Cache-Control", "public, max-age=31536000, immutable");
    return answer(c, file);
  });
  return app;
}

/** index.html for any address below: which screen it is, or that there is none, the page says. */
function page(c: Context, { type, content }: StudioFile, below: string): Response {
  if (below.startsWith("assets/")) throw new HttpError(404, "The studio has no such file.");
  const nonce = randomBytes(16).toString("base64");
  const depth = below.split("/").length - 1;
  const html = content
    .toString("utf8")
    .replace(/<base href="[^"]*"/, `<base href="${"../".repeat(depth) || "./"}"`)
    .replaceAll(noncePlace, nonce);
  c.header(
    "Content-Security-Policy",
    [
      "default-src 'none'",
      "script-src 'self'",
      // A style in the page needs the nonce; the browser's own objects may set styles of elements.
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  );
  c.header("Cache-Control", "no-cache");
  return c.body(html, 200, { "Content-Type": type });
}

async function answer(c: Context, { type, content, gzipped }: StudioFile): Promise<Response> {
  c.header("Content-Type", type);
  c.header("Vary", "Accept-Encoding", { append: true });
  if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(new Uint8Array(content));
  c.header("Content-Encoding", "gzip");
  return c.body(new Uint8Array(await gzipped));
}

async function loadFiles(from: string): Promise<Map<string, StudioFile>> {
  const files = new Map<string, StudioFile>();
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    const type = types[extname(entry.name)] ?? "application/octet-stream";
    const name = path.slice(from.length).replaceAll("\\", "/");
    files.set(name, { type, content, gzipped: promisify(gzip)(content) });
  }
  return files;
}
