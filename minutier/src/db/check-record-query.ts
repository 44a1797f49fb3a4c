/**
 * Judges SurrealQL that a person wrote before the engine gets it: only SELECTs, of the record's tables, each with a
 * limit of rows and of time.
 *
 * The engine enforces the rest, whatever gets past this: the query runs as a principal that may read these tables and
 * nothing else but what the application has opened to every principal. What stands here keeps out what costs or crashes
 * the engine, and says in a sentence what the engine would answer with an empty result.
 */
import { MinutierError } from "../errors.ts";
import { type QueryToken, tokenize } from "./query-tokens.ts";
import { recordTables } from "./record-tables.ts";

/** What a query may cost. */
export interface RecordQueryLimits {
  /** Rows of each statement. @default 1000 */
  limit?: number;
  /** Milliseconds of each statement. @default 10000 */
  timeoutMs?: number;
}

const maxLength = 10_000;
const maxStatements = 10;
/** Of one statement. The engine descends into each operator: a thousand in a row end its process. */
const maxTokens = 500;
/** The engine's parser and planner descend by recursion. */
const maxDepth = 24;

/** Words that begin a statement or a clause of one that is not offered, wherever they stand. */
const refusedWords = new Set(
  `access alter analyze begin break cancel commit continue create define delete explain export for function import info
  insert kill let live merge only option parallel patch rebuild relate remove return show sleep tempfiles throw timeout
  update upsert use version`.split(/\s+/),
);

/** Functions that neither leave the database, nor change it, nor take long by themselves. */
const allowedFunctions =
  /^(array|bytes|duration|geo|math|meta|object|parse|rand|record|set|string|time|type|value|vector)::(?!table$)|^fn::run_steps$/;

/** The statements as the engine may have them, each with its limits. Throws `invalid_input` with what is refused. */
export function checkRecordQuery(
  text: string,
  variables: Readonly<Record<string, unknown>>,
  { limit = 1000, timeoutMs = 10_000 }: RecordQueryLimits,
): string[] {
  if (text.length > maxLength) throw refused(`The query is longer than ${maxLength} characters.`);
  const statements = splitStatements(tokenize(text));
  if (statements.length === 0) throw refused("The query is empty.");
  if (statements.length > maxStatements) throw refused(`There are more than ${maxStatements} statements.`);
  return statements.map((tokens) => {
    checkTokens(tokens);
    return limited(text, tokens, variables, { limit, timeoutMs });
  });
}

function splitStatements(tokens: readonly QueryToken[]): QueryToken[][] {
  const statements: QueryToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === "mark" && token.text === ";" && token.depth === 0) statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

function checkTokens(tokens: readonly QueryToken[]): void {
  if (wordOf(tokens[0]) !== "select") throw refused("Only SELECT is offered here.");
  if (tokens.length > maxTokens)
    throw refused(`A statement of ${tokens.length} words and signs is too long: write it with ${maxTokens} at most.`);
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.depth > maxDepth) throw refused(`Brackets are nested deeper than ${maxDepth}.`);
    if (token.kind === "mark") checkMark(token, tokens[index + 1], before);
    if (token.kind === "quoted" && tokens[index + 1]?.text === "(")
      throw refused(`Write the name of the function ${token.text} without quotes.`);
    if (token.kind !== "word") continue;
    const word = token.text.toLowerCase();
    if (word.includes("::") && tokens[index + 1]?.text === "(" && !allowedFunctions.test(word))
      throw refused(`The function ${token.text} is not offered here.`);
    const isField = before?.text === "." || before?.text === "$";
    if (refusedWords.has(word) && !isField)
      throw refused(`${token.text.toUpperCase()} is not offered here. Put a field of this name in backticks.`);
    if (word === "from" && !isField) checkSource(tokens, index + 1);
  }
}

