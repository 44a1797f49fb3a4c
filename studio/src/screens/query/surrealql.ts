/**
 * SurrealQL for the editor: the SQL mode with the words of a SELECT. SurrealDB's own package for CodeMirror states no
 * licence.
 */
import { sql, SQLDialect } from "@codemirror/lang-sql";
import { HighlightStyle, type LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const dialect = SQLDialect.define({
  keywords: `select value from only where split on group by all order asc desc rand collate numeric limit start at fetch
    omit with noindex index as and or not is in inside notinside allinside anyinside contains containsnot containsall
    containsany containsnone outside intersects if then else`,
  types: "array bool bytes datetime decimal duration float int number object record regex string uuid",
  builtin: "true false none null",
  hashComments: true,
  slashComments: true,
  backslashEscapes: true,
  doubleQuotedStrings: true,
  identifierQuotes: "`",
  specialVar: "$",
});

export const surrealql: LanguageSupport = sql({ dialect });

/** The editor's looks, in both colour schemes. */
export const looks: Extension = [
  EditorView.theme({
    "&": {
      border: "1px solid var(--mantine-color-default-border)",
      borderRadius: "var(--mantine-radius-sm)",
      fontSize: "var(--mantine-font-size-sm)",
      backgroundColor: "var(--mantine-color-default)",
      color: "var(--mantine-color-text)",
    },
    "&.cm-focused": { outline: "2px solid var(--mantine-color-anchor)", outlineOffset: "1px" },
    ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.6" },
    ".cm-content": { minHeight: "7.5em", padding: "8px 0", caretColor: "var(--mantine-color-text)" },
    ".cm-gutters": {
      backgroundColor: "transparent",
      color: "var(--mantine-color-dimmed)",
      border: "none",
    },
    ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
    ".cm-tooltip": {
      backgroundColor: "var(--mantine-color-body)",
      border: "1px solid var(--mantine-color-default-border)",
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.keyword, color: "light-dark(#0b5c6b, #66d9e8)", fontWeight: "600" },
      { tag: [tags.string, tags.special(tags.string)], color: "light-dark(#2b6a1b, #a3d9a5)" },
      { tag: tags.number, color: "light-dark(#1864ab, #8ec9ff)" },
      { tag: [tags.bool, tags.null, tags.typeName, tags.standard(tags.name)], color: "light-dark(#8a3ffc, #cfaaff)" },
      { tag: [tags.comment], color: "var(--mantine-color-dimmed)", fontStyle: "italic" },
      { tag: [tags.special(tags.name)], color: "light-dark(#7d4e00, #ffd43b)" },
    ]),
  ),
];
