#!/usr/bin/env node
/** The command `m`: the TypeScript of a checkout, or the compiled files of the published package. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './bootstrap.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, 'm.ts');
await run(existsSync(source) ? source : path.join(here, '../../dist/server/cli/m.js'), process.argv.slice(2));
