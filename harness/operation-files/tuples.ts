/** Jepsen's independent keys: values are `[key, value]`; this gives the key its own column. */
import {
  HistoryBuilder,
  type OperationHistory,
} from '../../src/linearizability/history/history.ts';
import type { Value } from '../../src/model/value.ts';
import { InputFileError } from './input-file.ts';

/** The history with keys taken out of the values. Throws where a call's value is no pair. */
export function splitTuples(history: OperationHistory, file: string): OperationHistory {
  const { table } = new HistoryBuilder();
  const key = new Int32Array(history.count);
  const input = new Int32Array(history.count);
  const output = new Int32Array(history.count);
  for (let row = 0; row < history.count; row++) {
    const call = pairOf(history.values[history.input[row] as number] as Value);
    if (call === null) {
      throw new InputFileError(
        file,
        history.line[row] as number,
        'the value is no [key, value] pair',
      );
    }
    const reply = pairOf(history.values[history.output[row] as number] as Value);
    key[row] = table.intern(call[0]);
    input[row] = table.intern(call[1]);
    output[row] = table.intern(reply === null ? null : reply[1]);
  }
  return { ...history, key, input, output, table, values: table.values };
}

function pairOf(value: Value): readonly [Value, Value] | null {
  return Array.isArray(value) && value.length === 2 ? (value as unknown as [Value, Value]) : null;
}
