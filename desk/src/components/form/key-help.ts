/** The keys of a form and of the tables in it, for the sheet of shortcuts. */
import { __ } from '../../composables/useI18n.ts';
import type { KeyGroup } from '../../composables/useKeyHelp.ts';

export function formKeyGroups(): KeyGroup[] {
  return [
    {
      title: __('This document'),
      keys: [
        [['Control+s'], __('Save')],
        [['Control+Enter'], __('Submit')],
        [['Control+b'], __('New document')],
        [['Control+p'], __('Print')],
        [['Alt+↑', 'Alt+↓'], __('Document before, next document')],
        [['Escape'], __('Back to the list')],
      ],
    },
    {
      title: __('Tables'),
      keys: [
        [['↑', '↓', '←', '→'], __('From cell to cell')],
        [['Enter', 'F2'], __('Edit the cell')],
        [['Tab'], __('Next cell')],
        [['Control+Enter'], __('Insert a row')],
        [['Control+d'], __('Fill down')],
        [['Control+Shift+↑', 'Control+Shift+↓'], __('Move the row')],
        [['Control+v'], __('Paste from a spreadsheet')],
      ],
    },
  ];
}
