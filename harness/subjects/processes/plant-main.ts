/**
 * Loaded into a node before its program: plants the bug that the environment carries.
 */
import { present } from '../../../src/base/assert.ts';
import type { BugFile } from '../../planting/bug-file.ts';
import { plant } from '../../planting/plant.ts';
import { plantedBugVariable } from '../../planting/planted-bug-variable.ts';

const text = present(process.env[plantedBugVariable], 'the bug to plant');
plant(JSON.parse(text) as BugFile);
