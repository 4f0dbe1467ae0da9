/**
 * What the checker of cases and the checker of streams say of one history, and why they may differ:
 * what a stream history does not hold, what the stream tier does not remember, and what the checker
 * of cases does not see yet. Everything else is a difference.
 */
import { streamHistoryOf } from '../../../harness/stream-history/from-history.ts';
import { checkHistory } from '../../../src/checker/check.ts';
import { closureOf } from '../../../src/judgement/judge.ts';
import type { Case } from '../../../src/model/case.ts';
import { anomalies, type AnomalyName, type Guarantee } from '../../../src/model/guarantee.ts';
import type { History } from '../../../src/model/history.ts';
import { InputError } from '../../../src/model/input-error.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { checkStream } from '../../support/checker/verified-stream.ts';

/** A history and both verdicts. */
interface Pair {
  readonly kase: Case;
  readonly history: History;
  readonly whole: Verdict;
  readonly stream: Verdict;
  readonly isValues: boolean;
  readonly isAppend: boolean;
  readonly isStopped: boolean;
}

type Side = 'case' | 'stream';

/** Anomalies that one side may name alone. */
interface Allowance {
  readonly why: string;
  readonly side: Side;
  readonly names: readonly AnomalyName[];
  when(pair: Pair, has: (side: Side, ...names: readonly AnomalyName[]) => boolean): boolean;
}

const duplicates = [
  'duplicate',
  'duplicate-replay',
  'duplicate-zombie',
  'duplicate-sink',
] as const satisfies readonly AnomalyName[];

/** What a stream history or the stream tier does not know. */
const limits: readonly Allowance[] = [
  {
    why: 'what has to happen in which time is in the case, not in a stream history',
    side: 'case',
    names: ['stall'],
    when: () => true,
  },
  {
    why: 'which checkpoints ended the input is not in a stream history',
    side: 'case',
    names: ['work-after-end'],
    when: () => true,
  },
  {
    why: 'a commit before its checkpoint is compared with the cuts that exist by then',
    side: 'case',
    names: ['offset-skew'],
    when: (_, has) => has('stream', 'premature-visible', 'zombie-commit', 'commit-regression'),
  },
  {
    why: 'who showed a value first is not remembered',
    side: 'stream',
    names: duplicates,
    when: ({ isValues }, has) => isValues && has('case', ...duplicates, 'reorder'),
  },
  {
    why: 'who showed a value first is not remembered',
    side: 'case',
    names: duplicates,
    when: ({ isValues }, has) => isValues && has('stream', ...duplicates),
  },
  {
    why: 'in which order an attempt shows again what another had shown is not remembered',
    side: 'case',
    names: ['reorder'],
    when: ({ isValues, isAppend }, has) => isValues && isAppend && has('stream', ...duplicates),
  },
  {
    why: 'which of several records gave a value is not known, nor which value is missing',
    side: 'case',
    names: ['offset-skew'],
    when: ({ isValues }, has) => isValues && has('stream', 'loss'),
  },
  {
    why: 'whether a value that was left out comes late or shows again is not remembered',
    side: 'stream',
    names: ['reorder'],
    when: ({ isValues }, has) =>
      isValues && has('case', ...duplicates, 'zombie-commit', 'aborted-visible'),
  },
  {
    why: 'a value names no time of its own, and not what the one before it was',
    side: 'case',
    names: ['state-divergence', 'forked-state'],
    when: ({ isValues, isAppend }, has) =>
      isValues && isAppend && has('stream', 'reorder', 'loss', ...duplicates),
  },
  {
    why: 'which of several records gave a value is not known, nor which value is missing',
    side: 'case',
    names: ['inconsistent-cut'],
    when: ({ isValues }, has) => isValues && has('stream', 'reorder', 'offset-skew', 'loss'),
  },
];

