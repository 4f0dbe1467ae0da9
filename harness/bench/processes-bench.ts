/**
 * Figures of the engine on real processes: how fast a cluster is up, how long it takes to recover,
 * what it gets through, and what checkpoints cost, over their interval.
 */
import { cpus } from 'node:os';

import type { Case } from '../../src/model/case.ts';
import type { History, HistoryEvent } from '../../src/model/history.ts';
import { Bench } from '../subjects/processes/bench.ts';
import { soundProgram } from '../subjects/processes/node-program.ts';
import { runCase } from '../subjects/processes/run-case.ts';
import { subject } from '../subjects/processes.ts';
import { intervalCase, killedCase, throughputCase } from './processes-cases.ts';
import type { IntervalFigures, ProcessFigures } from './processes-figures.ts';

export interface ProcessBenchSettings {
  /** Records of one throughput run. */
  readonly records: number;
  /** Runs of each kind; the figures are medians. */
  readonly repeats: number;
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
    onStep('throughput with and without checkpoints');
    const rates = await this.throughputs();
    onStep('intervals between checkpoints');
    const intervals = await this.intervals();
    return {
      schemaVersion: 1,
      node: process.versions.node,
      cpu: cpus()[0]?.model ?? 'unknown processor',
      cores: cpus().length,
      clusterUpMs: median(killed.map(({ upMs }) => upMs)),
      twoKillRunMs: median(killed.map(({ wallMs }) => wallMs)),
      allValid: killed.every(({ status }) => status === 'valid'),
      recoveryMs: median(killed.flatMap(({ history }) => recoveries(history))),
      throughputRecords: records,
      recordsPerSecond: median(rates.map(({ checkpointed }) => checkpointed)),
      uncheckpointedPerSecond: median(rates.map(({ bare }) => bare)),
      checkpointOverhead: 1 - median(rates.map(({ checkpointed, bare }) => checkpointed / bare)),
      intervals,
    };
  }

  /** In pairs, one after the other: what disturbs the machine disturbs both. */
  private async throughputs(): Promise<{ checkpointed: number; bare: number }[]> {
    const rates: { checkpointed: number; bare: number }[] = [];
    for (let i = 0; i < this.settings.repeats; i++) {
      rates.push({ checkpointed: await this.rate(1_000), bare: await this.rate(neverMs) });
    }
    return rates;
  }

  private async intervals(): Promise<IntervalFigures[]> {
    const figures: IntervalFigures[] = [];
    for (const intervalMs of this.settings.intervalsMs) {
      const recordsPerSecond = await this.rate(intervalMs);
      const { history } = await this.run(intervalCase(1, intervalMs));
      figures.push({ intervalMs, recordsPerSecond, recoveryMs: recoveries(history)[0] ?? null });
    }
    return figures;
  }

  private async rate(intervalMs: number): Promise<number> {
    const { records } = this.settings;
    const { history } = await this.run(throughputCase({ records, intervalMs }));
    return (records * 1_000) / endToEndMs(history);
  }

  private async repeat(caseOf: (seed: number) => Case): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (let i = 1; i <= this.settings.repeats; i++) measured.push(await this.run(caseOf(i)));
    return measured;
  }

  private async run(kase: Case): Promise<Measured> {
    const startedAt = performance.now();
    let upAt = startedAt;
    const { history } = await runCase(kase, {
      bench: this.bench,
      evidence: this.settings.evidence,
      onUp: () => {
        upAt = performance.now();
      },
    });
    const { status } = subject.check(kase, history);
    return { history, upMs: upAt - startedAt, wallMs: performance.now() - startedAt, status };
  }
}

/** From the deployment of the job to its last visible output, ms. */
function endToEndMs(history: History): number {
  const begun = history.find((event) => event.kind === 'attempt');
  const last = history.findLast((event) => event.kind === 'visible');
  return timeOf(last) - timeOf(begun);
}

/** Per kill: until something became visible that an attempt after it had computed or committed, ms. */
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
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
