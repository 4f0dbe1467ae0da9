/**
 * The catalogue: every scenario that `tidemark run` knows without configuration. Pipelines as users
 * have them first, then the directed ones, which strain one mechanism each.
 */
import { directed } from '../directed/index.ts';
import type { Scenario } from '../scenario.ts';
import { adClicks } from './ad-clicks.ts';
import { atLeastOnce } from './at-least-once.ts';
import { bankTransfers } from './bank-transfers.ts';
import { cardFraud } from './card-fraud.ts';
import { earthquakes } from './earthquakes.ts';
import { eventTimeSort } from './event-time-sort.ts';
import { flights } from './flights.ts';
import { random } from './random.ts';
import { stopTheWorld } from './stop-the-world.ts';
import { wordCount } from './word-count.ts';

export const catalog: readonly Scenario[] = [
  wordCount,
  cardFraud,
  adClicks,
  earthquakes,
  flights,
  bankTransfers,
  eventTimeSort,
  atLeastOnce,
  stopTheWorld,
  random,
  ...directed,
];
