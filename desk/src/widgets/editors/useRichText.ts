/**
 * Formatted text in an editor. Tells HTML only after a person has changed something, and what it was given when they
 * have taken that back, so that a form that is merely opened never counts as changed.
 */
import { createDocument, type Editor } from '@tiptap/core';
import { useEditor } from '@tiptap/vue-3';
import { computed, watch } from 'vue';
import { lostIn, withoutStyles, withPlainLists } from '../../meta/markup.ts';
import { richExtensions } from './rich-extensions.ts';

export interface RichTextWish {
  html(): string;
  isLocked(): boolean;
  placeholder: string;
  attributes(): Record<string, string>;
  changed(html: string | null): void;
  /** Files that were pasted or dropped into the text. True: they are taken. */
  takeFiles(files: readonly File[], at?: number): boolean;
}

/** Bold, italic, underlined, code, undo and redo. */
const OWN_KEYS: ReadonlySet<string> = new Set(['b', 'i', 'u', 'e', 'z', 'y']);

function parsed(html: string): HTMLElement {
  const { body } = new DOMParser().parseFromString(withoutStyles(html), 'text/html');
  withPlainLists(body);
  return body;
}

export function useRichText(wish: RichTextWish) {
  /** What was given, and what the editor makes of it before anybody writes. */
  let given = wish.html();
  let untouched = '';
  let isTouched = false;
  /** After Escape, Tab leaves instead of indenting a list or walking through a table. */
  let isWayOpen = false;

  const editor = useEditor({
    content: parsed(given).innerHTML,
    extensions: richExtensions(wish.placeholder),
    // It would be a style element, which the policy of the page refuses: the rules are in RichText.vue.
    injectCSS: false,
    editable: !wish.isLocked(),
    editorProps: {
      attributes: wish.attributes,
      transformPastedHTML: withoutStyles,
      handlePaste: (_, event) => wish.takeFiles([...(event.clipboardData?.files ?? [])]),
      handleDrop: (view, event) =>
        wish.takeFiles(
          [...(event.dataTransfer?.files ?? [])],
          view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos,
        ),
      handleDOMEvents: {
        keydown: (_, event) => {
          // The form has some of these for itself.
          if ((event.ctrlKey || event.metaKey) && OWN_KEYS.has(event.key.toLowerCase())) event.stopPropagation();
          if (event.key === 'Escape' && !isWayOpen) {
            isWayOpen = true;
            event.stopPropagation();
            return false;
          }
          if (event.key === 'Tab' && isWayOpen) return true;
          if (!['Shift', 'Control', 'Alt', 'Meta', 'Escape'].includes(event.key)) isWayOpen = false;
          return false;
        },
        // The browser would put the text into a style of its own, of which the policy of the page complains.
        beforeinput: (view, event) => {
          const { data, inputType } = event;
          if (inputType !== 'insertText' || !data || view.state.selection.empty || !view.editable) return false;
          event.preventDefault();
          view.dispatch(view.state.tr.insertText(data).scrollIntoView());
          return true;
        },
        blur: () => {
          isWayOpen = false;
          return false;
        },
      },
    },
    onCreate: ({ editor: made }) => {
      untouched = made.getHTML();
    },
    onFocus: () => {
      isTouched = true;
    },
    onUpdate: ({ editor: changed }) => {
      const html = changed.getHTML();
      if (!isTouched) untouched = html;
      else if (html === untouched) tell(given === '' ? null : given);
      else tell(changed.isEmpty ? null : html);
    },
  });

  let told: string | null | undefined;
  function tell(html: string | null): void {
    told = html;
    wish.changed(html);
  }

  watch(wish.html, (html) => {
    if (html === (told ?? '')) return;
    given = html;
    told = undefined;
    if (!editor.value) return;
    const content = parsed(html).innerHTML;
    // The server spells some things otherwise: when they mean the same, whoever writes on is not disturbed.
    const isSame = createDocument(content, editor.value.schema).eq(editor.value.state.doc);
    if (!isSame) editor.value.commands.setContent(content, { emitUpdate: false });
    untouched = editor.value.getHTML();
  });
  watch(wish.isLocked, (isLocked) => editor.value?.setEditable(!isLocked, false));

  return {
    editor,
    /** What of the stored HTML would be lost by writing here. */
    lost: computed(() => lostIn(parsed(wish.html()))),
    /** For commands that are given from outside of the text. */
    command(run: (chain: ReturnType<Editor['chain']>) => ReturnType<Editor['chain']>): void {
      isTouched = true;
      // At once: its own focus comes a frame later, and who types fast would lose what they type.
      editor.value?.view.focus();
      if (editor.value) run(editor.value.chain().focus()).run();
    },
  };
}

export type RichTextCommand = ReturnType<typeof useRichText>['command'];
