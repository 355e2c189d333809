/** What this room demands of documents: of File itself, and of all that files hang on. */
import type { Guard } from '../documents/contract.ts';
import { GOES_WITH_DOCUMENT } from './goes-with-document.ts';
import { FILE_GUARD } from './guard.ts';
import { FILE } from './rows.ts';

export const FILE_GUARDS: readonly (readonly [string, Guard])[] = [
  [FILE, FILE_GUARD],
  ['*', GOES_WITH_DOCUMENT],
];
