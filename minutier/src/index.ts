export { MinutierError, InvalidInputError, RunError, type ErrorCode, type InputIssue } from "./errors.ts";
export { SurrealDb, type SurrealDbOptions } from "./db/surreal-db.ts";
