/**
 * The checker of stream histories for tests: whatever a verdict explains, the verifier looks up every
 * claim of it, and a claim that does not hold fails the test.
 */
import { claimText } from '../../../src/checker/claims/text.ts';
import { StreamFacts } from '../../../src/checker/stream-verifier/stream-facts.ts';
import { verifyStreamExplanations } from '../../../src/checker/stream-verifier/verify-stream.ts';
import type { RowsSettings } from '../../../src/checker/streaming/rows.ts';
import { StreamChecker } from '../../../src/checker/streaming/stream-checker.ts';
import type { StreamEvent, StreamHeader } from '../../../src/checker/streaming/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict.ts';

interface Recorded {
  readonly header: StreamHeader;
  readonly events: Iterable<StreamEvent>;
}

export function checkStream({ header, events }: Recorded, settings: RowsSettings = {}): Verdict {
  const checker = new StreamChecker(header, settings);
  const facts = new StreamFacts(header);
  for (const event of events) {
    checker.take(event);
    facts.take(event);
  }
  const verdict = checker.verdict();
  const { faults } = verifyStreamExplanations(facts, verdict);
  const refuted = faults.filter(({ isRefuted }) => isRefuted);
  if (refuted.length === 0) return verdict;
  const lines = refuted.map(
    ({ anomaly, claim }) => `${anomaly}: ${claimText(claim)} (${JSON.stringify(claim)})`,
  );
  throw new Error(`claims that do not hold:\n${lines.join('\n')}`);
}
