/** Asks a server every HTTP case. */
import { type Answers, describe } from "./method-answers.ts";
import { type HttpCase, httpCases } from "./http-cases.ts";
import { settle } from "./observe.ts";
import { type Credentials, prepare, type Target } from "./principals.ts";

/** Of the headers, those that a client reads. */
const read = ["allow", "location", "www-authenticate", "access-control-allow-origin", "server", "surreal-version"];

export async function askHttp(target: Target): Promise<Answers> {
  const answers: Answers = new Map();
  const all = await prepare(target);
  const cases = httpCases(all.get("root") as Credentials, all.get("record") as Credentials);
  for (const each of cases) answers.set(settle(`http, ${each.name}`), await ask(target, each));
  return answers;
}

async function ask(target: Target, { path, method, headers, body, isExport }: HttpCase): Promise<string> {
  // Without a type of its own, `fetch` would give a text one.
  const sent = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const response = await fetch(`http://127.0.0.1:${target.port}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(sent !== undefined && { body: sent as BodyInit }),
  });
  const shown = read.map((name) => `${name}: ${response.headers.get(name)}`).filter((line) => !line.endsWith(": null"));
  const answer = await describe(response);
  const settled = (isExport === true || path === "/export") && answer.startsWith("200") ? exported(answer) : answer;
  return `${settled}\n${settle(shown.join("\n"))}`;
}

/** What an export defines, and into which tables it inserts: the two engines write it in different words. */
function exported(dump: string): string {
  const statements = dump.matchAll(/^(DEFINE (?:FIELD )?(?:OVERWRITE )?[\w:]+ ?[\w:]*|INSERT.*?\{ id: \w+)/gm);
  const words = Array.from(statements, ([statement]) => statement.replace("OVERWRITE ", "").replace("RELATION ", ""));
  return [...new Set(words)].toSorted().join("\n");
}
