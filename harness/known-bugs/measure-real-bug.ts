/**
 * Looks for one planted bug in the world: runs the cases the simulator points to on nodes that
 * carry the bug, until the checker's verdict on such a run is a violation. Each case also runs on
 * nodes without the bug; one that is a violation there too detects nothing.
 */
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { caseSize, type CaseSize } from '../../reports/result.ts';
import { isVacuous } from '../execution/execute.ts';
import { namesOf } from '../campaign/findings.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import type { Execution } from '../execution/outcome.ts';
import type { WorkerPool } from '../workers/pool.ts';
import { writeCase, writeExecution } from '../store/case-folder.ts';
import { plainFailure } from '../store/saved-failure.ts';
import type { BugFile } from '../planting/bug-file.ts';
import type { Candidate, Guide } from './guide.ts';

/** One element of `bugs` in `known-bugs --subject … --json`. */
export interface RealBugResult {
  readonly id: string;
  readonly modelledOn: string;
  /** Why no run outside the simulator can show it; null: it was looked for. */
  readonly onlySimulated: string | null;
  readonly detected: boolean;
  /** Its line was reached in a node. */
  readonly reached: boolean;
  /** Runs on planted nodes. */
  readonly runs: number;
  /** Number of the run that detected it, from 1; null: none did. */
  readonly runsToDetection: number | null;
  /** What that run showed. */
  readonly anomalies: readonly AnomalyName[];
  /** Anomalies that the bug file does not name. */
  readonly unexpected: readonly AnomalyName[];
  /** Runs on planted nodes that could not be made or judged. */
  readonly undecided: number;
  /** Where to look was asked of the simulator: its runs, violations, and the cases they gave. */
  readonly simulated: Omit<Guide, 'candidates'> & { readonly candidates: number };
  readonly clean: CleanCount;
  /** The case that detected it. */
  readonly case: CaseSize | null;
  readonly file: string | null;
  /** Named limit that ended the search; null: none. */
  readonly limit: 'runs' | 'bug-wall-ms' | null;
  readonly wallMs: number;
}

/** The same cases on nodes without the bug. */
export interface CleanCount {
  readonly runs: number;
  /** Violations among them, and on planted nodes that never reached the bug's line. */
  readonly falseAlarms: number;
  /** Runs in which a fault missed or too little happened; nothing was wrong. */
  readonly vacuous: number;
  /** Runs that could not be made or judged. */
  readonly undecided: number;
}

export interface RealMeasureSettings {
  readonly subject: string;
  /** Runs on planted nodes per bug. */
  readonly runs: number;
  /** Wall time per bug after which no further run starts, ms. */
  readonly bugWallMs: number;
  readonly store: EvidenceStore;
  interrupted(): boolean;
  onRun(bug: string, run: number): void;
}

/** No single run may take longer, ms. */
const runWallMsMax = 90_000;

/**
 * Tries the candidates in turn, again and again. `pool`: one worker, used for nothing else
 * meanwhile.
 */
export async function measureRealBug(
  bug: BugFile,
  guide: Guide,
  { pool, settings }: { readonly pool: WorkerPool; readonly settings: RealMeasureSettings },
): Promise<RealBugResult> {
  const search = new RealSearch(bug, guide.candidates, { pool, settings });
  await search.run();
  return { ...search.result(), simulated: { ...guide, candidates: guide.candidates.length } };
}

/** For a bug that is not looked for. */
export function notLookedFor(bug: BugFile, reason: string): RealBugResult {
  return {
    ...headOf(bug),
    onlySimulated: reason,
    detected: false,
    reached: false,
    runs: 0,
    runsToDetection: null,
    anomalies: [],
    unexpected: [],
    undecided: 0,
    simulated: { runs: 0, violations: 0, crashed: 0, candidates: 0 },
    clean: { runs: 0, falseAlarms: 0, vacuous: 0, undecided: 0 },
    case: null,
    file: null,
    limit: null,
    wallMs: 0,
  };
}

function headOf({ id, modelledOn }: BugFile): Pick<RealBugResult, 'id' | 'modelledOn'> {
  return { id, modelledOn };
}

interface Detection {
  readonly run: number;
  readonly candidate: Candidate;
  readonly execution: Execution;
  readonly file: string;
}

class RealSearch {
  private readonly bug: BugFile;
  private readonly candidates: readonly Candidate[];
  private readonly pool: WorkerPool;
  private readonly settings: RealMeasureSettings;
  private readonly startedAt = performance.now();
  private readonly clean = { runs: 0, falseAlarms: 0, vacuous: 0, undecided: 0 };
  /** Whether a case is a violation without the bug. */
  private readonly alarms = new Map<Candidate, boolean>();
  private runs = 0;
  private undecided = 0;
  private reached = false;
  private detection: Detection | null = null;
  private limit: RealBugResult['limit'] = null;

