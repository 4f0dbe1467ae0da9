/**
 * The checker of stream histories for tests: whatever a verdict explains, the verifier looks up
 * every claim of it, and a claim that does not hold fails the test.
 */
import { claimText } from '../../../src/judgement/words/text.ts';
import { StreamFacts } from '../../../src/claims-verifier/streams/stream-facts.ts';
import { verifyStreamExplanations } from '../../../src/claims-verifier/streams/verify-stream.ts';
import type { RowsSettings } from '../../../src/stream-checker/rows.ts';
import { StreamChecker } from '../../../src/stream-checker/stream-checker.ts';
import type { StreamEvent, StreamHeader } from '../../../src/model/stream-history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';

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
