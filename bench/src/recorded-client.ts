/** A plain SDK client on RocksDB, and one that keeps what it was asked, to send the same again. */
import { createNodeEngines } from "@surrealdb/node";
import { Surreal } from "surrealdb";

/** A query as it was sent. */
export interface SentQuery {
  text: string;
  variables: Record<string, unknown>;
}

/** Opens a plain client on a folder; the engine's default is one fsync a commit. */
export async function openPlainClient(folder: string): Promise<Surreal> {
  const client = new Surreal({ engines: createNodeEngines() });
  await client.connect(`rocksdb://${folder}`);
  await client.use({ namespace: "bench", database: "bench" });
  return client;
}

/** The same client, which appends every query to `sent`. */
export function recordQueries(client: Surreal, sent: SentQuery[]): Surreal {
  return new Proxy(client, {
    get(target, property) {
      if (property === "query") {
        return (text: string, variables: Record<string, unknown>) => {
          sent.push({ text, variables });
          return target.query(text, variables);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Sends one run's queries, one after the other, and throws if any failed. */
export async function replay(client: Surreal, queries: readonly SentQuery[]): Promise<void> {
  for (const { text, variables } of queries) {
    const responses = await client.query(text, variables).responses();
    for (const response of responses) if (!response.success) throw response.error;
  }
}
