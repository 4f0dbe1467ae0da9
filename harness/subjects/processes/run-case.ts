/**
 * A case on real processes, from nothing to its history. Whatever happens, what it started is gone
 * afterwards; the history so far stays on disk when the run fails (law A5).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { digestValue } from '../../../src/base/digest.ts';
import { createReferenceEngine } from '../../../src/engine/reference-engine.ts';
import type { Case } from '../../../src/model/case.ts';
import { endsProcess } from '../../../src/model/fault-kinds.ts';
import { historyVersion, type HeaderEvent } from '../../../src/model/history.ts';
import type { BugFile } from '../../planting/bug-file.ts';
import { catalogWith } from '../../../src/model/validate/own-functions.ts';
import type { FunctionSource, GivenFunctions, SubjectRun } from '../port/subject.ts';
import type { Cluster, RunBench } from './cluster.ts';
import { Feeder } from './feeder.ts';
import { openFileStore } from './file-store-side.ts';
import { Links } from './links.ts';
import { Machine } from './machine.ts';
import { openPrivatePostgres } from './postgres-server.ts';
import { preparePostgres, type PreparedPostgres } from './postgres-store-side.ts';
import { Recorder } from './recorder.ts';
import { Run } from './run.ts';
import { RunClock } from './run-clock.ts';
import { givenPostgresUrl } from './given-postgres.ts';
import { makeFolders } from './run-folders.ts';
import type { StoreSide } from './store-side.ts';
import { SubjectFailure, subjectFailure } from './subject-failure.ts';

export interface RunCaseSettings {
  readonly bench: RunBench;
  /** Folder for the history while it is written; removed with a run that ends well. */
  readonly evidence: string;
  /** What the engine of every node carries; absent: nothing. */
  readonly bug?: BugFile | null;
  /** Functions of the case that are not built in; absent: none. */
  readonly given?: GivenFunctions | undefined;
  /** All nodes are there and about to begin. */
  readonly onUp?: () => void;
}

/** Rejects with a {@link SubjectFailure} when the run could not be made. */
export async function runCase(kase: Case, settings: RunCaseSettings): Promise<SubjectRun> {
  const setup = new Setup(kase, settings);
  try {
    return await setup.run();
  } catch (error) {
    throw setup.withEvidence(error);
  } finally {
    await setup.close();
  }
}

class Setup {
  private readonly kase: Case;
  private readonly settings: RunCaseSettings;
  private readonly label: string;
  private readonly historyFile: string;
  private readonly root: string;
  private readonly cluster: Cluster;
  private readonly machines = new Map<string, Machine>();
  private readonly closers: (() => void | Promise<void>)[] = [];
  private current: Run | null = null;
  private recorded = false;

  constructor(kase: Case, settings: RunCaseSettings) {
    this.kase = kase;
    this.settings = settings;
    this.label = settings.bench.nextLabel();
    this.root = join(settings.bench.workspace.folder, this.label);
    const { bug = null, given } = settings;
    const load = { bug, functions: sourceOf(given) };
    this.cluster = settings.bench.cluster(this.label, this.root, load);
    this.historyFile = join(settings.evidence, `${this.label}.jsonl`);
  }

