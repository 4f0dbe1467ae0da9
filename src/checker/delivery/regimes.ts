/**
 * The regimes: by which rules the rows of a sink are judged follows from what leads to it. The
 * first regime of the table that applies judges. `README.md` beside check.ts tells each at length.
 */
import type { Plan } from '../plan/plan.ts';
import {
  checkBatchPart,
  checkContributorPart,
  checkNestedPart,
  checkPanePart,
  checkRunningPart,
  checkSlotPart,
  leaveCopies,
  leaveListOrder,
  leaveUnspecified,
  type RegimeCheck,
} from './regime-checks.ts';
import {
  batchesOf,
  besideUndeclared,
  branchWithNestedLists,
  hidesCopies,
  isOpen,
  nestedShapeOf,
  panesOf,
  readingOf,
  type SinkPart,
} from './sink-part.ts';

export interface Regime {
  readonly name: string;
  /** When it applies, completed by "because". */
  readonly when: string;
  readonly decides: string;
  readonly leavesOpen: string;
  applies(plan: Plan, part: SinkPart): boolean;
  readonly check: RegimeCheck;
}

const everyRow = 'what each row is, how often it shows, its order, and that none is missing';

export const regimes: readonly Regime[] = [
  {
    name: 'list-order',
    when: 'a function looks at lists of lists, which do not show in which order they were made',
    decides: 'nothing',
    leavesOpen: 'everything that rows decide',
    applies: (plan, part) => branchWithNestedLists(plan, part) !== null,
    check: leaveListOrder,
  },
  {
    name: 'slots',
    when: 'the input says of each row that it must, may or must not show',
    decides: everyRow,
    leavesOpen: 'the last value of a key at an upsert sink where a row may or may not show',
    applies: (_, { others }) => others.length === 0,
    check: checkSlotPart,
  },
  {
    name: 'nested-late',
    when: 'it shows the late output of windows over windows, which is judged with the main output',
    decides: 'nothing here; see nested',
    leavesOpen: 'nothing here; see nested',
    applies: (plan, part) => nestedShapeOf(plan, part)?.main === 'elsewhere',
    check: () => undefined,
  },
  {
    name: 'nested',
    when: 'it shows windows over windows, and which panes the first ones fire is open',
    decides:
      'that every record counts in its place, not too often, and at least once where it must',
    leavesOpen: 'in which pane of several a record counts that may be late',
    applies: (plan, part) => nestedShapeOf(plan, part)?.main === 'here',
    check: checkNestedPart,
  },
  {
    name: 'contributors',
    when: 'rows of several stages mix, or what enters the stage is the choice of the schedule',
    decides: 'that every record a row names exists, and that none is missing where all arrive',
    leavesOpen: 'how often and in which rows a record counts',
    applies: isOpen,
    check: checkContributorPart,
  },
  {
    name: 'running-listed',
    when: 'it shows a running aggregate whose values list the ids of their records',
    decides: everyRow,
    leavesOpen: 'what attempts that went different ways show together',
    applies: (plan, part) => readingOf(plan, part) === 'ids',
    check: checkRunningPart,
  },
  {
    name: 'running-traced',
    when: 'it shows a running aggregate whose values carry a version vector and a fingerprint',
    decides: everyRow,
    leavesOpen: 'values that a function may have changed, and attempts that went different ways',
    applies: (plan, part) => readingOf(plan, part) === 'digits',
    check: checkRunningPart,
  },
  {
    name: 'running-opaque',
    when: 'it shows a running aggregate whose values do not say which records are in them',
    decides: 'whether some order of the records gives the values, within a budget of steps',
    leavesOpen: 'keys whose search exceeds the budget, and repeats where attempts show their work',
    applies: (plan, part) => readingOf(plan, part) === 'nothing',
    check: checkRunningPart,
  },
  {
    name: 'copies',
    when: 'a flat-map makes several rows of one, and nothing tells them apart',
    decides: 'nothing',
    leavesOpen: 'everything that rows decide',
    applies: hidesCopies,
    check: leaveCopies,
  },
  {
    name: 'panes',
    when: 'it shows the panes of windows, made by the engine or by hand',
    decides: 'that each pane holds what it must, may hold, and nothing else, and fired in its time',
    leavesOpen: 'panes that hide which of many undecided records they hold',
    applies: (plan, part) => panesOf(plan, part) !== null,
    check: checkPanePart,
  },
  {
    name: 'batches',
    when: 'it shows batches of processing time that list the ids of their records',
    decides: 'that every record is in exactly one batch of its key, in the order of its origin',
    leavesOpen: 'which records share a batch',
    applies: (plan, part) => batchesOf(plan, part) !== null,
    check: checkBatchPart,
  },
  {
    name: 'unspecified',
    when: 'a function is involved of which nobody said what it does, or it does not do that',
    decides: 'nothing',
    leavesOpen: 'everything that rows decide',
    applies: () => true,
    check: leaveUnspecified,
  },
];

/** Parts whose rows may be of any of their branches are not divided. */
export function isUndivided(plan: Plan, part: SinkPart): boolean {
  return branchWithNestedLists(plan, part) !== null || besideUndeclared(plan, part) !== null;
}
