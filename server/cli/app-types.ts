/** What an app is checked against in an editor, as the package brings it. */
import { cpSync } from 'node:fs';
import path from 'node:path';

const FOLDER = 'server/app-types';

export function copyAppTypes(root: string, to: string): void {
  cpSync(path.join(root, FOLDER), path.join(to, FOLDER), { recursive: true });
}
