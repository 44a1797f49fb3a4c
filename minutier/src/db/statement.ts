/** SurrealQL with its values apart: the only way that a value reaches a query of ours is as a parameter. */

/** One SurrealQL statement (no semicolon) and the values that stand between its parts. */
export class Statement {
  readonly parts: readonly string[];
  readonly values: readonly unknown[];

  /** Only for `surql` and `fixed`. */
  constructor(parts: readonly string[], values: readonly unknown[]) {
    this.parts = parts;
    this.values = values;
  }
}

/** A piece of fixed text inside a statement, such as a table's name. */
export class Fragment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A table's name or another text of our own, to stand in a statement as it is. */
export function literal(text: string): Fragment {
  return new Fragment(text);
}

/**
 * Builds a statement: every `${value}` becomes a parameter, every `${literal(…)}` stands as it is, and a statement
 * inside another one brings its own parameters.
 */
export function surql(template: TemplateStringsArray, ...values: unknown[]): Statement {
  const parts = [template[0] ?? ""];
  const parameters: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const next = template[index + 1] ?? "";
    if (value instanceof Fragment) {
      parts[parts.length - 1] += value.text + next;
    } else if (value instanceof Statement) {
      const [first = "", ...others] = value.parts;
      parts[parts.length - 1] += first;
      parts.push(...others);
      parameters.push(...value.values);
      parts[parts.length - 1] += next;
    } else {
      parameters.push(value);
      parts.push(next);
    }
  }
  return new Statement(parts, parameters);
}

/** A statement of fixed text, from our own sources only, never from a caller's. */
export function fixed(text: string): Statement {
  return new Statement([text], []);
}

/** A query as the driver takes it. */
export interface RenderedQuery {
  text: string;
  variables: Record<string, unknown>;
}

/** Joins statements into one query with one set of parameters, optionally as one transaction. */
export function renderQuery(statements: readonly Statement[], transaction: boolean): RenderedQuery {
  const variables: Record<string, unknown> = {};
  let text = transaction ? "BEGIN;" : "";
  let count = 0;
  for (const statement of statements) {
    text += statement.parts[0];
    for (const [index, value] of statement.values.entries()) {
      const name = `_${count++}`;
      variables[name] = value;
      text += `$${name}${statement.parts[index + 1]}`;
    }
    text += ";";
  }
  if (transaction) text += "COMMIT;";
  return { text, variables };
}

/** What one statement answered. */
export type StatementResult = { ok: true; value: unknown } | { ok: false; error: unknown };
