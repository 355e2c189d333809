/** HTML of documents, cleaned once more before it is shown, with those of its styles that arrange it. */
import DOMPurify from 'dompurify';
import { KEPT_STYLE, withoutStyles } from '../../meta/markup.ts';

/** Colours are not among them: they would not be read in the other theme. */
const ARRANGING = [
  'text-align',
  'width',
  'padding-left',
  'padding-right',
  'margin-left',
  'font-weight',
  'font-style',
  'text-decoration-line',
];

export function cleanHtml(html: string): string {
  return DOMPurify.sanitize(withoutStyles(html), {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea'],
    FORBID_ATTR: ['style'],
  });
}

/** By script, because the policy of the page refuses styles in markup. For an element that has just got clean HTML. */
export function arrange(root: Element): void {
  const wanted = document.createElement('i').style;
  for (const element of root.querySelectorAll<HTMLElement>(`[${KEPT_STYLE}]`)) {
    wanted.cssText = element.getAttribute(KEPT_STYLE) ?? '';
    for (const property of ARRANGING) element.style.setProperty(property, wanted.getPropertyValue(property));
  }
}
