/** The keys of a list, for the sheet of shortcuts. */
import { __ } from '../../composables/useI18n.ts';
import type { KeyGroup } from '../../composables/useKeyHelp.ts';

export function listKeyGroups(): KeyGroup[] {
  return [
    {
      title: __('Going about'),
      keys: [
        [['j', '↓'], __('Next row')],
        [['k', '↑'], __('Row before')],
        [['←', '→'], __('From cell to cell')],
        [['Enter'], __('Open')],
        [['Control+Enter'], __('Open in a new tab')],
        [['/'], __('Search')],
        [['f'], __('Add a filter')],
        [['r'], __('Refresh')],
      ],
    },
    {
      title: __('Choosing and changing'),
      keys: [
        [['Space'], __('Choose a row')],
        [['Shift+↓', 'Shift+↑'], __('Choose on and on')],
        [['Control+a'], __('Choose all that are loaded')],
        [['x'], __('What to do with the chosen')],
        [['e', 'F2'], __('Edit the cell')],
        [['c', 'Control+b'], __('New document')],
        [['Escape'], __('Choose none')],
      ],
    },
    {
      title: __('Columns and boards'),
      keys: [
        [['Alt+↓'], __('Menu of a column')],
        [['Shift+←', 'Shift+→'], __('Narrower, wider')],
        [['Control+←', 'Control+→'], __('Move a column, or a card of a board')],
      ],
    },
  ];
}
