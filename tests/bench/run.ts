/**
 * `npm run bench`: our server against others on the same tables, as ratios of one run, and what edits,
 * imports, memory and start cost, and what the desk promises. `-- --quick` takes a few minutes, `-- rest`,
 * `-- graphql` and `-- desk` run one part.
 */
import { measureDesk } from './desk/measure.ts';
import { measureEdits } from './edits.ts';
import { compareGraphql } from './graphql/compare.ts';
import { measureLiveSchema } from './graphql/live-schema.ts';
import { measureImport } from './imports.ts';
import { measureLogins } from './logins.ts';
import { comparePermissions } from './permissions.ts';
import { compareRest } from './rest.ts';
import { measureSearch } from './search.ts';

const isQuick = process.argv.includes('--quick');
const load = { rounds: isQuick ? 3 : 5, seconds: isQuick ? 0.4 : 5, connections: 16 };
const edits = isQuick ? 10 : 40;
/** Of a real application, and larger than any: DocTypes have six fields in the median, 77 at the 99th percentile. */
const sizes = isQuick
  ? [{ count: 300, fields: 12 }]
  : [
      { count: 1000, fields: 12 },
      { count: 1000, fields: 60 },
    ];

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  async rest() {
    await compareRest(load);
    await measureEdits(edits);
    await measureImport();
    await comparePermissions(load);
    await measureLogins(load);
    await measureSearch();
  },
  async graphql() {
    await compareGraphql(load);
    for (const size of sizes) await measureLiveSchema({ ...size, edits });
  },
  async desk() {
    await measureDesk(isQuick ? { runs: 3, slowRuns: 1, all: false } : { runs: 9, slowRuns: 3, all: true });
  },
};

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = wanted.find((part) => !PARTS[part]);
if (unknown) throw new Error(`There is no part "${unknown}", only ${Object.keys(PARTS).join(' and ')}.`);

console.log(`rounds ${load.rounds} x ${load.seconds} s, ${load.connections} connections, Node ${process.version}`);
for (const [name, part] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await part();