function checkMark(token: QueryToken, after: QueryToken | undefined, before: QueryToken | undefined): void {
  // A closure may call itself, which ends the process; `<|10|>` and `|table:10|` are of no use here.
  if (token.text === "|" && !isPair(token, after) && !isPair(before, token))
    throw refused("Closures, and | other than ||, are not offered here.");
  // A regular expression can hold a quote, so that nobody knows where the texts around it end.
  if (token.text === "/") throw refused("/ is not offered here: write ÷ to divide.");
  if (token.text === ":" && after?.text === ":") throw refused("Write the name of a function without spaces.");
  if (token.text === ";") throw refused("A block of statements is not offered here.");
}

/** Two bars without anything between. */
function isPair(first: QueryToken | undefined, second: QueryToken | undefined): boolean {
  return first?.text === "|" && second?.text === "|" && first.end === second.start;
}

/** What a FROM names: one of the record's tables or more, a subquery, a parameter, a run's steps. */
function checkSource(tokens: readonly QueryToken[], start: number): void {
  const depth = tokens[start]?.depth;
  for (let index = start, expected = true; index < tokens.length; index++) {
    const token = tokens[index] as QueryToken;
    if (token.depth !== depth) continue;
    if (expected && (token.kind === "word" || token.kind === "quoted")) checkTable(token);
    expected = token.text === ",";
    if (clauses.has(wordOf(token) ?? "")) return;
  }
}

function checkTable({ kind, text }: QueryToken): void {
  const name = kind === "quoted" ? text.slice(1, -1) : text;
  if (/::/.test(name) || (recordTables as readonly string[]).includes(name)) return;
  throw refused(`${text} is none of the record's tables: ${recordTables.join(", ")}.`);
}

const clauses = new Set(["where", "split", "group", "order", "limit", "start", "fetch", "with", "omit"]);

/** The statement's text with a limit of rows where it has none, and of time. */
function limited(
  text: string,
  tokens: readonly QueryToken[],
  variables: Readonly<Record<string, unknown>>,
  { limit, timeoutMs }: Required<RecordQueryLimits>,
): string {
  const outer = tokens.filter(({ depth }) => depth === 0);
  const from = outer.findIndex((token) => wordOf(token) === "from");
  if (from === -1) throw refused("A SELECT without FROM is not offered here.");
  const clause = (word: string): QueryToken | undefined => outer.slice(from).find((token) => wordOf(token) === word);
  const given = clause("limit");
  if (given !== undefined) checkLimit(outer, outer.indexOf(given) + 1, variables, limit);
  const after = clause("start") ?? clause("fetch");
  const place = given !== undefined ? undefined : after;
  const parts: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === place) parts.push(` LIMIT ${limit}`);
    // Between two tokens stands what separated them, without comments.
    const before = tokens[index - 1];
    if (before !== undefined && before.end < token.start) parts.push(" ");
    parts.push(text.slice(token.start, token.end));
  }
  const rows = given === undefined && place === undefined ? ` LIMIT ${limit}` : "";
  return `${parts.join("")}${rows} TIMEOUT ${Math.max(1, Math.round(timeoutMs))}ms`;
}

function checkLimit(
  outer: readonly QueryToken[],
  start: number,
  variables: Readonly<Record<string, unknown>>,
  limit: number,
): void {
  const index = wordOf(outer[start]) === "by" ? start + 1 : start;
  const [token, next, rest] = outer.slice(index, index + 3);
  const isParameter = token?.text === "$" && next?.kind === "word";
  const value = isParameter ? variables[next.text] : token?.kind === "number" ? Number(token.text) : undefined;
  const end = isParameter ? rest : next;
  const isWhole = typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= limit;
  if (!isWhole || !(end === undefined || clauses.has(wordOf(end) ?? "")))
    throw refused(`LIMIT takes a whole number of at most ${limit} here.`);
}

function wordOf(token: QueryToken | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toLowerCase() : undefined;
}

function refused(message: string): MinutierError {
  return new MinutierError("invalid_input", message);
}
