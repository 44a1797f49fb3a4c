/** The fields of a request, from a form or from JSON: read once, with clear refusals. */
import type { Context } from "hono";

import { errorMessage } from "../errors.ts";
import { HttpError } from "./http-error.ts";
import { readBody } from "./read-body.ts";
import type { ServerSettings } from "./server-options.ts";
import { parseJson } from "./to-json.ts";

/** A file that was sent; it is passed on to the model, and neither executed nor served. */
export interface UploadedFile {
  name: string;
  mediaType: string;
  data: Uint8Array;
}

/** The fields of one request. */
export class RequestFields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly files: readonly UploadedFile[];

  constructor(values: ReadonlyMap<string, unknown>, files: readonly UploadedFile[] = []) {
    this.#values = values;
    this.files = files;
  }

  /** The value as it came: a text from a form, anything from JSON. */
  raw(name: string): unknown {
    return this.#values.get(name);
  }

  /** A text, or `undefined` when it is missing, empty or null: chat clients send an empty `session_id` at first. */
  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === "string") return value;
    throw new HttpError(422, `${name} is not a text.`);
  }

  flag(name: string, byDefault: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined || value === null || value === "") return byDefault;
    if (value === true || value === "true" || value === "True" || value === "1") return true;
    if (value === false || value === "false" || value === "False" || value === "0") return false;
    throw new HttpError(422, `${name} is neither true nor false.`);
  }

  time(name: string): Date | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time;
    throw new HttpError(422, `${name} is not a time. Write it as 2026-11-26T08:00:00Z.`);
  }

  integer(name: string): number | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null || value === "") return undefined;
    const number = typeof value === "string" && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number)) return number;
    throw new HttpError(422, `${name} is not a whole number.`);
  }

  /** A value that a form carries as JSON text. */
  json(name: string): unknown {
    const value = this.raw(name);
    if (typeof value !== "string") return value;
    if (value.trim() === "") return undefined;
    try {
      return parseJson(value);
    } catch (error) {
      throw new HttpError(422, `${name} is not JSON: ${errorMessage(error)}`);
    }
  }

  object(name: string): Record<string, unknown> | undefined {
    const value = this.json(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new HttpError(422, `${name} is not an object.`);
  }

  list(name: string): unknown[] | undefined {
    const value = this.json(name);
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value;
    throw new HttpError(422, `${name} is not a list.`);
  }

  /** Refuses what would change the meaning of the request and is not offered here. */
  refuse(...names: readonly string[]): void {
    const given = names.find((name) => ![undefined, null, "", "false", false].includes(this.raw(name) as never));
    if (given !== undefined) throw new HttpError(422, `${given} is not offered by this server. Leave it out.`);
  }
}

/** Reads a form or a JSON object; a request without a body has no fields. */
export async function readFields(c: Context, { limits }: ServerSettings): Promise<RequestFields> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "") return new RequestFields(new Map());
  const isForm = type === "multipart/form-data" || type === "application/x-www-form-urlencoded";
  if (type === "application/json" || isForm) {
    const body = await readBody(c, limits.maxBodyBytes);
    return isForm ? readForm(body, c.req.header("content-type") ?? "", limits) : readJson(toText(body));
  }
  throw new HttpError(415, "Send multipart/form-data, application/x-www-form-urlencoded or application/json.");
}

function readJson(text: string): RequestFields {
  if (text.trim() === "") return new RequestFields(new Map());
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (error) {
    throw new HttpError(400, `The body is not JSON: ${errorMessage(error)}`);
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new HttpError(422, "The body is not a JSON object.");
  return new RequestFields(new Map(Object.entries(body)));
}

function toText(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new HttpError(400, "The body is not UTF-8.");
  }
}

async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  limits: ServerSettings["limits"],
): Promise<RequestFields> {
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData().catch(() => {
    throw new HttpError(400, "The form can't be read: its parts are malformed or cut off.");
  });
  const values = new Map<string, unknown>();
  const files: UploadedFile[] = [];
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") {
      values.set(name, value);
      continue;
    }
    if (files.length === limits.maxFiles) throw new HttpError(413, `More than ${limits.maxFiles} files were sent.`);
    if (value.size > limits.maxFileBytes)
      throw new HttpError(413, `A file is larger than ${limits.maxFileBytes} bytes.`);
    files.push({
      name: baseName(value.name),
      mediaType: /^[\w.+-]+\/[\w.+-]+$/.test(value.type) ? value.type : "application/octet-stream",
      data: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return new RequestFields(values, files);
}

/** The last part of a name, without what could make it a path or a header. */
function baseName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return (name.split(/[/\\]/).at(-1) ?? "").replaceAll(/[\u0000-\u001f\u007f"]/g, "").slice(0, 200) || "file";
}

/** An id that a client chose: a text of at most 200 characters without control characters. Throws 422. */
export function checkClientId(field: string, value: string): string {
  // eslint-disable-next-line no-control-regex
  if (value.length > 0 && value.length <= 200 && !/[\u0000-\u001f\u007f]/.test(value)) return value;
  throw new HttpError(422, `${field} is not an id: give 1 to 200 characters without control characters.`);
}
