/**
 * Figures of the engine on real processes: how fast a cluster is up, how long it takes to recover,
 * what it gets through, and what checkpoints cost, over their interval.
 */
import { cpus } from 'node:os';

import { present } from '../../src/base/assert.ts';
import type { Case } from '../../src/model/case.ts';
import type { History, HistoryEvent } from '../../src/model/history.ts';
import { Bench } from '../subjects/processes/bench.ts';
import { soundProgram } from '../subjects/processes/node-program.ts';
import { runCase } from '../subjects/processes/run-case.ts';
import { subject } from '../subjects/processes.ts';
import { intervalCase, killedCase, throughputCase } from './processes-cases.ts';
import { type IntervalFigures, type ProcessFigures, spreadOf } from './processes-figures.ts';
import { benchToxiproxy } from './toxiproxy.ts';

export interface ProcessBenchSettings {
  /** Records of one throughput run. */
  readonly records: number;
  /** Runs of each kind; the figures are medians. */
  readonly repeats: number;
  /** The same for each of {@link intervalsMs}, with its spread. */
  readonly intervalRecords: number;
  readonly intervalRepeats: number;
  /** Times between checkpoints to compare, ms. */
  readonly intervalsMs: readonly number[];
  /** Folder for histories under way. */
  readonly evidence: string;
  readonly onStep: (text: string) => void;
}

interface Measured {
  readonly history: History;
  readonly upMs: number;
  readonly wallMs: number;
  readonly status: string;
}

/** Longer than any run of the benchmark: only the checkpoint that ends the job is taken. */
const neverMs = 3_600_000;

export async function measureProcesses(settings: ProcessBenchSettings): Promise<ProcessFigures> {
  const bench = await Bench.open({ program: soundProgram });
  try {
    return await new ProcessBench(bench, settings).measure();
  } finally {
    await bench.close();
  }
}

class ProcessBench {
  private readonly bench: Bench;
  private readonly settings: ProcessBenchSettings;

  constructor(bench: Bench, settings: ProcessBenchSettings) {
    this.bench = bench;
    this.settings = settings;
  }

  async measure(): Promise<ProcessFigures> {
    const { records, onStep } = this.settings;
    onStep('runs with two kills');
    const killed = await this.repeat((seed) => killedCase(seed, [900, 2_100]));
    onStep('round trips through a proxy');
    const { sameLoop, otherThread } = await benchToxiproxy();
    onStep('throughput with and without checkpoints');
    const rates = await this.throughputs();
    onStep('intervals between checkpoints');
    const intervals = await this.intervals();
    const statuses = [...killed.map(({ status }) => status), ...intervals.statuses];
    return {
      schemaVersion: 1,
      node: process.versions.node,
      cpu: cpus()[0]?.model ?? 'unknown processor',
      cores: cpus().length,
      clusterUpMs: median(killed.map(({ upMs }) => upMs)),
      twoKillRunMs: median(killed.map(({ wallMs }) => wallMs)),
      allValid: statuses.every((status) => status === 'valid'),
      recoveryMs: median(killed.flatMap(({ history }) => recoveries(history))),
      proxyAddedUs: sameLoop.addedMedianUs,
      proxyAddedWithWakingUs: otherThread.addedMedianUs,
      throughputRecords: records,
      recordsPerSecond: median(rates.map(({ checkpointed }) => checkpointed)),
      uncheckpointedPerSecond: median(rates.map(({ bare }) => bare)),
      checkpointOverhead: 1 - median(rates.map(({ checkpointed, bare }) => checkpointed / bare)),
      intervalRecords: this.settings.intervalRecords,
      intervals: intervals.figures,
    };
  }

  /** In pairs, one after the other: what disturbs the machine disturbs both. */
  private async throughputs(): Promise<{ checkpointed: number; bare: number }[]> {
    const rates: { checkpointed: number; bare: number }[] = [];
    for (let i = 0; i < this.settings.repeats; i++) {
      const { records } = this.settings;
      rates.push({
        checkpointed: await this.rate(records, 1_000),
        bare: await this.rate(records, neverMs),
      });
    }
    return rates;
  }

  /** In rounds over all intervals: what changes on the machine meanwhile changes all of them. */
  private async intervals(): Promise<{ figures: IntervalFigures[]; statuses: string[] }> {
    const { intervalsMs, intervalRepeats, intervalRecords, onStep } = this.settings;
    const runs = intervalsMs.map(() => ({ rates: [] as number[], recoveries: [] as number[] }));
    const statuses: string[] = [];
    for (let round = 1; round <= intervalRepeats; round++) {
      for (const [index, { rates, recoveries: times }] of runs.entries()) {
        const intervalMs = intervalsMs[index] ?? neverMs;
        onStep(`a checkpoint every ${intervalMs} ms, run ${round} of ${intervalRepeats}`);
        rates.push(await this.rate(intervalRecords, intervalMs));
        const { history, status } = await this.run(intervalCase(round, intervalMs));
        times.push(...recoveries(history));
        statuses.push(status);
      }
    }
    const figures = runs.map(({ rates, recoveries: times }, index) => ({
      intervalMs: intervalsMs[index] ?? neverMs,
      recordsPerSecond: present(spreadOf(rates), 'runs of an interval'),
      recoveryMs: spreadOf(times),
    }));
    return { figures, statuses };
  }

  /** Not checked: that would take longer than the run, and no fault is in it. */
  private async rate(records: number, intervalMs: number): Promise<number> {
    const { history } = await this.record(throughputCase({ records, intervalMs }));
    return (records * 1_000) / endToEndMs(history);
  }

  private async repeat(caseOf: (seed: number) => Case): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (let i = 1; i <= this.settings.repeats; i++) measured.push(await this.run(caseOf(i)));
    return measured;
  }

  private async run(kase: Case): Promise<Measured> {
    const startedAt = performance.now();
    const { history, upMs } = await this.record(kase);
    const { status } = subject.check(kase, history);
    return { history, upMs, wallMs: performance.now() - startedAt, status };
  }

  private async record(kase: Case): Promise<Pick<Measured, 'history' | 'upMs'>> {
    const startedAt = performance.now();
    let upAt = startedAt;
    const { history } = await runCase(kase, {
      bench: this.bench,
      evidence: this.settings.evidence,
      onUp: () => {
        upAt = performance.now();
      },
    });
    return { history, upMs: upAt - startedAt };
  }
}

/** From the deployment of the job to its last visible output, ms. */
function endToEndMs(history: History): number {
  const begun = history.find((event) => event.kind === 'attempt');
  const last = history.findLast((event) => event.kind === 'visible');
  return timeOf(last) - timeOf(begun);
}

/**
 * Per kill: until something became visible that an attempt after it had computed or committed, ms.
 */
export function recoveries(history: History): number[] {
  return history.flatMap((event, index) => {
    if (event.kind !== 'node' || event.event !== 'crashed') return [];
    const rest = history.slice(index);
    const next = rest.find((later) => later.kind === 'attempt');
    if (next?.kind !== 'attempt') return [];
    const output = rest.find((later) => later.kind === 'visible' && later.attempt >= next.attempt);
    return output === undefined ? [] : [timeOf(output) - event.t];
  });
}

function timeOf(event: HistoryEvent | undefined): number {
  return event === undefined || event.kind === 'header' ? Number.NaN : event.t;
}

function median(values: readonly number[]): number {
  return spreadOf(values)?.median ?? Number.NaN;
}
