/**
 * Loaded into a node process before its program: plants the bug that the environment names.
 */
import { present } from '../../../src/base/assert.ts';
import { loadBug } from '../../known-bugs/bug-file.ts';
import { plant } from '../../known-bugs/plant.ts';

plant(loadBug(present(process.env['TIDEMARK_BUG_FILE'], 'the bug file to plant')));
