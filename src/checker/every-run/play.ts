/**
 * One run of a key: what its operators make of the signs they meet, and what the sinks show of it.
 */
import { type Row, WATERMARK_MAX } from '../../model/value.ts';
import { createSequential, type TracedRow } from '../../oracle/specification.ts';
import type { Branch } from '../plan/branches.ts';
import { arriving } from '../plan/items.ts';
import { barrierSign, endSign, timerSign } from './channels.ts';
import type { Job } from './job.ts';

/** A row that reaches the first operator, or the sink. */
export interface Arrival {
  readonly row: TracedRow;
  readonly input: 0 | 1;
}

export interface Shown {
  readonly sink: string;
  readonly row: Row;
}

/** Long enough for every timer of processing time. */
const leapMs = 1_000_000;

/** A sign with the watermark it stands for, if it is one. */
export interface Met {
  readonly sign: number;
  readonly watermark: number | null;
}

type Operator = ReturnType<typeof createSequential>;

/** What shows, in order. `runs`: what each attempt meets. */
export function shownBy(
  job: Job,
  arrivals: readonly Arrival[],
  runs: readonly (readonly Met[])[],
): readonly Shown[] {
  const shown: Shown[] = [];
  const [first, ...operators] = operatorsOf(job, (sink, row) => shown.push({ sink, row }));
  const all = first === undefined ? [] : [first, ...operators];
  let clock = 0;
  const advance = (watermark: number): void => all.forEach((one) => one.watermark(watermark));
  runs.forEach((run, i) => {
    if (i > 0) all.forEach((one) => one.restart());
    for (const { sign, watermark } of run) {
      if (watermark !== null) advance(watermark);
      else if (sign === endSign) advance(WATERMARK_MAX);
      else if (sign === timerSign) {
        clock += leapMs;
        for (const one of all) one.processingTime(clock);
      } else if (sign !== barrierSign) {
        const { row, input } = arrivals[sign] as Arrival;
        if (first === undefined) shown.push({ sink: job.sinks[0]?.spec.id ?? '', row });
        else first.row(row, input);
      }
    }
  });
  return shown;
}

function operatorsOf(job: Job, show: (sink: string, row: TracedRow) => void): readonly Operator[] {
  const { stages, sinks, plan } = job;
  const operators: Operator[] = [];
  for (const { spec } of stages.toReversed()) {
    const next = operators[0];
    const into = stages[stages.length - operators.length]?.branches[0];
    const outputs = (side: 'main' | 'late'): readonly [string, Branch][] =>
      sinks.flatMap(({ spec: { id }, branches: [branch] }): [string, Branch][] => {
        const isOwn =
          branch?.root.kind === 'stage' &&
          branch.root.output === side &&
          branch.root.spec.id === spec.id;
        return isOwn ? [[id, branch]] : [];
      });
    const [main, late] = [outputs('main'), outputs('late')];
    const showAt = (to: readonly [string, Branch][], row: TracedRow): void => {
      for (const [id, branch] of to) for (const own of arriving(branch, row)) show(id, own);
    };
    operators.unshift(
      createSequential(spec, plan.functions, {
        main: (row) => {
          showAt(main, row);
          if (next === undefined || into === undefined) return;
          for (const own of arriving(into, row)) next.row(own, 0);
        },
        late: (row) => showAt(late, row),
      }),
    );
  }
  return operators;
}
