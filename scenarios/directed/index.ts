/**
 * Directed scenarios: each aims at one mechanism, with the load and the faults that strain it most.
 * Planted bugs are hunted with them; they run like those of the catalogue.
 */
import type { Scenario } from '../scenario.ts';
import { abortedCheckpoints } from './aborted-checkpoints.ts';
import {
  ambiguousWrites,
  bursts,
  damagedCheckpoints,
  newLeaders,
  storeOutages,
} from './durability.ts';
import { endedSplits, endings, longTails } from './liveness.ts';
import { slowPreCommits } from './slow-pre-commits.ts';
import { backpressure, idleSplits, lateSessions, twoStageWindows } from './watermarks.ts';
import { zombies } from './zombies.ts';

export const directed: readonly Scenario[] = [
  abortedCheckpoints,
  zombies,
  newLeaders,
  ambiguousWrites,
  storeOutages,
  slowPreCommits,
  damagedCheckpoints,
  bursts,
  idleSplits,
  backpressure,
  twoStageWindows,
  lateSessions,
  longTails,
  endedSplits,
  endings,
];