/** What the checker of cases does not see, or sees wrongly: to be taken out as it learns. */
const gaps: readonly Allowance[] = [
  {
    why: 'it takes the number of an aborted checkpoint for a state that a reader sees',
    side: 'case',
    names: ['inconsistent-cut'],
    when: ({ isAppend, kase }) => !isAppend && sinkOf(kase).parallelism > 1,
  },
  {
    why: 'it takes the number of a checkpoint for the order in which readers see its commits',
    side: 'stream',
    names: ['inconsistent-cut'],
    when: (_, has) => has('stream', 'commit-regression', 'premature-visible', 'zombie-commit'),
  },
  {
    why: 'it takes what lies beyond the last known savepoint for no input',
    side: 'case',
    names: ['phantom', 'state-divergence', 'masked', 'loss'],
    when: ({ isStopped }) => isStopped,
  },
  {
    why: 'it takes what lies beyond the last known savepoint for no input',
    side: 'stream',
    names: ['offset-skew', 'state-divergence'],
    when: ({ isStopped }, has) => isStopped && has('case', 'phantom', 'state-divergence'),
  },
  {
    why: 'it cuts the input at the savepoint, so that what shows beyond it stays open',
    side: 'stream',
    names: [...duplicates, 'loss', 'state-divergence', 'phantom', 'misroute', 'reorder'],
    when: ({ isStopped, whole }) =>
      isStopped && (mayHaveReadFurther(whole) || whole.guarantees.validity === 'not-checked'),
  },
  {
    why: 'a record that shows again under another key is not counted as shown twice',
    side: 'stream',
    names: duplicates,
    when: ({ isValues }, has) => !isValues && has('case', 'misroute'),
  },
  {
    why: 'a job that gave up owes nothing, though a checkpoint covers it or a later record shows',
    side: 'stream',
    names: ['loss'],
    when: ({ history }) => endOf(history) === 'failed',
  },
  {
    why: 'at an append sink it does not hold the values of one attempt against those of another',
    side: 'stream',
    names: ['forked-state', 'duplicate', 'duplicate-replay'],
    when: ({ isValues, isAppend }) => isValues && isAppend,
  },
  {
    why: 'a wrong last value is taken for a lost record as well',
    side: 'case',
    names: ['loss'],
    when: ({ isValues }, has) => isValues && has('stream', 'state-divergence'),
  },
  {
    why: 'a value that shows late or never is not missing from the states that readers see',
    side: 'stream',
    names: ['inconsistent-cut'],
    when: ({ isValues }) => isValues,
  },
  {
    why: 'values are followed by their count: a wrong one forks, or is masked without evidence',
    side: 'case',
    names: ['forked-state', 'masked'],
    when: ({ isValues }, has) => isValues && has('stream', 'state-divergence'),
  },
  {
    why: 'values are followed by their count: a wrong one forks, or is masked without evidence',
    side: 'stream',
    names: ['state-divergence'],
    when: ({ isValues }, has) => isValues && has('case', 'forked-state', 'masked'),
  },
  {
    why: 'after two values that fork it judges its key no more',
    side: 'case',
    names: ['state-divergence'],
    when: ({ isValues }, has) => isValues && has('stream', 'forked-state'),
  },
  {
    why: 'after two values that fork it judges its key no more',
    side: 'stream',
    names: ['duplicate-replay', 'rollback', 'forked-state'],
    when: ({ isValues }, has) => isValues && has('case', 'forked-state', 'state-divergence'),
  },
];

export interface Comparison {
  /** `refused`: no stream history can hold it. */
  readonly outcome: 'equal' | 'explained' | 'different' | 'refused';
  /** What differs and is not explained. */
  readonly differences: readonly string[];
  readonly whys: readonly string[];
}

export function compare(kase: Case, history: History): Comparison {
  let stream: Verdict;
  try {
    stream = streamVerdict(kase, history);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { outcome: 'refused', differences: [], whys: [] };
  }
  const { operators } = kase.pipeline;
  return explain({
    kase,
    history,
    whole: checkHistory(kase, history),
    stream,
    isValues: operators.some(({ kind }) => kind === 'reduce'),
    isAppend: sinkOf(kase).connector === 'append',
    // A job that gave up is judged like one that was stopped where it had got to.
    isStopped: kase.options.stop !== null || endOf(history) === 'failed',
  });
}

function streamVerdict(kase: Case, history: History): Verdict {
  return checkStream(streamHistoryOf(kase, history));
}

