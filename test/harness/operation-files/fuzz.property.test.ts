/** Files torn, spliced and scribbled on: never a crash, a hang, or a pass they did not earn. */
import { describe, expect, test } from 'vitest';

import { checkFile } from '../../../harness/operation-files/check-file.ts';
import { defaultOperationFlags, UsageError } from '../../../harness/operation-files/flags.ts';
import { type Format, formats } from '../../../harness/operation-files/formats.ts';
import { InputFileError } from '../../../harness/operation-files/input-file.ts';
import { RandomStream } from '../../../src/base/random.ts';

const runs = 2000 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);

const samples: readonly string[] = [
  '{"process":0,"type":"invoke","f":"write","value":1}\n{"process":0,"type":"ok","f":"write","value":1}\n{"process":1,"type":"invoke","f":"read","value":null}\n{"process":1,"type":"ok","f":"read","value":1}\n',
  'INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 0\t:ok\t:cas\t[1 2]\nINFO  jepsen.util - 1 :invoke :read nil\n',
  '{:process 1, :type :invoke, :f :append, :key "0", :value "x 1 0 y"}\n{:process 1, :type :ok, :f :append, :key "0", :value "x 1 0 y"}\n',
  '[{:type :invoke, :f :read, :value nil, :process 0}\n{:type :ok, :f :read, :value nil, :process 0}]\n',
  '{"process":0,"type":"invoke","f":"append","value":1}\n{"process":0,"type":"ok","f":"append","value":0}\n{"process":0,"type":"invoke","f":"tail"}\n{"process":0,"type":"ok","f":"tail","value":1}\n',
  '{:process 0, :type :ok, :f :send, :value [[:send 5 [0 12]]]}\n{:process 1, :type :ok, :f :poll, :value [[:poll {5 [[0 12]]}]]}\n',
];
const scribbles = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ':',
  ',',
  '\n',
  '\0',
  'é',
  '9e999',
  'null',
  '#',
  '-1',
  ' ',
];

function scribbled(random: RandomStream): Uint8Array {
  let text = random.pick(samples);
  const edits = random.between(1, 4);
  for (let i = 0; i < edits; i++) {
    const at = random.below(text.length + 1);
    const pick = random.below(4);
    if (pick === 0) text = text.slice(0, at);
    else if (pick === 1) text = text.slice(0, at) + random.pick(scribbles) + text.slice(at);
    else if (pick === 2) text = text.slice(0, at) + text.slice(at + random.between(1, 8));
    else text = text.slice(0, at) + random.pick(samples).slice(random.below(40));
  }
  const bytes = new TextEncoder().encode(text);
  if (random.chance(0.2) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** `read`, `refused`, or what went wrong. */
function outcomeOf(bytes: Uint8Array, format: Format): string {
  try {
    const flags = { ...defaultOperationFlags, format, budget: 20_000 };
    return checkFile({ file: 'fuzzed', bytes }, flags, null).operations > 0 ? 'read' : 'empty';
  } catch (error) {
    const isExpected = error instanceof InputFileError || error instanceof UsageError;
    return isExpected ? 'refused' : `crashed: ${String(error)}`;
  }
}

describe('fuzzed files', () => {
  test.each(formats)('as %s: refused with a reason, or read and decided', (format) => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < runs / formats.length; seed++) {
      const outcome = outcomeOf(scribbled(new RandomStream(seed, `fuzz/${format}`)), format);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      expect(['read', 'refused'], `seed ${seed}`).toContain(outcome);
    }
    expect(counts.get('refused')).toBeGreaterThan(0);
  });
});
