/** A text of SurrealQL, with its words coloured and what is wrong with it marked. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { placeOf } from "./error-place.ts";
import { looks, surrealql } from "./surrealql.ts";

export interface QueryEditorProps {
  label: string;
  hint: string;
  text: string;
  onChange: (text: string) => void;
  onRun: () => void;
  /** The engine's words on the text as it is. */
  error: string | undefined;
}

export function QueryEditor(props: QueryEditorProps): React.JSX.Element {
  const { label, hint, text, error } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const words = useRef(new Compartment());
  // The editor lives longer than one rendering, and calls what the last one gave.
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const editor = new EditorView({
      parent: place.current,
      doc: latest.current.text,
      extensions: [
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? ""),
        lineNumbers(),
        history(),
        EditorView.lineWrapping,
        surrealql,
        looks,
        words.current.of([]),
        Prec.highest(
          keymap.of([
            {
              key: "Mod-Enter",
              run: () => {
                latest.current.onRun();
                return true;
              },
            },
          ]),
        ),
        // Tab is left alone: it goes on to the button.
        keymap.of([...defaultKeymap, ...historyKeymap]),
        // The browser would put the looks of a selected text on what is typed over it, as a style that the content
        // security policy refuses.
        EditorView.domEventHandlers({
          beforeinput({ inputType, data }, editor) {
            if (inputType !== "insertText" || data === null || editor.composing) return false;
            editor.dispatch(editor.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
            return true;
          },
        }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) latest.current.onChange(state.doc.toString());
        }),
      ],
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: words.current.reconfigure([
        EditorView.contentAttributes.of({ "aria-label": label, "data-shortcut-filter": "true", spellcheck: "false" }),
        placeholder(hint),
      ]),
    });
  }, [label, hint]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const found = error === undefined ? undefined : placeOf(error, editor.state.doc.toString());
    const marks = found === undefined ? [] : [{ ...found, severity: "error" as const, message: error ?? "" }];
    editor.dispatch(setDiagnostics(editor.state, marks));
    if (found !== undefined) editor.dispatch({ selection: { anchor: found.from }, scrollIntoView: true });
  }, [error]);

  return <div ref={place} data-query-editor />;
}
