#!/usr/bin/env node
/** The command `m`: the TypeScript of a checkout, or the compiled files of the published package. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './bootstrap.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(here, 'm.ts');
const isCheckout = existsSync(source);
// Taking the types out of the TypeScript is half of a start; Node (22.1 and newer) remembers it by content.
if (isCheckout) module.enableCompileCache?.(path.join(here, '../../node_modules/.cache/m'));
await run(isCheckout ? source : path.join(here, '../../dist/server/cli/m.js'), process.argv.slice(2));