  constructor(
    bug: BugFile,
    candidates: readonly Candidate[],
    { pool, settings }: { readonly pool: WorkerPool; readonly settings: RealMeasureSettings },
  ) {
    this.bug = bug;
    this.candidates = candidates;
    this.pool = pool;
    this.settings = settings;
  }

  async run(): Promise<void> {
    while (this.detection === null && this.goOn()) {
      const candidate = this.candidates[this.runs % this.candidates.length];
      if (candidate === undefined) return;
      await this.tryOn(candidate);
    }
  }

  result(): Omit<RealBugResult, 'simulated'> {
    const { bug, detection } = this;
    const anomalies = detection === null ? [] : namesOf(detection.execution.verdict);
    return {
      ...headOf(bug),
      onlySimulated: null,
      detected: detection !== null,
      reached: this.reached,
      runs: this.runs,
      runsToDetection: detection?.run ?? null,
      anomalies,
      unexpected: anomalies.filter((name) => !bug.anomalies.includes(name)),
      undecided: this.undecided,
      clean: this.clean,
      case: detection === null ? null : caseSize(detection.candidate.case),
      file: detection?.file ?? null,
      limit: detection === null ? this.limit : null,
      wallMs: Math.round(performance.now() - this.startedAt),
    };
  }

  private goOn(): boolean {
    const { settings } = this;
    if (this.runs >= settings.runs) this.limit = 'runs';
    else if (performance.now() - this.startedAt >= settings.bugWallMs) this.limit = 'bug-wall-ms';
    return this.limit === null && !settings.interrupted();
  }

  private async tryOn(candidate: Candidate): Promise<void> {
    this.settings.onRun(this.bug.id, ++this.runs);
    const before = await this.reachedCount();
    const execution = await this.execute(candidate, this.bug);
    const isReached = (await this.reachedCount()) > before;
    this.reached ||= isReached;
    if (execution === null) this.undecided++;
    const isAlarm = this.alarms.get(candidate) ?? (await this.isFalseAlarm(candidate));
    this.alarms.set(candidate, isAlarm);
    if (execution?.verdict.status !== 'invalid' || isAlarm) return;
    if (isReached) this.detect(candidate, execution);
    // What was run is the engine as it is.
    else this.alarm(candidate, execution);
  }

  private reachedCount(): Promise<number> {
    return this.pool.request({ kind: 'reached' });
  }

  private async isFalseAlarm(candidate: Candidate): Promise<boolean> {
    const execution = await this.execute(candidate, null);
    this.clean.runs++;
    if (execution === null) {
      this.clean.undecided++;
      return false;
    }
    const { verdict } = execution;
    if (isVacuous(verdict)) this.clean.vacuous++;
    else if (verdict.status === 'unknown') this.clean.undecided++;
    if (verdict.status !== 'invalid') return false;
    this.alarm(candidate, execution);
    return true;
  }

  private alarm(candidate: Candidate, execution: Execution): void {
    this.clean.falseAlarms++;
    const folder = `bugs/${this.bug.id}/false-alarm-${this.clean.falseAlarms}`;
    this.save(folder, null, { candidate, execution });
  }

  private detect(candidate: Candidate, execution: Execution): void {
    const { id } = this.bug;
    const file = this.save(`bugs/${id}`, id, { candidate, execution });
    this.detection = { run: this.runs, candidate, execution, file };
  }

  private save(
    folder: string,
    bug: string | null,
    { candidate, execution }: Pick<Detection, 'candidate' | 'execution'>,
  ): string {
    const { store, subject } = this.settings;
    const { verdict, digest } = execution;
    const failure = {
      ...plainFailure(candidate.case),
      found: verdict.anomalies[0]?.explanation.sentence ?? '',
      anomalies: namesOf(verdict),
      bug,
      subject,
      historyDigest: digest,
    };
    writeExecution(store, folder, execution);
    return writeCase(store, folder, failure);
  }

  /** Null when the run could not be made or judged. */
  private async execute({ case: kase }: Candidate, bug: BugFile | null): Promise<Execution | null> {
    const planted = bug === null ? {} : { bug };
    try {
      return await this.pool.request({ kind: 'execute', case: kase, ...planted }, runWallMsMax);
    } catch {
      return null;
    }
  }
}
