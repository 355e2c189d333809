/** The real DocTypes into an empty database, where they are at hand. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { open } from './data.ts';
import { ROOT, startWorld } from './world.ts';

export async function measureImport(): Promise<void> {
  const folder = path.join(ROOT, '../shared/frappe/doctypes');
  if (!isFolder(folder)) {
    console.log('import of the real DocTypes: skipped, ../shared/frappe/doctypes is not here');
    return;
  }
  const world = await startWorld();
  const services = await open(world.databaseUrl);
  try {
    const begin = performance.now();
    const files = await readDocTypeFiles([folder]);
    await importDocTypes(services.schema, { actor: systemActor('the benchmark'), files });
    console.log(
      `import of ${files.doctypes.length} real DocTypes (${readdirSync(folder).length - 1} apps) into an empty database: ${((performance.now() - begin) / 1000).toFixed(1)} s (goal 15)`,
    );
  } finally {
    await services.close();
    await world.stop();
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
