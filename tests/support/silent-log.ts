/** A Logger that says nothing, for tests that do not look at the log. */
import type { Logger } from '../../server/kernel/ports.ts';

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };
