// Prints `N passed, N failed` from the JSON that vitest wrote, and fails when anything failed or
// when nothing passed. A test file that did not load counts as one failure.

import { readFileSync } from 'node:fs';

const path = process.argv[2];
const report = JSON.parse(readFileSync(path, 'utf8'));

const brokenFiles = report.testResults.filter(
  (file) =>
    file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + brokenFiles.length;

if (passed === 0) console.error(`${path}: no test passed`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