function explain(pair: Pair): Comparison {
  const named = { case: namesOf(pair.whole), stream: namesOf(pair.stream) };
  const has = (side: Side, ...names: readonly AnomalyName[]): boolean =>
    names.some((name) => named[side].has(name));
  const whys = new Set<string>();
  const differences: string[] = [];
  const touched = new Set<Guarantee>();
  for (const side of ['case', 'stream'] as const) {
    const other = named[side === 'case' ? 'stream' : 'case'];
    for (const name of named[side]) {
      if (other.has(name) || !isJudged(name)) continue;
      const allowance = [...limits, ...gaps].find(
        (one) => one.side === side && one.names.includes(name) && one.when(pair, has),
      );
      if (allowance === undefined) differences.push(`only the checker of ${side}s names ${name}`);
      else whys.add(allowance.why);
      for (const each of closureOf(name)) for (const g of anomalies[each].refutes) touched.add(g);
      // Where what it worked on shows, this is more than a matter of progress.
      if (name === 'work-after-end') touched.add('exactly-once');
    }
  }
  for (const guarantee of pair.kase.promises) {
    const [a, b] = [pair.whole.guarantees[guarantee], pair.stream.guarantees[guarantee]];
    if (a === b || touched.has(guarantee)) continue;
    const why = whyUndecided(pair, guarantee);
    if (why === null) differences.push(`${guarantee} is ${a} in the case and ${b} in the stream`);
    else whys.add(why);
  }
  const isEqual = differences.length === 0 && whys.size === 0;
  const explained = differences.length === 0 ? 'explained' : 'different';
  return { outcome: isEqual ? 'equal' : explained, differences, whys: [...whys] };
}

/** Event time is no matter of stream histories. */
function isJudged(name: AnomalyName): boolean {
  return anomalies[name].refutes.some((guarantee) => !guarantee.startsWith('watermark'));
}

function textsOf({ unknowns }: Verdict, guarantee: Guarantee): string[] {
  return unknowns.flatMap((reason) => (reason.guarantee === guarantee ? reason.text : []));
}

/** Why one of them may leave open what the other decides. */
function whyUndecided(pair: Pair, guarantee: Guarantee): string | null {
  const { history, whole, stream, isStopped } = pair;
  const [a, b] = [whole.guarantees[guarantee], stream.guarantees[guarantee]];
  const open = textsOf(stream, guarantee).join();
  if (b === 'unknown' && endOf(history) === 'failed') return 'whether a job had to give up';
  if (a === 'unknown' && textsOf(whole, guarantee).includes(noRunGivesIt)) {
    return 'small keys are decided by listing every legal run, in the checker of cases only';
  }
  if (isStopped && (a === 'not-checked' || open.includes('ended as suspended'))) {
    return 'how far a stopped job had read';
  }
  const isListed = textsOf(whole, guarantee).includes(noRunGivesIt);
  if (a === 'unknown' && isListed) return 'which runs a small key has is not listed';
  if (a === 'unknown' && isStopped && mayHaveReadFurther(whole)) {
    return 'what an earlier attempt had read beyond the savepoint';
  }
  const isOpenEnd = isStopped || stream.anomalies.length > 0;
  if (a === 'unknown' && pair.isValues && pair.isAppend && isOpenEnd) {
    return 'what values are of that go on from a wrong one';
  }
  if (b === 'unknown' && open.includes('not all that had shown is known')) {
    return 'whether what shows again is what had shown';
  }
  return b === 'unknown' && open.includes('nobody said') ? 'what nobody said to be prepared' : null;
}

/** What the checker of cases says where no legal run shows this, and no anomaly says why. */
const noRunGivesIt = 'no order and no event time gives what shows';

function mayHaveReadFurther({ unknowns }: Verdict): boolean {
  return unknowns.some(({ text }) => text.includes('an earlier attempt may have read further'));
}

function namesOf({ anomalies: found }: Verdict): ReadonlySet<AnomalyName> {
  return new Set(found.map(({ name }) => name));
}

function endOf(history: History): string | null {
  const end = history.at(-1);
  return end?.kind === 'end' ? end.outcome : null;
}

function sinkOf({ pipeline }: Case): { readonly connector: string; readonly parallelism: number } {
  const sink = pipeline.operators.find((operator) => operator.kind === 'sink');
  if (sink === undefined) throw new Error('a case without a sink');
  return sink;
}
