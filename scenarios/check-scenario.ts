/**
 * Checks what the author of a scenario writes: the definition when it is made, and what `make` and
 * `tune` return before anything is drawn for it. A cluster for a pipeline that is none would be a
 * puzzle instead of a refusal. The whole case is checked once more when it is put together
 * (harness/execution/make-case.ts); here only what the drawing looks at.
 */
import type { FunctionCatalog } from '../src/model/functions.ts';
import { Report } from '../src/model/input-error.ts';
import { anything, array, isObject, object, oneOf } from '../src/model/validate/shape.ts';
import {
  milliseconds,
  nullable,
  refined,
  shaped,
  text,
  type Shape,
} from '../src/model/validate/shape.ts';
import { optionsShape } from '../src/model/validate/validate-options.ts';
import { pipelineShape } from '../src/model/validate/validate-pipeline.ts';
import { promisesShape } from '../src/model/validate/validate-promises.ts';

const call = shaped(
  {},
  (value, path, report) => typeof value === 'function' || report.add(path, value, 'a function'),
);

const arbitrary = shaped(
  {},
  (value, path, report) =>
    (isObject(value) && typeof value['generate'] === 'function') ||
    report.add(path, value, 'an arbitrary of fast-check'),
);

const expectation = shaped(
  {},
  (value, path, report) =>
    value === 'valid' ||
    (isObject(value) && value['strongest'] === 'at-least-once') ||
    report.add(path, value, '"valid", or { strongest: "at-least-once" }'),
);

const definitionShape = object(
  {
    id: text(),
    title: text(),
    describes: text(),
    parameters: arbitrary,
    make: call,
    promises: promisesShape,
    sometimes: array(object({ name: text(), anyOf: array(text(), { min: 1 }) })),
  },
  // The members of `functions` are looked at when they become a catalogue.
  { functions: anything, expectation, tune: call, faults: call },
);

const records = refined(array(anything), (value, path, report) => {
  const all = value as readonly unknown[];
  const last = all.at(-1);
  const place = `${path}[${all.length - 1}]`;
  if (all.length === 0) return true;
  if (!isObject(last)) return report.add(place, last, 'a record');
  // When the input ends is read off the last record.
  return milliseconds()(last['at'], `${place}.at`, report);
});

const outline = object({ splits: array(object({ split: text(), records }), { min: 1 }) });

const modes = ['exactly-once', 'at-least-once', 'stop-the-world'];
const stop = nullable(object({ kind: oneOf(['drain', 'suspend']), atMs: milliseconds() }));

/** Throws an InputError unless `definition` is what `ScenarioDefinition` says. */
export function checkDefinition(definition: unknown): void {
  refuse('scenario', definition, definitionShape);
}

/** Throws an InputError unless `pieces` are what `Pieces` says. */
export function checkPieces(pieces: unknown, functions: FunctionCatalog): void {
  const shape = object(
    { pipeline: pipelineShape(functions), workload: outline },
    { mode: oneOf(modes), promises: promisesShape, stop },
  );
  refuse('result of "make"', pieces, shape);
}

/** Throws an InputError unless `options` are a complete set. */
export function checkOptions(options: unknown): void {
  const report = new Report();
  optionsShape(options, 'options', report);
  report.refuse('set of options');
}

function refuse(what: string, value: unknown, shape: Shape): void {
  const report = new Report();
  shape(value, '', report);
  report.refuse(what);
}
