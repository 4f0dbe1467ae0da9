/**
 * Checks that a value (usually parsed JSON) is a case: every member, then what relates the parts.
 * Bad input is refused whole: up to ten problems at once, nothing is filled in or corrected.
 */
import { caseVersion, type Case } from '../case.ts';
import { refuseRounded, roundedNumberIn } from '../exact/exact-json.ts';
import { builtinFunctions, type FunctionCatalog } from '../functions.ts';
import { Report } from '../input-error.ts';
import { isObject, integer, literal, milliseconds, object, text, type Shape } from './shape.ts';
import { anything, type JsonSchema } from './shape.ts';
import { suggestName } from './suggest.ts';
import { parallelismOf } from './validate-graph.ts';
import { optionsShape } from './validate-options.ts';
import { pipelineShape } from './validate-pipeline.ts';
import { checkPromises, promisesShape } from './validate-promises.ts';
import { scheduleShape, type ScheduleNames } from './validate-schedule.ts';
import { workloadShape } from './validate-workload.ts';

/** The value as a case. Throws an InputError with path, value, expectation and suggestion. */
export function validateCase(value: unknown, functions: FunctionCatalog = builtinFunctions): Case {
  const report = new Report();
  checkCase(value, functions, report);
  report.refuse('case');
  return value as Case;
}

/** The case in a JSON text, or an InputError; a text that is not JSON is refused the same way. */
export function parseCase(json: string, functions: FunctionCatalog = builtinFunctions): Case {
  return validateCase(parseJson(json, 'case'), functions);
}

/**
 * The value of a JSON text, or an InputError about `what`; also of numbers that a double rounds.
 */
export function parseJson(json: string, what: string): unknown {
  const report = new Report();
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    report.add('', json, {
      expectation: json.trim() === '' ? 'JSON, not an empty text' : 'JSON',
      suggestion: error instanceof Error ? error.message : null,
    });
  }
  const rounded = report.count > 0 ? null : roundedNumberIn(json);
  if (rounded !== null) refuseRounded(report, `line ${lineOf(json, rounded)}`, rounded);
  report.refuse(what);
  return value;
}

function lineOf(json: string, part: string): number {
  return json.slice(0, json.indexOf(part)).split('\n').length;
}

function checkCase(value: unknown, functions: FunctionCatalog, report: Report): void {
  if (!isObject(value) || value['version'] !== caseVersion) {
    checkVersion(value, report);
    return;
  }
  // Pipeline, workload and options come first: the schedule is read in their light.
  const pipeline = pipelineShape(functions)(value['pipeline'], 'pipeline', report);
  const workload = workloadShape(value['workload'], 'workload', report);
  const options = optionsShape(value['options'], 'options', report);
  const sound = pipeline && workload && options;
  const names = sound ? scheduleNames(value as unknown as Case) : null;
  const rest = restShape(value, '', report);
  const { schedule } = value;
  const planned = schedule !== undefined && scheduleShape(names)(schedule, 'schedule', report);
  if (sound && rest && planned) checkTogether(value as unknown as Case, report);
}

function checkVersion(value: unknown, report: Report): void {
  if (!isObject(value)) report.add('', value, 'an object: a case');
  else {
    report.add('version', value['version'], {
      expectation: `${caseVersion}, the version of the case format`,
      suggestion: 'is this a case file?',
    });
  }
}

function scheduleNames(kase: Case): ScheduleNames {
  return {
    taskManagers: kase.options.taskManagers,
    operators: kase.pipeline.operators.map((operator) => operator.id),
    splits: kase.workload.splits.map((log) => log.split),
  };
}

/** All members; those checked by themselves are let through. */
const restShape: Shape = object({
  version: literal(caseVersion),
  scenario: text(),
  seed: integer(0),
  pipeline: anything,
  workload: anything,
  schedule: anything,
  options: anything,
  promises: promisesShape,
  deadlineMs: milliseconds(1),
});

/**
 * A case in JSON Schema, without what relates its parts. Functions of one's own are let through.
 */
export function caseSchema(): JsonSchema {
  const parts = {
    pipeline: pipelineShape(builtinFunctions).schema,
    workload: workloadShape.schema,
    schedule: scheduleShape(null).schema,
    options: optionsShape.schema,
  };
  const { properties } = restShape.schema;
  return { ...restShape.schema, properties: { ...(properties as JsonSchema), ...parts } };
}

function checkTogether(kase: Case, report: Report): void {
  checkReaders(kase, report);
  checkSlots(kase, report);
  checkDeadline(kase, report);
  checkPromises(kase, 'promises', report);
}

/** Every split of the workload is read, and every split that is read exists. */
function checkReaders(kase: Case, report: Report): void {
  const existing = kase.workload.splits.map((log) => log.split);
  const before = report.count;
  const read = new Set<string>();
  kase.pipeline.operators.forEach((operator, i) => {
    if (operator.kind !== 'source') return;
    operator.splits.forEach((split, j) => {
      read.add(split);
      if (existing.includes(split)) return;
      report.add(`pipeline.operators[${i}].splits[${j}]`, split, {
        expectation: 'the name of a split of the workload',
        suggestion: suggestName(split, existing),
      });
    });
  });
  // A misspelt split leaves another one unread: one mistake, one message.
  if (report.count > before) return;
  existing.forEach((split, i) => {
    if (read.has(split)) return;
    report.add(`workload.splits[${i}].split`, split, {
      expectation: 'a split that a source reads',
      suggestion: 'add it to the "splits" of a source or remove it',
    });
  });
}

/** Slot i holds subtask i of every operator, so the widest operator says how many are needed. */
function checkSlots(kase: Case, report: Report): void {
  const slots = kase.options.taskManagers * kase.options.slotsPerTaskManager;
  kase.pipeline.operators.forEach((operator, i) => {
    const parallelism = parallelismOf(operator);
    if (parallelism === null || parallelism <= slots) return;
    report.add(`pipeline.operators[${i}].parallelism`, parallelism, {
      expectation: `at most the ${slots} slots of the cluster`,
      suggestion: 'raise options.taskManagers or options.slotsPerTaskManager',
    });
  });
}

function checkDeadline(kase: Case, report: Report): void {
  let last = 0;
  for (const log of kase.workload.splits) last = Math.max(last, log.records.at(-1)?.at ?? 0);
  for (const { when } of kase.schedule) if ('at' in when) last = Math.max(last, when.at);
  if (kase.deadlineMs > last) return;
  report.add('deadlineMs', kase.deadlineMs, {
    expectation: `more than ${last}, when the last record or fault comes`,
    suggestion: 'leave some seconds for the job to recover and finish',
  });
}
