/** Where the database is: the `url` option, parsed and checked. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { MinutierError } from "../../errors.ts";

/** An endpoint that we can open. */
export type Endpoint =
  | { kind: "memory" }
  /** `path` is absolute and decoded; `query` is handed to the engine (`?sync=never`). */
  | { kind: "rocksdb"; path: string; query: string }
  /** `rpcUrl` is where the server answers: the driver puts `/rpc` behind the path, if it is not there. */
  | { kind: "remote"; url: string; rpcUrl: string; host: string; port: number };

/** A database: where its engine is, and which of the engine's databases it is. */
export interface DatabaseLocation {
  endpoint: Endpoint;
  namespace: string;
  database: string;
}

const remotePorts: Record<string, number> = { "ws:": 80, "http:": 80, "wss:": 443, "https:": 443 };

/** Parses a `url` option; throws `unsupported_engine` or `invalid_options` with what to do. */
export function parseEndpoint(url: string): Endpoint {
  const scheme = /^([a-z+]+):/i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case "mem":
    case "memory":
      return { kind: "memory" };
    case "rocksdb":
      return parseRocksdb(url);
    case "ws":
    case "wss":
    case "http":
    case "https":
      return parseRemote(url);
    case "surrealkv":
    case "surrealkv+versioned":
      throw new MinutierError(
        "unsupported_engine",
        `The engine of ${showUrl(url)} loses acknowledged writes (SurrealKV 3.0.2: rows are missing after a kill and even after a clean close). Use rocksdb://<path> instead.`,
      );
    default:
      throw new MinutierError(
        "invalid_options",
        `The url ${JSON.stringify(showUrl(url))} names no engine that Minutier opens. Use rocksdb://<path>, mem://, ws(s)://<host> or http(s)://<host>${guess(url)}.`,
      );
  }
}

/** A server's address without its scheme, or with a made-up one. */
function guess(url: string): string {
  const address = /^(?:surreal\w*:\/\/)?([\w.-]+(?::\d+)?)(?:\/rpc)?\/?$/i.exec(url)?.[1];
  return address !== undefined && /^surreal|:\d/i.test(url) ? `: ws://${address} for a server` : "";
}

/** A url without what may be a secret: sign-in details, whatever signs they hold, a query and a fragment. */
function showUrl(url: string): string {
  return url.replace(/^(\w[\w+.-]*:\/*)?[\s\S]*@/, "$1…@").replace(/[?#][\s\S]*$/, "");
}

function parseRocksdb(url: string): Endpoint {
  const [location = "", query = ""] = url.slice("rocksdb:".length).split("?", 2);
  const path = decodePath(location.replace(/^\/\//, ""), url);
  if (path === "") {
    throw new MinutierError(
      "invalid_options",
      `The url ${url} names no folder. Use rocksdb://./data or an absolute path.`,
    );
  }
  if (/[?\u0000]/.test(path)) {
    throw new MinutierError(
      "invalid_options",
      `The path of ${url} holds a character that the engine can't take. Choose another folder.`,
    );
  }
  const parameters = new URLSearchParams(query);
  const sync = parameters.get("sync");
  if (sync !== null && sync !== "every" && sync !== "never") {
    throw new MinutierError(
      "unsupported_engine",
      `rocksdb with sync=${sync} keeps acknowledged writes in memory and loses them when the process ends. Use sync=every (the default).`,
    );
  }
  if (parameters.has("versioned")) {
    throw new MinutierError("unsupported_engine", "rocksdb does not support versioned=true. Leave it out.");
  }
  return { kind: "rocksdb", path: resolve(path.replace(/^~(?=\/|$)/, homedir())), query };
}

/** A path may be written as it is or percent-encoded, as in a URL; the engine itself decodes nothing. */
function decodePath(path: string, url: string): string {
  if (!/%[0-9a-f]{2}/i.test(path)) return path;
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new MinutierError("invalid_options", `The path of ${url} is not valid percent-encoding. Write it as it is.`, {
      cause,
    });
  }
}

function parseRemote(url: string): Endpoint {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The parser's error holds the url, and so perhaps a password.
    throw new MinutierError(
      "invalid_options",
      `The url ${JSON.stringify(showUrl(url))} is not a valid URL. Use ws://<host>:<port>.`,
    );
  }
  const where = `The url of ${parsed.host}`;
  if (parsed.username !== "" || parsed.password !== "") {
    throw new MinutierError(
      "invalid_options",
      `${where} holds sign-in details, which would stand in messages and logs. Give them as the auth option.`,
    );
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    throw new MinutierError(
      "invalid_options",
      `${where} holds a query or a fragment, of which a server makes nothing. Leave out what follows "?" or "#".`,
    );
  }
  const port = parsed.port === "" ? (remotePorts[parsed.protocol] ?? 80) : Number(parsed.port);
  const rpc = new URL(parsed);
  if (!rpc.pathname.endsWith("/rpc")) rpc.pathname = rpc.pathname.replace(/\/?$/, "/rpc");
  return { kind: "remote", url, rpcUrl: rpc.href, host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"), port };
}

/** The default database: on disk, in the folder that the process runs in. */
export const defaultUrl: string = `rocksdb://${join(".", ".minutier")}`;
