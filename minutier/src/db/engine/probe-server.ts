/**
 * A first look at the server's address: who answers there, and if it is no SurrealDB, why not.
 *
 * The driver tries to connect for ever and never says what failed. So a connection of our own asks for the version
 * first, by the scheme's own way: what keeps it from an answer is known to its socket.
 */
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

import { CborCodec } from "surrealdb";
import { WebSocket, type ClientOptions } from "ws";

import { MinutierError } from "../../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { closedSilently, explainRefusal, notSurreal, NotSurreal, wasCutOff } from "./refusal.ts";

/** A version is short; what sends more is none. */
const maxAnswerBytes = 64 * 1024;
/** A port that ends plain connections is asked for so long whether it wants TLS. */
const tlsTimeoutMs = 300;

const codec = new CborCodec({});
const question = codec.encode({ id: "version", method: "version" });

/** Resolves with the server's version, such as `surrealdb-3.3.5`; throws why there is none, within the time. */
export async function probeServer(endpoint: Endpoint & { kind: "remote" }, timeoutMs: number): Promise<string> {
  const line = new Line(endpoint);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(line.silence(timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([line.askVersion(), tooLate]);
  } catch (error) {
    if (MinutierError.isInstance(error)) throw error;
    const wantsTls = !line.isSecure && wasCutOff(error) && (await line.speaksTls());
    throw explainRefusal(error, endpoint, wantsTls);
  } finally {
    clearTimeout(timer);
    line.close();
  }
}

/** One connection to the address. */
class Line {
  readonly #endpoint: Endpoint & { kind: "remote" };
  readonly #url: URL;
  readonly isSecure: boolean;
  #socket: Socket | undefined;
  #end: () => void = () => undefined;

  constructor(endpoint: Endpoint & { kind: "remote" }) {
    this.#endpoint = endpoint;
    this.#url = new URL(endpoint.rpcUrl);
    this.isSecure = ["wss:", "https:"].includes(this.#url.protocol);
  }

  async askVersion(): Promise<string> {
    const bytes = await (this.#url.protocol.startsWith("ws") ? this.#askBySocket() : this.#askByRequest());
    const answer = decode(bytes);
    const version = typeof answer === "object" && answer !== null && "result" in answer ? answer.result : undefined;
    if (typeof version !== "string" || !/^surrealdb-\d/.test(version)) {
      throw new NotSurreal(notSurreal);
    }
    return version;
  }

  #askBySocket(): Promise<Uint8Array> {
    const options: ClientOptions = {
      createConnection: () => this.#connect(),
      perMessageDeflate: false,
      maxPayload: maxAnswerBytes,
    };
    const socket = new WebSocket(this.#url, "cbor", options);
    this.#end = () => socket.terminate();
    return new Promise((resolve, reject) => {
      socket.once("open", () => socket.send(question));
      socket.once("message", (data: Buffer) => resolve(data));
      socket.once("unexpected-response", (request, response: IncomingMessage) => {
        this.#end = () => request.destroy();
        reject(NotSurreal.byStatus(response));
      });
      socket.once("close", () => reject(new NotSurreal(closedSilently)));
      // Heard for good: a connection that is ended before it is open says so.
      socket.on("error", reject);
    });
  }

  #askByRequest(): Promise<Uint8Array> {
    const send = this.isSecure ? requestHttps : requestHttp;
    const headers = { "content-type": "application/cbor", accept: "application/cbor" };
    const request = send(this.#url, {
      method: "POST",
      headers: { ...headers, "content-length": question.byteLength },
      createConnection: () => this.#connect(),
    });
    this.#end = () => request.destroy();
    return new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (response) => {
        response.on("error", reject);
        if (response.statusCode === 200) readAnswer(response).then(resolve, reject);
        else reject(NotSurreal.byStatus(response));
      });
      request.end(question);
    });
  }

  #connect(): Socket {
    const { host, port } = this.#endpoint;
    return (this.#socket = this.isSecure
      ? connectTls({ host, port, servername: isIP(host) === 0 ? host : "", ALPNProtocols: ["http/1.1"] })
      : connectTcp({ host, port }));
  }

  /** What is known of an address that gave no answer in time. */
  silence(timeoutMs: number): MinutierError {
    const { url, host, port } = this.#endpoint;
    const heard = this.#socket?.bytesRead ?? 0;
    const [what, cure] =
      this.#socket === undefined || this.#socket.connecting
        ? [`${host}:${port} did not answer`, "Check the address and the firewall"]
        : heard === 0
          ? [`${host}:${port} accepted the connection and sent nothing`, "Check that a SurrealDB server listens there"]
          : ["the answer was not complete", "Check that a SurrealDB server listens there"];
    const text = `${url} can't be opened: ${what} within ${timeoutMs} ms. ${cure}, or raise connectTimeoutMs.`;
    return new MinutierError("connection_timeout", text);
  }

  async speaksTls(): Promise<boolean> {
    const { host, port } = this.#endpoint;
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout: tlsTimeoutMs });
    const answer = await new Promise<boolean>((resolve) => {
      socket.once("secureConnect", () => resolve(true));
      for (const event of ["error", "timeout", "close"]) socket.once(event, () => resolve(false));
    });
    socket.on("error", () => undefined);
    socket.destroy();
    return answer;
  }

  close(): void {
    this.#end();
    this.#socket?.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxAnswerBytes) throw new NotSurreal(notSurreal);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch {
    return undefined;
  }
}
