/**
 * The catalogue: every scenario that `tidemark run` knows without configuration.
 */
import type { Scenario } from '../scenario.ts';
import { random } from './random.ts';
import { wordCount } from './word-count.ts';

export const catalog: readonly Scenario[] = [wordCount, random];
