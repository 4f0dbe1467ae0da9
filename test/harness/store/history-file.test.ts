import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { historyText } from '../../../harness/store/history-file.ts';
import { looksLikeHistory, parseHistory } from '../../../harness/store/history-file.ts';
import { InputError } from '../../../src/model/input-error.ts';
import { smallCase, withRecords } from '../fake/cases.ts';
import { subject } from '../fake/subject.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const { history } = subject.run(withRecords(smallCase('sound', 1), 5, () => false));
const text = historyText(history);

/** What `read` gave, or the name of the error it threw. */
function outcomeOf(read: () => string | undefined): string {
  try {
    return read() ?? 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
}

describe('a history file', () => {
  it('comes back as it was written', () => {
    expect(parseHistory(text)).toEqual(history);
  });

  it.each([
    ['empty', '', /found "an empty text"/],
    ['cut off between events', text.split('\n').slice(0, 2).join('\n'), /was cut off/],
    ['cut off inside an event', text.slice(0, -20), /is cut off/],
    ['of something else', 'hello\n', /is this the history of a Tidemark run/],
    ['JSON of something else', '{"a":1}\n', /line 1: found .* expected a header event/],
    ['without a header', text.split('\n').slice(1).join('\n'), /expected a header event/],
    ['two in one', text + text, /a header on line 1 only/],
    ['of another version', text.replace('"version":1', '"version":9'), /line 1.version: found 9/],
    ['with a strange event', text.replace('"visible"', '"visibel"'), /did you mean "visible"/],
    ['with an event before time', text.replace('"t":800', '"t":-1'), /line 2.t: found -1/],
    ['with an event without time', text.replace('"t":800', '"u":9'), /line 2.t: found nothing/],
  ])('that is %s is refused', (_, bad, message) => {
    expect(() => parseHistory(bad)).toThrow(InputError);
    expect(() => parseHistory(bad)).toThrow(message);
  });

  it('is recognised by its header', () => {
    expect([text, '{"version":1}', '', '[1]\n'].map(looksLikeHistory)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('that was damaged anywhere is refused or still well-formed, never anything else', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, noise) => {
        const damaged = text.slice(0, at) + noise + text.slice(at + 1);
        expect(outcomeOf(() => parseHistory(damaged).at(-1)?.kind)).toMatch(/^(end|InputError)$/);
      }),
      { numRuns: 300 * multiplier },
    );
  });
});
