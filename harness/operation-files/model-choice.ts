/** From `--model` to a model: a built-in name, a user's module, or what the functions suggest. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import {
  operationAt,
  outcomeFailed,
  type OperationHistory,
} from '../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../src/linearizability/history/model.ts';
import { modelForFunctions, models } from '../../src/linearizability/models/index.ts';
import { suggestName } from '../../src/model/validate/suggest.ts';
import { parseExactJson } from '../../src/model/exact/exact-json.ts';
import { holdsRounded } from '../../src/model/exact/exact-value.ts';
import type { Value } from '../../src/model/value.ts';
import { UsageError } from './flags.ts';
import { InputFileError } from './input-file.ts';

/** The model `name` stands for; null when the history has to decide. Throws {@link UsageError}. */
export async function loadModel(name: string | null): Promise<SequentialModel | null> {
  if (name === null) return null;
  const colon = name.indexOf(':');
  const bare = colon < 0 ? name : name.slice(0, colon);
  const make = Object.hasOwn(models, bare) ? models[bare] : undefined;
  if (make !== undefined) return make(colon < 0 ? undefined : initialValue(name.slice(colon + 1)));
  if (/[./\\]/.test(name)) return loadModule(name);
  const known = Object.keys(models);
  throw new UsageError(
    `there is no model ${name}; ${suggestName(bare, known) ?? known.join(', ')}`,
  );
}

function initialValue(text: string): Value {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

async function loadModule(path: string): Promise<SequentialModel> {
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the model module ${path} cannot be loaded: ${reason}`, { cause: error });
  }
  const model = (loaded['model'] ?? loaded['default']) as Partial<SequentialModel> | undefined;
  const isModel =
    typeof model?.step === 'function' &&
    Array.isArray(model.functions) &&
    model.initial !== undefined;
  if (!isModel) {
    throw new UsageError(
      `${path} has to export \`model\` with name, functions, initial and step(state, operation)`,
    );
  }
  return plainNumbersOnly({ ...model, name: model.name ?? path } as SequentialModel);
}

/**
 * A module takes numbers for what JavaScript calls numbers: others are refused before it sees them.
 */
function plainNumbersOnly(model: SequentialModel): SequentialModel {
  return {
    ...model,
    complaint: (operation) =>
      holdsRounded(operation.input) || holdsRounded(operation.output)
        ? `a number that a double rounds, of which ${model.name} knows nothing: record it as a text`
        : (model.complaint?.(operation) ?? null),
  };
}

/** The model for a history: the one asked for, or the only one that fits. */
export function modelFor(
  history: OperationHistory,
  asked: SequentialModel | null,
  file: string,
): SequentialModel {
  const used = usedFunctions(history);
  const model = asked ?? modelForFunctions(used);
  if (model === null) {
    throw new UsageError(
      `${file}: the functions ${used.join(', ')} do not tell which model is meant; name it with --model`,
    );
  }
  requireKnownOperations(history, model, file);
  return model;
}

function usedFunctions(history: OperationHistory): string[] {
  const used = new Set<number>();
  for (let row = 0; row < history.count; row++) used.add(history.f[row] as number);
  return [...used].map((f) => history.functions[f] as string);
}

/** Refuses operations the model has no meaning for, with the line of the first. */
function requireKnownOperations(
  history: OperationHistory,
  model: SequentialModel,
  file: string,
): void {
  const known = history.functions.map((name) => model.functions.includes(name));
  for (let row = 0; row < history.count; row++) {
    if (history.outcome[row] === outcomeFailed) continue;
    const line = history.line[row] as number;
    if (known[history.f[row] as number] !== true) {
      const f = history.functions[history.f[row] as number];
      const list = model.functions.join(', ');
      throw new InputFileError(file, line, `${model.name} has no function ${f}; it has ${list}`);
    }
    if (model.complaint === undefined) continue;
    const complaint = model.complaint(operationAt(history, row));
    if (complaint !== null) throw new InputFileError(file, line, complaint);
  }
}
