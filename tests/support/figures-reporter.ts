/** Says the figures once more in the last line, in a form that a script can read: `N passed, N failed, N skipped`. */
import type { Reporter, TestModule } from 'vitest/node';

interface Figures {
  passed: number;
  failed: number;
  skipped: number;
}

export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const figures = count(modules);
    figures.failed += unhandledErrors.length;
    // After the default reporter, whose summary is written in the same tick.
    setImmediate(() =>
      process.stdout.write(`${figures.passed} passed, ${figures.failed} failed, ${figures.skipped} skipped\n`),
    );
  }
}

function count(modules: readonly TestModule[]): Figures {
  const figures: Figures = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const before = figures.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed' || state === 'skipped') figures[state] += 1;
      else figures.failed += 1;
    }
    // A file that could not be loaded, or a hook that failed, has no failed test of its own.
    if (module.state() === 'failed' && figures.failed === before) figures.failed += 1;
  }
  return figures;
}
