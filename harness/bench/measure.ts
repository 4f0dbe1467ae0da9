/**
 * Takes the figures. The hot loops run in this process, so that they measure one core.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { defaultCase } from '../../scenarios/default-case.ts';
import type { Case } from '../../src/model/case.ts';
import { subject } from '../subjects/simulator.ts';
import { siblingUrl } from '../workers/worker-setup.ts';
import { measureChecker } from './checker-bench.ts';
import { measureDeliveries } from './delivery-bench.ts';
import type { BenchFigures, MemoryFigures } from './figures.ts';

export interface BenchSettings {
  /** Wall time per loop. */
  readonly loopMs: number;
  /** Runs of the memory measurement. */
  readonly memoryRuns: number;
  readonly onStep: (text: string) => void;
}

/** All figures; takes a few times `loopMs` plus the memory runs. */
export function measure(settings: BenchSettings): BenchFigures {
  settings.onStep('start-up of the command line');
  const startUpMs = measureStartUp();
  const cases = Array.from({ length: 50 }, (_, i) => defaultCase(i + 1));
  settings.onStep('complete runs, checked');
  const complete = loop(cases, settings.loopMs, runAndCheck);
  settings.onStep('simulations alone');
  const alone = loop(cases, settings.loopMs, (kase) => subject.run(kase));
  settings.onStep('deliveries of the simulator alone');
  const deliveriesPerSecond = measureDeliveries();
  settings.onStep('checker on one long history');
  const checker = measureChecker();
  settings.onStep('memory');
  const memory = measureMemory(cases, settings.memoryRuns);
  return {
    schemaVersion: 1,
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    runsPerSecond: perSecond(complete.runs, complete.wallMs),
    simulationsPerSecond: perSecond(alone.runs, alone.wallMs),
    messagesPerSecond: perSecond(alone.messages, alone.wallMs),
    deliveriesPerSecond,
    virtualPerWall: Math.round(alone.virtualMs / alone.wallMs),
    ...checker,
    memory,
    startUpMs,
  };
}

function perSecond(count: number, wallMs: number): number {
  return Math.round((count * 10_000) / wallMs) / 10;
}

interface Step {
  readonly messages: number;
  readonly virtualMs: number;
}

interface LoopSums extends Step {
  readonly runs: number;
  readonly wallMs: number;
}

function loop(cases: readonly Case[], loopMs: number, step: (kase: Case) => Step): LoopSums {
  // Once without the clock, so that the optimising compiler has seen the code.
  for (const kase of cases) step(kase);
  const sums = { runs: 0, messages: 0, virtualMs: 0 };
  const startedAt = performance.now();
  while (performance.now() - startedAt < loopMs) {
    const kase = cases[sums.runs % cases.length];
    if (kase === undefined) break;
    const { messages, virtualMs } = step(kase);
    sums.runs++;
    sums.messages += messages;
    sums.virtualMs += virtualMs;
  }
  return { ...sums, wallMs: performance.now() - startedAt };
}

function runAndCheck(kase: Case): Step {
  const run = subject.run(kase);
  subject.check(kase, run.history);
  return run;
}

const samples = 10;

function measureMemory(cases: readonly Case[], runsMax: number): MemoryFigures {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const runs: number[] = [];
  const heapMb: number[] = [];
  for (let run = 1; run <= runsMax; run++) {
    const kase = cases[run % cases.length];
    if (kase !== undefined) runAndCheck(kase);
    if (run % Math.ceil(runsMax / samples) !== 0) continue;
    collect();
    runs.push(run);
    heapMb.push(Math.round(process.memoryUsage().heapUsed / 104_857.6) / 10);
  }
  const growthMb = Math.round(((heapMb.at(-1) ?? 0) - (heapMb[1] ?? 0)) * 10) / 10;
  return { runs, heapMb, growthMb };
}

/** The median of several starts of the bare command. */
function measureStartUp(): number {
  const main = fileURLToPath(siblingUrl(import.meta.url, '../cli/main'));
  const times = Array.from({ length: 7 }, () => {
    const startedAt = performance.now();
    execFileSync(process.execPath, [main], { stdio: 'ignore' });
    return performance.now() - startedAt;
  });
  return Math.round(times.sort((a, b) => a - b)[3] ?? 0);
}
