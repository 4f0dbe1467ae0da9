/**
 * Entry of the janitor: a process that outlives the harness by a moment. Its standard input ends
 * when the harness does, in whatever way; then it sweeps the workspace it was given and ends too.
 */
import { present } from '../../src/base/assert.ts';
import { sweepFolder } from './workspace.ts';

const folder = present(process.argv[2], 'the workspace to watch');

// Ctrl-C goes to the harness; the janitor is needed a little longer.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdin.on('end', () => sweepFolder(folder));
process.stdin.on('error', () => sweepFolder(folder));
process.stdin.resume();
