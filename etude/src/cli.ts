#!/usr/bin/env node
/** `etude`: analyses a notary's dossier in the terminal. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Command, Option } from "commander";
import { MinutierError, readDatabaseArguments, SurrealDb } from "minutier";

import { type Particulars, UsageError } from "./dossiers/dossier-folder.ts";
import { analyzeFolder } from "./terminal/analyze-folder.ts";
import { isLanguage, type Language } from "./terminal/language.ts";

const sample = join(dirname(dirname(fileURLToPath(import.meta.url))), "sample", "vente-contradictions");

interface CliOptions {
  type?: "vente";
  municipalite?: string;
  date?: string;
  assuranceTitres?: boolean;
  json?: boolean;
  db: string;
  namespace?: string;
  database?: string;
  username?: string;
  authLevel?: "root" | "namespace" | "database";
  langue: Language;
  notaire: string;
}

const program = new Command("etude")
  .description(
    "Analyse les documents d'un dossier de vente et en tire une liste de vérification, chaque point avec la page d'où il vient.\nAnalyses a sale dossier's documents into a checklist whose every item shows the page it came from.",
  )
  .argument("[dossier]", "dossier de documents PDF, DOCX et texte / folder of documents", sample)
  .addOption(new Option("--type <type>", "type de dossier").choices(["vente"]))
  .option("--municipalite <nom>", "municipalité de l'immeuble, p. ex. Montréal")
  .option("--date <AAAA-MM-JJ>", "date prévue de la signature")
  .option("--assurance-titres", "une assurance titres est consignée au dossier")
  .option("--json", "pour les programmes : la liste et les faits relevés, en JSON sur la sortie standard")
  .option("--db <chemin ou url>", "base de données : un dossier, ou une url rocksdb:, mem:, ws:", ".minutier")
  .option("--namespace <nom>", "espace de noms de la base / namespace (par défaut minutier)")
  .option("--database <nom>", "base dans cet espace / database (par défaut minutier)")
  .option(
    "--username <nom>",
    "utilisateur d'un serveur SurrealDB, son mot de passe dans MINUTIER_PASSWORD / user of a server",
  )
  .addOption(
    new Option("--auth-level <niveau>", "à qui est cet utilisateur / whose user that is (par défaut root)").choices([
      "root",
      "namespace",
      "database",
    ]),
  )
  .option("--notaire <nom>", "pour qui l'analyse est faite", "notaire1")
  .addOption(
    new Option("--langue <fr|en>", "langue de l'affichage / display language")
      .choices(["fr", "en"])
      .default(defaultLanguage()),
  )
  .showHelpAfterError("(--help pour les options)")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (folder: string, options: CliOptions) => {
    const given: Partial<Particulars> = {
      ...(options.type === undefined ? {} : { type: options.type }),
      ...(options.municipalite === undefined ? {} : { municipalite: options.municipalite }),
      ...(options.date === undefined ? {} : { date: options.date }),
      ...(options.assuranceTitres === undefined ? {} : { assuranceTitres: options.assuranceTitres }),
    };
    await using db = openDatabase(options);
    await analyzeFolder({
      db,
      folder,
      given,
      user: options.notaire,
      json: options.json ?? false,
      language: options.langue,
    });
  });

function openDatabase({ db, namespace, database, username, authLevel }: CliOptions): SurrealDb {
  return new SurrealDb(readDatabaseArguments({ db, namespace, database, username, authLevel }));
}

function defaultLanguage(): Language {
  const [language] = (process.env["LANG"] ?? "fr").split(/[_.]/);
  return isLanguage(language) ? language : "fr";
}

/** The database's own messages are for programmers, and in English. */
function describeError(error: Error, { db, langue, username }: CliOptions): string {
  if (!MinutierError.isInstance(error) || langue !== "fr") return error.message;
  switch (error.code) {
    case "database_locked":
      return `La base de données ${db} est ouverte dans un autre programme. Fermez-le et recommencez, ou donnez une autre base avec --db.`;
    case "database_path_invalid":
      return `${db} n'est pas un dossier de base de données et ne peut pas le devenir. Donnez un dossier avec --db.`;
    case "database_read_only":
      return `Le dossier ${db} ne peut pas être écrit. Donnez-vous le droit d'y écrire, ou un autre dossier avec --db.`;
    case "connection_failed":
    case "connection_timeout":
      return `La base de données ${db} ne peut pas être ouverte. ${error.message}`;
    case "authentication_failed":
      return username === undefined
        ? `La base de données ${db} demande un utilisateur. Donnez-le avec --username, et son mot de passe dans la variable MINUTIER_PASSWORD.`
        : `La base de données ${db} n'admet pas l'utilisateur ${username}. Vérifiez son nom, son mot de passe (la variable MINUTIER_PASSWORD), et à qui il est : --auth-level, --namespace, --database.`;
    case "invalid_options":
      return username !== undefined && process.env["MINUTIER_PASSWORD"] === undefined
        ? "--username demande le mot de passe dans la variable d'environnement MINUTIER_PASSWORD."
        : error.message;
    default:
      return error.message;
  }
}

if (Number(process.versions.node.split(".")[0]) < 22) {
  // The PDF reader needs Node 22: on an older one it finds no text and says nothing.
  console.error(
    `etude : Node 22 ou plus récent est requis (ici ${process.version}). Lancez « npm start », qui apporte le sien.`,
  );
  process.exit(1);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof UsageError || MinutierError.isInstance(error)) {
    console.error(`etude : ${describeError(error, program.opts<CliOptions>())}`);
    const isWrongUse = error instanceof UsageError || error.code === "invalid_options";
    process.exitCode = isWrongUse ? 2 : 1;
  } else {
    throw error;
  }
}
