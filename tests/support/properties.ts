/** Properties with the seed of the run (seed.ts): what fails, fails for the change that it came with. */
import fc from 'fast-check';
import { seedFrom } from './seed.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedFrom('FUZZ_SEED') });

export default fc;
