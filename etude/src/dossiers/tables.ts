/** The office's own tables, beside those of Minutier in the same database. */
import type { SurrealDb } from "minutier";

const definitions = `
DEFINE TABLE IF NOT EXISTS user SCHEMAFULL;
DEFINE FIELD IF NOT EXISTS name ON user TYPE string;
DEFINE FIELD IF NOT EXISTS role ON user TYPE "notaire" | "clerc";
DEFINE FIELD IF NOT EXISTS created_at ON user TYPE datetime;

DEFINE TABLE IF NOT EXISTS dossier SCHEMAFULL;
DEFINE FIELD IF NOT EXISTS title ON dossier TYPE string;
DEFINE FIELD IF NOT EXISTS type ON dossier TYPE "vente";
DEFINE FIELD IF NOT EXISTS municipality ON dossier TYPE string;
DEFINE FIELD IF NOT EXISTS signing_date ON dossier TYPE string;
DEFINE FIELD IF NOT EXISTS title_insurance ON dossier TYPE bool;
DEFINE FIELD IF NOT EXISTS user ON dossier TYPE record<user>;
DEFINE FIELD IF NOT EXISTS created_at ON dossier TYPE datetime;
DEFINE FIELD IF NOT EXISTS updated_at ON dossier TYPE datetime;

DEFINE TABLE IF NOT EXISTS document SCHEMAFULL;
DEFINE FIELD IF NOT EXISTS dossier ON document TYPE record<dossier>;
DEFINE FIELD IF NOT EXISTS file ON document TYPE string;
DEFINE FIELD IF NOT EXISTS hash ON document TYPE string;
DEFINE FIELD IF NOT EXISTS in_dossier ON document TYPE bool;
DEFINE FIELD IF NOT EXISTS pages ON document TYPE array<object>;
DEFINE FIELD IF NOT EXISTS pages.*.page ON document TYPE int;
DEFINE FIELD IF NOT EXISTS pages.*.text ON document TYPE string;
DEFINE FIELD IF NOT EXISTS pages.*.status ON document TYPE "text" | "no_text" | "hidden_text";
DEFINE FIELD IF NOT EXISTS pages.*.layout ON document TYPE option<object> FLEXIBLE;
DEFINE FIELD IF NOT EXISTS pages.*.hidden ON document TYPE option<string>;
DEFINE FIELD IF NOT EXISTS unreadable ON document TYPE option<object>;
DEFINE FIELD IF NOT EXISTS unreadable.reason ON document TYPE string;
DEFINE FIELD IF NOT EXISTS unreadable.message ON document TYPE string;
DEFINE FIELD IF NOT EXISTS added_at ON document TYPE datetime;
DEFINE INDEX IF NOT EXISTS document_dossier ON document FIELDS dossier;

DEFINE TABLE IF NOT EXISTS checklist SCHEMAFULL;
DEFINE FIELD IF NOT EXISTS dossier ON checklist TYPE record<dossier>;
DEFINE FIELD IF NOT EXISTS run ON checklist TYPE record<workflow_runs>;
DEFINE FIELD IF NOT EXISTS items ON checklist TYPE array<object>;
DEFINE FIELD IF NOT EXISTS items.*.rule ON checklist TYPE string;
DEFINE FIELD IF NOT EXISTS items.*.status ON checklist TYPE "conforme" | "alerte" | "manquant" | "a_verifier" | "non_applicable";
DEFINE FIELD IF NOT EXISTS items.*.severity ON checklist TYPE "haute" | "moyenne" | "basse";
DEFINE FIELD IF NOT EXISTS items.*.message ON checklist TYPE string;
DEFINE FIELD IF NOT EXISTS items.*.evidence ON checklist TYPE array<object>;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.document ON checklist TYPE string;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.page ON checklist TYPE int;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.quotation ON checklist TYPE string;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.start ON checklist TYPE option<int>;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.end ON checklist TYPE option<int>;
DEFINE FIELD IF NOT EXISTS items.*.evidence.*.boxes ON checklist TYPE option<array<array<number>>>;
DEFINE FIELD IF NOT EXISTS summary ON checklist TYPE string;
DEFINE FIELD IF NOT EXISTS created_at ON checklist TYPE datetime;
DEFINE INDEX IF NOT EXISTS checklist_dossier ON checklist FIELDS dossier;
`;

/** Makes the tables `user`, `dossier`, `document` and `checklist` where they are missing. */
export async function createTables(db: SurrealDb): Promise<void> {
  await db.query(`BEGIN; ${definitions} COMMIT;`);
}
