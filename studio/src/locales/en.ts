/** The studio's texts in English; each screen's stand beside it. */
import { en as conversation } from "../conversation/en.ts";
import { en as jsonSchemaForm } from "../json-schema-form/en.ts";
import { en as api } from "../screens/api/en.ts";
import { en as query } from "../screens/query/en.ts";
import { en as run } from "../screens/run/en.ts";
import { en as runs } from "../screens/runs/en.ts";
import { en as waiting } from "../screens/waiting/en.ts";
import { en as sessions } from "../screens/sessions/en.ts";
import { en as tryIt } from "../screens/try-it/en.ts";
import { en as statistics } from "../screens/statistics/en.ts";

export const en = {
  product: "Minutier",
  shell: {
    skip: "Skip to the content",
    navigation: "Screens",
    menu: "Menu",
    runs: "Runs",
    sessions: "Sessions",
    statistics: "Statistics",
    waiting: "Waiting",
    waitingCount_one: "{{count}} open question",
    waitingCount_other: "{{count}} open questions",
    tryIt: "Try it",
    query: "Query",
    api: "API",
    language: "Français",
    languageLabel: "Afficher en français",
    scheme: "Colours",
    schemeAuto: "As the system",
    schemeLight: "Light",
    schemeDark: "Dark",
    shortcuts: "Keyboard shortcuts",
    forgetKey: "Forget the key",
    minutierVersion: "Minutier {{version}}",
    engineVersion: "SurrealDB {{version}}",
    engineUntested: "never tested",
  },
  shortcuts: {
    title: "Keyboard shortcuts",
    filter: "Go to the filter",
    help: "Show this list",
    rows: "Row before or after",
    ends: "First or last row",
    open: "Open the row",
    close: "Close",
  },
  connection: {
    lost: "The server can't be reached. Trying again…",
    loading: "Loading…",
    retry: "Try again",
  },
  key: {
    title: "This server asks for a key",
    explanation: "Give the key of its option auth. It is kept in this tab alone, and forgotten when you close it.",
    refused: "The server refused this key.",
    label: "Key",
    submit: "Open the studio",
  },
  notFound: {
    title: "There is nothing here",
    explanation: "This address leads to no screen of the studio.",
    back: "Go to the runs",
  },
  crash: {
    title: "This screen stopped working",
    explanation: "Reload the page. If it happens again, report this message:",
    reload: "Reload",
  },
  failure: { title: "The server refused" },
  soon: "This screen is not there yet.",
  json: {
    expand: "Expand",
    collapse: "Collapse",
    copyPath: "Copy the path",
    copyValue: "Copy the value",
    items_one: "{{formatted}} item",
    items_other: "{{formatted}} items",
    fields_one: "{{formatted}} field",
    fields_other: "{{formatted}} fields",
    characters_one: "{{formatted}} character",
    characters_other: "{{formatted}} characters",
    base64: "file{{type}}, {{size}}",
  },
  copy: {
    id: "Copy the id",
    done: "Copied",
    failed: "The browser gives this page no clipboard: select the text and copy it.",
  },
  status: { running: "Running", waiting: "Waiting", success: "Success", error: "Error" },
  runs,
  waiting,
  query,
  api,
  run,
  jsonSchemaForm,
  conversation,
  sessions,
  tryIt,
  statistics,
};
