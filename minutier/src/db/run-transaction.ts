/** What a caller commits with a run's success: both or neither. */
import { RecordId, Table } from "surrealdb";

import { MinutierError } from "../errors.ts";
import { toStored } from "./codec.ts";
import { type Statement, surql } from "./statement.ts";

/** Collects the rows that are written in the transaction of the run's final state. */
export interface RunTransaction {
  /** Creates a row: under this id, or in this table under a new one. A row that exists fails the run. */
  create(target: RecordId | string, content: Record<string, unknown>): void;
  /** Creates the row, or replaces it. */
  upsert(id: RecordId, content: Record<string, unknown>): void;
  /** Merges fields into a row; a row that does not exist stays so. */
  update(id: RecordId, fields: Record<string, unknown>): void;
  /** Deletes a row. */
  delete(id: RecordId): void;
}

/** A transaction's statements, each value checked when it is given. */
export class CollectedTransaction implements RunTransaction {
  readonly statements: Statement[] = [];

  create(target: RecordId | string, content: Record<string, unknown>): void {
    const id = target instanceof RecordId ? target : new Table(checkTable(target));
    this.statements.push(surql`CREATE ${id} CONTENT ${toStored(content, "tx.create")} RETURN NONE`);
  }

  upsert(id: RecordId, content: Record<string, unknown>): void {
    this.statements.push(surql`UPSERT ${checkId(id)} CONTENT ${toStored(content, "tx.upsert")} RETURN NONE`);
  }

  update(id: RecordId, fields: Record<string, unknown>): void {
    this.statements.push(surql`UPDATE ${checkId(id)} MERGE ${toStored(fields, "tx.update")} RETURN NONE`);
  }

  delete(id: RecordId): void {
    this.statements.push(surql`DELETE ${checkId(id)} RETURN NONE`);
  }
}

/** A string such as "dossier:abc" would name a table of that name. */
function checkTable(table: string): string {
  if (typeof table === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(table)) return table;
  throw new MinutierError(
    "invalid_value",
    `tx.create got ${JSON.stringify(table)}. Give a table's name or a RecordId.`,
  );
}

function checkId(id: RecordId): RecordId {
  if (id instanceof RecordId) return id;
  throw new MinutierError(
    "invalid_value",
    `The transaction got ${JSON.stringify(id)} for an id. Give a RecordId: new RecordId("dossier", "abc").`,
  );
}
