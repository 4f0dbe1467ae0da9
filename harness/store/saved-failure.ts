/**
 * A failing case as a file: the case, what it showed, and the planted bug it needs, if any. The
 * same form in `.tidemark/`, in `scenarios/regressions/` and as the argument of `replay` and
 * `shrink`, which also take a bare case.
 */
import type { Case } from '../../src/model/case.ts';
import { anomalies, type AnomalyName } from '../../src/model/guarantee.ts';
import { catalogWith, type OwnFunctions } from '../../src/model/validate/own-functions.ts';
import { Report } from '../../src/model/input-error.ts';
import { suggestName } from '../../src/model/validate/suggest.ts';
import { parseJson, validateCase } from '../../src/model/validate/validate-case.ts';
import type { CaseSize, RealEvidence } from '../../reports/result.ts';
import { readInput } from './atomic-file.ts';
import { looksLikeHistory } from './history-file.ts';
import { refusal } from './refusal.ts';

const savedFailureFormat = 'tidemark-failure';

/** Where a case was found that does not say. */
export const defaultSubject = 'simulator';

export interface SavedFailure {
  readonly format: typeof savedFailureFormat;
  readonly version: 1;
  /** One sentence about what was found, for people. */
  readonly found: string;
  /** What the case showed; empty for a run that was not a violation. */
  readonly anomalies: readonly AnomalyName[];
  /** Id of the planted bug the engine must carry to show it; null for the engine as it is. */
  readonly bug: string | null;
  /** Name of the subject it was found on: that is where it is replayed. */
  readonly subject: string;
  /** How often it shows there and whether the simulator shows it; null: found in the simulator. */
  readonly real: RealEvidence | null;
  readonly shrunkFrom: CaseSize | null;
  /** Digest of the history's bytes; null when it was not recorded. */
  readonly historyDigest: string | null;
  readonly case: Case;
}

/** The functions of a scenario's own, by its id; undefined: it has none, or is not known. */
export type FunctionsOf = (scenario: string) => OwnFunctions | undefined;

const noFunctions: FunctionsOf = () => undefined;

/** Reads a saved failure or a bare case. Throws an InputError that says where the fault is. */
export function readFailure(path: string, functionsOf: FunctionsOf = noFunctions): SavedFailure {
  return parseFailure(readInput(path, 'case'), functionsOf);
}

/** The same from its text. */
export function parseFailure(text: string, functionsOf: FunctionsOf = noFunctions): SavedFailure {
  if (looksLikeHistory(text)) {
    throw refusal('case', 'a header event', {
      expectation: 'a case or a saved failure',
      suggestion: 'this is a history, not a case: judge it with `tidemark check`',
    });
  }
  const value = parseJson(text, 'case');
  if (!isObject(value) || value['format'] === undefined) {
    return plainFailure(validated(value, functionsOf));
  }
  const report = new Report();
  checkEnvelope(value, report);
  report.refuse('saved failure');
  const { case: kase, ...rest } = value as unknown as SavedFailure;
  // Files written before there were real subjects have neither.
  const { subject = defaultSubject, real = null } = rest as Partial<SavedFailure>;
  return { ...rest, subject, real, case: validated(kase, functionsOf) };
}

/** The id of the scenario a case in this text belongs to; null: it names none. */
export function scenarioIn(text: string): string | null {
  const value = parseJson(text, 'case');
  const kase = isObject(value) && isObject(value['case']) ? value['case'] : value;
  const scenario = isObject(kase) ? kase['scenario'] : undefined;
  return typeof scenario === 'string' ? scenario : null;
}

function validated(kase: unknown, functionsOf: FunctionsOf): Case {
  const scenario = isObject(kase) ? kase['scenario'] : undefined;
  const own = typeof scenario === 'string' ? functionsOf(scenario) : undefined;
  return validateCase(kase, catalogWith(own));
}

/** Indented: these files are read and kept by people. */
export function failureText(failure: SavedFailure): string {
  return `${JSON.stringify(failure, null, 1)}\n`;
}

/** A case of which nothing is known yet, found on the simulator. */
export function plainFailure(kase: Case): SavedFailure {
  return {
    format: savedFailureFormat,
    version: 1,
    found: '',
    anomalies: [],
    bug: null,
    subject: defaultSubject,
    real: null,
    shrunkFrom: null,
    historyDigest: null,
    case: kase,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const names = Object.keys(anomalies);

function checkEnvelope(value: Record<string, unknown>, report: Report): void {
  if (value['format'] !== savedFailureFormat) {
    report.add('format', value['format'], `"${savedFailureFormat}"`);
  }
  if (value['version'] !== 1) report.add('version', value['version'], '1, the version it knows');
  if (typeof value['found'] !== 'string') report.add('found', value['found'], 'a text');
  checkTextOrNull(value, 'bug', report);
  checkTextOrNull(value, 'historyDigest', report);
  checkAnomalies(value['anomalies'], report);
  checkOrigin(value, report);
  const from = value['shrunkFrom'];
  const sized =
    isObject(from) && Number.isInteger(from['events']) && Number.isInteger(from['faults']);
  if (from !== null && !sized) report.add('shrunkFrom', from, '{ events, faults } or null');
  if (!isObject(value['case'])) report.add('case', value['case'], 'a case');
}

/**
 * What is known of real runs is for people and reports: only its shape on the outside is checked.
 */
function checkOrigin({ subject, real }: Record<string, unknown>, report: Report): void {
  if (subject !== undefined && typeof subject !== 'string') {
    report.add('subject', subject, 'the name of a subject');
  }
  if (real !== undefined && real !== null && !isObject(real)) {
    report.add('real', real, 'what is known of runs on a real subject, or null');
  }
}

function checkTextOrNull(value: Record<string, unknown>, name: string, report: Report): void {
  const member = value[name];
  if (member !== null && typeof member !== 'string') report.add(name, member, 'a text or null');
}

function checkAnomalies(value: unknown, report: Report): void {
  if (!Array.isArray(value)) {
    report.add('anomalies', value, 'a list of anomaly names');
    return;
  }
  checkAnomalyNames(value, report);
}

/** Adds to the report what in a list under `anomalies` is no name of one. */
export function checkAnomalyNames(list: readonly unknown[], report: Report): void {
  list.forEach((name, index) => {
    if (typeof name === 'string' && names.includes(name)) return;
    report.add(`anomalies[${index}]`, name, {
      expectation: 'the name of an anomaly',
      suggestion: suggestName(name, names),
    });
  });
}
