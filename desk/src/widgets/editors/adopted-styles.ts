/**
 * The editor writes its styles into a style element, which the policy of the page refuses; inside a shadow root it
 * takes a constructed style sheet, which the policy allows. One that was made there is put to the whole page.
 */
import { EditorView } from '@codemirror/view';

export function adoptEditorStyles(): void {
  const inside = document.createElement('div').attachShadow({ mode: 'open' });
  new EditorView({ parent: inside, root: inside }).destroy();
  for (const key of Object.getOwnPropertySymbols(inside)) {
    const set = Reflect.get(inside, key) as { sheet?: unknown } | undefined;
    if (set?.sheet instanceof CSSStyleSheet && !Reflect.has(document, key)) Reflect.set(document, key, set);
  }
}
