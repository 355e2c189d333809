/**
 * The code editor behind a small door. It tells only what a person has written. Tab indents; Escape, and then Tab
 * leaves the box, so that nobody is caught in it.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder as placeholderText,
} from '@codemirror/view';
import { adoptEditorStyles } from './adopted-styles.ts';
import { codeColors, codeLook } from './code-look.ts';
import { loadLanguage } from './languages.ts';

export interface CodeWish {
  parent: HTMLElement;
  text: string;
  language: string;
  placeholder?: string;
  /** Of the box that is written in. */
  attributes: Readonly<Record<string, string>>;
  isLocked: boolean;
  changed(text: string): void;
}

export interface CodeEditorHandle {
  /** From outside: it is not told back, and what was written before it is not undone into it. */
  setText(text: string): void;
  setLocked(isLocked: boolean): void;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  setLanguage(language: string): void;
  focus(): void;
  close(): void;
}

const fromOutside = Annotation.define<true>();
let areStylesAdopted = false;

export function openCodeEditor(wish: CodeWish): CodeEditorHandle {
  if (!areStylesAdopted) adoptEditorStyles();
  areStylesAdopted = true;
  const [locked, attributes, language] = [new Compartment(), new Compartment(), new Compartment()];
  const view = new EditorView({
    parent: wish.parent,
    state: EditorState.create({
      doc: wish.text,
      extensions: [
        // What has lines of another system keeps them.
        wish.text.includes('\r\n') ? EditorState.lineSeparator.of('\r\n') : [],
        locked.of(lockedBy(wish.isLocked)),
        attributes.of(EditorView.contentAttributes.of(wish.attributes)),
        language.of([]),
        wish.placeholder ? placeholderText(wish.placeholder) : [],
        BASICS,
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.some((each) => each.annotation(fromOutside))) return;
          view.setTabFocusMode(false);
          wish.changed(update.state.sliceDoc());
        }),
      ],
    }),
  });
  const setLanguage = (name: string): void => {
    void loadLanguage(name).then((extension) => view.dispatch({ effects: language.reconfigure(extension) }));
  };
  setLanguage(wish.language);
  return {
    setText(text) {
      if (text === view.state.sliceDoc()) return;
      const changes = { from: 0, to: view.state.doc.length, insert: text };
      view.dispatch({ changes, annotations: fromOutside.of(true) });
    },
    setLocked: (isLocked) => view.dispatch({ effects: locked.reconfigure(lockedBy(isLocked)) }),
    setAttributes: (given) =>
      view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(given)) }),
    setLanguage,
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

/** Locked, it can still be read and copied by keyboard. A text that scrolls says that it can be reached by Tab. */
function lockedBy(isLocked: boolean): Extension {
  const reached = EditorView.contentAttributes.of({ tabindex: '0' });
  if (!isLocked) return reached;
  return [reached, EditorState.readOnly.of(true), EditorView.contentAttributes.of({ 'aria-readonly': 'true' })];
}

/** Search, the next match, the next of the same word, undo and redo, selections, comments. */
const OWN_KEYS: ReadonlySet<string> = new Set(['f', 'g', 'd', 'z', 'y', 'u', 'i', '/']);

/** The first Escape is for Tab, the second one is the page's. */
const wayOut = EditorView.domEventHandlers({
  keydown(event, view) {
    // The form has some of these for itself.
    if ((event.ctrlKey || event.metaKey) && OWN_KEYS.has(event.key.toLowerCase())) event.stopPropagation();
    if (event.key !== 'Escape' || isWayOpen.has(view)) return false;
    isWayOpen.add(view);
    // Not only for the two seconds that it would be by itself.
    setTimeout(() => view.setTabFocusMode(true));
    event.stopPropagation();
    return false;
  },
  // The browser would put the text into a style of its own, of which the policy of the page complains.
  beforeinput(event, view) {
    const { data, inputType } = event;
    if (inputType !== 'insertText' || !data || view.state.selection.main.empty || view.state.readOnly) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
  blur(_, view) {
    isWayOpen.delete(view);
    view.setTabFocusMode(false);
  },
  input(_, view) {
    isWayOpen.delete(view);
  },
});
const isWayOpen = new WeakSet<EditorView>();

const BASICS: Extension = [
  wayOut,
  lineNumbers(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  codeLook,
  syntaxHighlighting(codeColors, { fallback: true }),
  keymap.of([
    ...closeBracketsKeymap,
    // Ctrl Enter is the form's.
    ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
    ...searchKeymap,
    ...historyKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];
