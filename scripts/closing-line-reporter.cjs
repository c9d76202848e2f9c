const { writeSync } = require('node:fs');

/**
 * Ends every run with `N passed, N failed, N skipped`. It is written while the process exits, because Jest
 * still prints after its reporters are done. A spec file that cannot even be loaded counts as one failure:
 * its tests are unknown, and silence would read as success.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.once('exit', () => {
      writeSync(1, `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
};