  async run(): Promise<SubjectRun> {
    const { kase } = this;
    const { bench, evidence, given } = this.settings;
    const engine = createReferenceEngine(kase, catalogWith(given?.functions));
    const folders = makeFolders(this.root, kase);
    for (const name of engine.nodes) this.machines.set(name, this.openMachine(name));
    const { label, cluster } = this;
    const { schedule, seed } = kase;
    const { host } = cluster;
    const links = new Links(bench.toxiproxy, engine.nodes, { label, host, schedule, seed });
    this.closers.push(() => links.close());
    await links.open(await this.addresses());
    const postgres = storeKindOf(kase) === 'postgres' ? await this.openPostgres() : null;

    this.settings.onUp?.();
    mkdirSync(evidence, { recursive: true });
    const clock = new RunClock();
    this.closers.push(() => clock.stop());
    const recorder = new Recorder(
      clock,
      headerOf(kase, { on: cluster.describes, sink: postgres?.describes ?? 'files' }),
      this.historyFile,
    );
    this.recorded = true;
    this.closers.push(() => recorder.close());
    const store: StoreSide =
      postgres === null
        ? openFileStore(folders.store, kase.pipeline, { recorder, clock })
        : postgres.begin(clock, recorder, (error) => this.current?.fail(error));
    this.closers.push(() => store.close());
    const feeder = new Feeder(kase.workload, folders.splits, clock);
    this.closers.push(() => feeder.close());
    const partition = bench.toxiproxy.hasExtensions ? 'cut' : 'timeout';
    const onFailure = (error: unknown): void => this.current?.fail(error);
    const linkFaults = cluster.linkFaults({ links, clock, partition, onFailure });
    const { machines } = this;
    const parts = { kase, engine, clock, recorder, feeder, folders, links, linkFaults };
    this.current = new Run({ ...parts, store, machines });
    if (kase.schedule.some(({ action }) => endsProcess(action))) cluster.expectEnds();
    const { history, messages } = await this.current.toEnd();
    rmSync(this.historyFile);
    this.recorded = false;
    return { history, messages, virtualMs: clock.nowMs() };
  }

  async close(): Promise<void> {
    await Promise.all([...this.machines.values()].map((machine) => machine.end()));
    await this.cluster.close();
    for (const close of this.closers.reverse()) await close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The error, saying where the history so far is. */
  withEvidence(error: unknown): unknown {
    if (!this.recorded || !(error instanceof Error)) return error;
    const text = `${error.message}\nthe history so far is in ${this.historyFile}`;
    return new SubjectFailure(text, { cause: error });
  }

  private openMachine(name: string): Machine {
    return new Machine({
      name,
      source: this.cluster.source(name),
      onNotice: (machine, notice) => this.current?.onNotice(machine, notice),
      onUnexpectedEnd: (_, failure) => this.current?.fail(failure),
    });
  }

  private async openPostgres(): Promise<PreparedPostgres> {
    const { bench } = this.settings;
    const { toxiproxy } = bench;
    const own = crashesStore(this.kase)
      ? await openPrivatePostgres(bench.workspace, `postgres-${this.label}`)
      : null;
    if (own !== null) this.closers.push(() => own.close());
    const prepared = await preparePostgres({
      server: own ?? (await bench.postgres()),
      own,
      toxiproxy,
      label: this.label,
      host: this.cluster.host,
    });
    this.closers.push(() => prepared.close());
    return prepared;
  }

  private async addresses(): Promise<ReadonlyMap<string, string>> {
    const entries = await Promise.all(
      [...this.machines].map(async ([name, machine]) => [name, await machine.ready()] as const),
    );
    return new Map(entries);
  }
}

/** Throws a SubjectFailure for functions that exist in this process only. */
function sourceOf(given: GivenFunctions | undefined): FunctionSource | null {
  if (given === undefined || given.source !== null) return given?.source ?? null;
  throw subjectFailure(
    'functions of your own that no module exports do not reach other processes',
    {
      next: 'list the scenario in tidemark.config and verify it with `tidemark run`',
    },
  );
}

/** Other runs use the server of the bench. */
function crashesStore({ schedule }: Case): boolean {
  return schedule.some(({ action }) => action.kind === 'store' && action.effect === 'crash');
}

/**
 * Faults of the store are real where there is a database to break; one that was given is used
 * whatever the schedule says.
 */
function storeKindOf({ schedule }: Case): 'files' | 'postgres' {
  if (givenPostgresUrl() !== null) return 'postgres';
  const wanted = process.env['TIDEMARK_STORE'];
  if (wanted === 'files' || wanted === 'postgres') return wanted;
  return schedule.some(({ action }) => action.kind === 'store') ? 'postgres' : 'files';
}

function headerOf(
  kase: Case,
  { on, sink }: { readonly on: string; readonly sink: string },
): HeaderEvent {
  const { scenario, seed, options } = kase;
  return {
    kind: 'header',
    version: historyVersion,
    subject: `reference engine on ${on}, ${sink} as sink`,
    clock: 'machine',
    scenario,
    seed,
    caseDigest: digestValue(kase),
    options,
  };
}
