/**
 * Loaded into a node before its program: plants the bug that the environment carries.
 */
import { present } from '../../../src/base/assert.ts';
import type { BugFile } from '../../known-bugs/bug-file.ts';
import { plant } from '../../known-bugs/plant.ts';
import { plantedBugVariable } from './planted-bug-variable.ts';

const text = present(process.env[plantedBugVariable], 'the bug to plant');
plant(JSON.parse(text) as BugFile);
