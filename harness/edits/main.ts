/**
 * `npm run edits -- [--seed N] [--runs N] [--edits N] [--only TEXT] [--verbose]`: changes one
 * visible row of valid runs at a time and prints how many of the wrong histories the checker
 * refutes.
 */
import { parseArgs } from 'node:util';

import { experiment } from './experiment.ts';
import { mistakeText, tableText } from './table.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '4' },
    edits: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
  },
});

const outcome = experiment({
  seed: Number(values.seed),
  runs: Number(values.runs),
  edits: Number(values.edits),
  only: values.only,
});
console.log(tableText(outcome));
if (values.verbose) for (const mistake of outcome.mistakes) console.log(mistakeText(mistake));
process.exitCode = outcome.mistakes.length === 0 ? 0 : 1;
