/** The models by name, and which one fits a history's functions. */
import type { Value } from '../../model/value.ts';
import type { SequentialModel } from '../history/model.ts';
import { appendLogModel } from './append-log.ts';
import { counterModel } from './counter.ts';
import { keyValueModel } from './key-value.ts';
import { listAppendModel } from './list-append.ts';
import { queueModel } from './queue.ts';
import { casRegisterModel, registerModel } from './register.ts';
import { setModel } from './set.ts';

/** Registers take their initial value; the others start empty whatever is given. */
export const models: Readonly<Record<string, (initial?: Value) => SequentialModel>> = {
  register: registerModel,
  'cas-register': casRegisterModel,
  'key-value': keyValueModel,
  counter: counterModel,
  set: setModel,
  'append-log': appendLogModel,
  'list-append': listAppendModel,
  queue: queueModel,
};

/** The one model whose functions these are, or null when several or none fit. */
export function modelForFunctions(functions: readonly string[]): SequentialModel | null {
  if (functions.length === 0) return null;
  const has = (name: string): boolean => functions.includes(name);
  const fitting = Object.values(models)
    .map((make) => make())
    .filter((model) => functions.every((name) => model.functions.includes(name)));
  // `read` and `write` alone fit two models that agree; `append` decides between lists and logs.
  if (has('write') || has('cas')) return fitting.at(0) ?? null;
  if (has('put') || has('get')) return fitting.at(0) ?? null;
  return fitting.length === 1 ? (fitting[0] as SequentialModel) : null;
}
