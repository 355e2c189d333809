/** The sources of the desk as the package brings them, for projects whose apps add to it: it is built again with that. */
import { cpSync } from 'node:fs';
import path from 'node:path';

/** `desk/` without its picture, and what it takes from elsewhere, laid out as here; of the demo apps what they bring to it. */
export function copyDeskSource(root: string, to: string): void {
  const isWanted = (file: string): boolean => {
    const [top, name, inside] = path.relative(root, file).split(path.sep);
    if (top === 'seeds' && name !== undefined) {
      if (inside === undefined) return path.extname(file) === '';
      return inside === 'frontend' || inside === 'app.json';
    }
    return !(top === 'desk' && (name?.startsWith('dist') || name === 'picture.webp'));
  };
  for (const folder of ['desk', 'server/expressions', 'seeds'])
    cpSync(path.join(root, folder), path.join(to, folder), { recursive: true, filter: isWanted });
}
