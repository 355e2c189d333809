/** A client for the real DocTypes of Frappe apps, where they are at hand: it compiles, names and options of all kinds included. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFiles } from '../../server/codegen/client.ts';
import { writeFiles } from '../../server/codegen/files.ts';
import { readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { BROWSER, compile, generatedFolder } from '../support/compile.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../shared/frappe/doctypes');
const isHere = existsSync(FOLDER);
const OUT = generatedFolder('corpus');

/** A front end that uses a little of it: the compiler must not look at all DocTypes for that. */
const USAGE = `import { createClient } from './client.js';
const client = createClient({ url: '' });
export const users = client.doc('User').list({ fields: ['name'], filters: [['enabled', '=', true]] });
export const roles = client.graphql.query({
  role: { args: { where: { name: { _like: 'A%' } } }, select: { name: true } },
  // @ts-expect-error no field
  user: { select: { nme: true } },
});
`;

describe.skipIf(!isHere)(
  'a client for the real DocTypes (skipped where ../shared/frappe/doctypes is not beside the project)',
  () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await createTestApp();
      const files = await readDocTypeFiles([FOLDER]);
      await importDocTypes(app.app.schema, { actor: systemActor('the corpus test'), files });
    });
    afterAll(async () => {
      await app?.close();
      await rm(OUT, { recursive: true, force: true });
    });

    it('is made in seconds, compiles, and is the same each time', async () => {
      const snapshot = app.app.store.current();
      const wish = { doctypes: [], modules: [], version: '1.2.3' };
      const begun = performance.now();
      const { doctypes, files } = await clientFiles(snapshot, wish);
      const made = performance.now();
      expect(doctypes.length).toBeGreaterThan(300);
      expect((await clientFiles(snapshot, wish)).files).toEqual(files);
      await writeFiles(OUT, files);
      await writeFile(path.join(OUT, 'usage.ts'), USAGE);
      const compiling = performance.now();
      expect(await compile(OUT, BROWSER)).toBe('');
      const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
      const bytes = [...files].map(([name, text]) => `${name} ${Math.round(text.length / 1024)} KiB`);
      console.info(
        `client of ${doctypes.length} DocTypes: made in ${seconds(made - begun)}, compiled in ${seconds(performance.now() - compiling)}; ${bytes.join(', ')}`,
      );
    }, 180_000);
  },
);
