#!/usr/bin/env node
/** `etude`: analyses a notary's dossier in the terminal. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Command, Option } from "commander";
import { MinutierError, SurrealDb } from "minutier";

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
    await using db = new SurrealDb({ url: toUrl(options.db) });
    await analyzeFolder({
      db,
      folder,
      given,
      user: options.notaire,
      json: options.json ?? false,
      language: options.langue,
    });
  });

/** A path is a folder of RocksDB. */
function toUrl(db: string): string {
  return /^[a-z+]+:/i.test(db) && !existsSync(db) ? db : `rocksdb://${resolve(db)}`;
}

function defaultLanguage(): Language {
  const [language] = (process.env["LANG"] ?? "fr").split(/[_.]/);
  return isLanguage(language) ? language : "fr";
}

/** The database's own messages are for programmers, and in English. */
function describeError(error: Error, { db, langue }: CliOptions): string {
  if (!MinutierError.isInstance(error) || langue !== "fr") return error.message;
  switch (error.code) {
    case "database_locked":
      return `La base de données ${db} est ouverte dans un autre programme. Fermez-le et recommencez, ou donnez une autre base avec --db.`;
    case "database_path_invalid":
      return `${db} n'est pas un dossier de base de données et ne peut pas le devenir. Donnez un dossier avec --db.`;
    case "database_read_only":
      return `Le dossier ${db} ne peut pas être écrit. Donnez-vous le droit d'y écrire, ou un autre dossier avec --db.`;
    case "connection_failed":
      return `La base de données ${db} ne peut pas être ouverte. ${error.message}`;
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
    process.exitCode = error instanceof UsageError ? 2 : 1;
  } else {
    throw error;
  }
}
