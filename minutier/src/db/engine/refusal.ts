/** Why there is no connection: the causes that a socket knows, each as one sentence and what to do. */
import type { IncomingMessage } from "node:http";

import { errorMessage, MinutierError } from "../../errors.ts";
import type { Endpoint } from "./endpoint.ts";

/** What happened and what to do; the second is a sentence of its own. */
type Refusal = readonly [what: string, cure: string];

/** An answer that no SurrealDB server gives. */
export class NotSurreal extends Error {
  override readonly name = "NotSurreal";
  readonly status: number | undefined;
  readonly cure: string;

  constructor([what, cure]: Refusal, status?: number) {
    super(what);
    this.cure = cure;
    this.status = status;
  }

  /** An answer of HTTP instead of the one that was asked for. */
  static byStatus({ statusCode = 0, headers }: IncomingMessage): NotSurreal {
    const answered = `it answered with HTTP ${statusCode}`;
    if (statusCode >= 300 && statusCode < 400) {
      return new NotSurreal(
        [`${answered}, which leads elsewhere${originOf(headers.location)}`, "Give the address that it leads to"],
        statusCode,
      );
    }
    if (statusCode >= 500) {
      return new NotSurreal(
        [`${answered}`, "The server may be starting, or a proxy can't reach it: look at its log"],
        statusCode,
      );
    }
    const cure = cures[statusCode] ?? listening;
    return new NotSurreal([answered, cure], statusCode);
  }
}

const listening = "Check that a SurrealDB server listens there";

const cures: Readonly<Record<number, string>> = {
  401: "A proxy there asks for a sign-in of its own: give the address of the server behind it",
  403: "A proxy or the server's --deny-http option forbids it: allow the path /rpc",
  404: "There is no /rpc below that path: give the server's address, with no path but the one that a proxy adds",
  426: "It wants another protocol: check that a SurrealDB server listens there, and that proxies pass WebSockets on",
};

export const notSurreal: Refusal = ["what answers there is no SurrealDB server", "Check host and port"];
export const closedSilently: Refusal = ["the connection was closed without an answer", listening];

/** By the code that the socket, TLS, the HTTP parser or the WebSocket gives, or by the text where there is none. */
const causes: readonly (readonly [cause: RegExp, refusal: Refusal])[] = [
  [/^ECONNREFUSED/, ["nothing listens there", "Start the SurrealDB server, or correct host and port"]],
  [/^ENOTFOUND/, ["no such host is known", "Correct the host's name"]],
  [/^EAI_/, ["the host's name could not be looked up", "Check the network and its name server"]],
  [/^(EHOST|ENET|EADDRNOTAVAIL|EACCES|EPERM)/, ["there is no way to it", "Check the address and the network"]],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)/, closedSilently],
  [/^CERT_HAS_EXPIRED/, ["its certificate has expired", "Renew the server's certificate"]],
  [/^CERT_NOT_YET_VALID/, ["its certificate is not valid yet", "Check the clocks"]],
  [/^ERR_TLS_CERT_ALTNAME_INVALID/, ["its certificate is another host's", "Use a name that the certificate holds"]],
  [
    /^(\w*SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA)/,
    [
      "nobody whom this process trusts vouches for its certificate",
      "Start the process with NODE_EXTRA_CA_CERTS=<file of the authority's certificate>",
    ],
  ],
  [
    /^(EPROTO|ERR_SSL_).*(wrong.version.number|packet.length|http.request|record.layer)/i,
    ["it does not speak TLS", "Use ws:// or http:// if the server has no certificate"],
  ],
  [/^(EPROTO|ERR_SSL_|ERR_TLS_)/, ["the TLS handshake failed", "Check the server's certificate and TLS versions"]],
  [/^HPE_/, ["it does not speak HTTP", listening]],
  [/subprotocol/i, ["it speaks another WebSocket protocol than SurrealDB's cbor", listening]],
  [/^WS_ERR_|Sec-WebSocket|Upgrade header/i, ["it does not speak the WebSocket protocol", listening]],
];

/** The failure of an opening in our words; `wantsTls` when the address was seen to speak TLS, and the url does not. */
export function explainRefusal(
  error: unknown,
  { url }: Endpoint & { kind: "remote" },
  wantsTls: boolean,
): MinutierError {
  const [what, cure] = wantsTls ? useTls(url) : refusalOf(error);
  return new MinutierError("connection_failed", `${url} can't be opened: ${what}. ${cure}.`, { cause: error });
}

function useTls(url: string): Refusal {
  return ["it speaks TLS, and the url does not", `Use ${url.replace(/^(ws|http)/i, "$1s")}`];
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof NotSurreal) return [error.message, error.cure];
  const code = codeOf(error);
  const found = causes.find(([pattern]) => pattern.test(`${code} ${errorMessage(error)}`.trim()));
  const [what, cure] = found?.[1] ?? [errorMessage(error), listening];
  return [code === "" ? what : `${what} (${code})`, cure];
}

/** Whether it ended as a TLS port may end a connection that speaks plainly. */
export function wasCutOff(error: unknown): boolean {
  if (error instanceof NotSurreal) return error.status === 400 || error.message === closedSilently[0];
  return /^(ECONNRESET|EPIPE|ECONNABORTED|HPE_)/.test(codeOf(error));
}

/** A name with several addresses fails with the errors of all. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  if (typeof code === "string") return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : "";
}

/** Of where a redirect leads: a query may hold a secret. */
function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? `, to ${new URL(location).origin}` : "";
}
