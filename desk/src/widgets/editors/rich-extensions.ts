/** What formatted text may hold, and how it is read from and written as HTML. */
import { Extension, type Extensions } from '@tiptap/core';
import { Image } from '@tiptap/extension-image';
import { TableKit } from '@tiptap/extension-table';
import { Placeholder } from '@tiptap/extensions';
import { StarterKit } from '@tiptap/starter-kit';
import { KEPT_STYLE } from '../../meta/markup.ts';

/** What others have written keeps its classes and its alignment. */
const KeptAttributes = Extension.create({
  name: 'keptAttributes',
  addGlobalAttributes() {
    const kept = (attribute: string) => ({
      default: null,
      parseHTML: (element: HTMLElement) => element.getAttribute(attribute),
    });
    const texts = ['paragraph', 'heading', 'bulletList', 'orderedList', 'listItem', 'blockquote', 'image'];
    const cells = ['tableCell', 'tableHeader'];
    return [
      { types: [...texts, ...cells], attributes: { class: kept('class'), style: kept(KEPT_STYLE) } },
      { types: ['table', 'tableRow'], attributes: { class: kept('class') } },
    ];
  },
});

export function richExtensions(placeholder: string): Extensions {
  return [
    StarterKit.configure({
      // It would add a paragraph to what is only looked at.
      trailingNode: false,
      link: {
        openOnClick: false,
        protocols: ['mailto', 'tel'],
        HTMLAttributes: { target: null, rel: 'noopener noreferrer' },
      },
    }),
    Image.configure({ allowBase64: true }),
    TableKit.configure({ table: { resizable: false } }),
    Placeholder.configure({ placeholder }),
    KeptAttributes,
  ];
}
