/**
 * Passes over the job: fewer operators, less parallelism, options nearer to their defaults.
 * A candidate may be nonsense (a window without a key): validation refuses it and nothing is lost.
 */
import type { Case } from '../../src/model/case.ts';
import { defaultOptions, type EngineOptions } from '../../src/model/options.ts';
import { inputsOf, withInputs } from '../../src/model/operator-kinds.ts';
import type { OperatorSpec } from '../../src/model/pipeline.ts';
import type { Search } from './search.ts';
import { withSplits } from './workload-passes.ts';

/** Removes sinks, then takes operators out of the line, the last one first. */
export async function dropOperators(search: Search): Promise<void> {
  for (const operator of [...search.current.pipeline.operators].reverse()) {
    for (const candidate of without(search.current, operator)) {
      if (await search.accept(candidate)) break;
    }
  }
}

function without(kase: Case, operator: OperatorSpec): Case[] {
  const { operators } = kase.pipeline;
  const others = operators.filter((other) => other.id !== operator.id);
  if (operator.kind === 'source') return [];
  if (operator.kind === 'sink') return [prune(withOperators(kase, others))];
  return inputsOf(operator).map((input) =>
    prune(
      withOperators(
        kase,
        others.map((other) => redirect(other, operator.id, input)),
      ),
    ),
  );
}

/** Drops what leads to no sink, with its splits, and unties faults from operators that went. */
function prune(kase: Case): Case {
  const { operators } = kase.pipeline;
  const needed = new Set<string>();
  for (const operator of [...operators].reverse()) {
    if (operator.kind !== 'sink' && !needed.has(operator.id)) continue;
    needed.add(operator.id);
    for (const input of inputsOf(operator)) needed.add(input.replace(/\.late$/, ''));
  }
  const kept = operators.filter((operator) => needed.has(operator.id));
  const splits = kept.flatMap((operator) => (operator.kind === 'source' ? operator.splits : []));
  const pruned = withSplits(withOperators(kase, kept), splits);
  return { ...pruned, schedule: pruned.schedule.map((fault) => untie(fault, needed)) };
}

type ScheduledFault = Case['schedule'][number];

function untie(fault: ScheduledFault, operators: ReadonlySet<string>): ScheduledFault {
  const { when } = fault;
  if ('at' in when || when.operator === null || operators.has(when.operator)) return fault;
  return { ...fault, when: { ...when, operator: null } };
}

function redirect(operator: OperatorSpec, from: string, to: string): OperatorSpec {
  return withInputs(operator, (input) => (input === from ? to : input));
}

function withOperators(kase: Case, operators: readonly OperatorSpec[]): Case {
  return { ...kase, pipeline: { ...kase.pipeline, operators } };
}

/** Everything to one subtask, then operator by operator; fewer key groups and task managers. */
export async function lowerParallelism(search: Search): Promise<void> {
  await search.accept(mapParallelism(search.current, () => 1));
  for (const { id } of search.current.pipeline.operators) {
    for (const target of [1, 2]) {
      const lower = (own: string, p: number): number => (own === id ? Math.min(p, target) : p);
      if (await search.accept(mapParallelism(search.current, lower))) break;
    }
  }
  for (const maxParallelism of [1, 4, 16, 128]) {
    if (maxParallelism >= search.current.pipeline.maxParallelism) break;
    const pipeline = { ...search.current.pipeline, maxParallelism };
    if (await search.accept({ ...search.current, pipeline })) break;
  }
  await lowerTaskManagers(search);
}

function mapParallelism(kase: Case, change: (id: string, parallelism: number) => number): Case {
  const operators = kase.pipeline.operators.map((operator) =>
    'parallelism' in operator
      ? { ...operator, parallelism: change(operator.id, operator.parallelism) }
      : operator,
  );
  return withOperators(kase, operators);
}

async function lowerTaskManagers(search: Search): Promise<void> {
  for (let count = 1; count < search.current.options.taskManagers; count++) {
    const options = { ...search.current.options, taskManagers: count };
    if (await search.accept({ ...search.current, options })) return;
  }
}

/** Sets each option that differs to its default; `stop` and restarts first, then numbers. */
export async function resetOptions(search: Search): Promise<void> {
  await search.accept({
    ...search.current,
    options: { ...defaultOptions, taskManagers: search.current.options.taskManagers },
  });
  for (const name of optionNames) {
    if (name === 'taskManagers' || name === 'slotsPerTaskManager') continue;
    await search.accept(withOption(search.current, name));
  }
}

const optionNames = Object.keys(defaultOptions) as (keyof EngineOptions)[];

function withOption(kase: Case, name: keyof EngineOptions): Case {
  return { ...kase, options: { ...kase.options, [name]: defaultOptions[name] } };
}
