/**
 * A verdict in full for a terminal: each anomaly as a contradiction in the form Let / Then /
 * However, with witnesses, the nearest legal run and what it is tied to. Pure.
 */
import type { Anomaly, Verdict } from '../../src/model/verdict/verdict.ts';
import { witnessText } from '../describe/witness-text.ts';
import { strengthText } from '../describe/strength-text.ts';
import type { Paint, Tone } from './paint.ts';
import { unknownLine } from '../describe/unknown-text.ts';
import { plainText } from '../describe/plain-text.ts';

/** Anomalies shown in full; the rest is counted. */
const anomaliesShownMax = 5;

/** Several lines with a final line feed. */
export function verdictText(verdict: Verdict, paint: Paint): string {
  const shown = verdict.anomalies.slice(0, anomaliesShownMax);
  const rest = verdict.anomalies.length - shown.length;
  const lines = [
    headline(verdict, paint),
    ...verdict.unknowns.map((reason) =>
      paint('doubt', `  open: ${plainText(unknownLine(reason))}`),
    ),
    ...(shown.length > 0 && verdict.status !== 'invalid' ? [unpromised(verdict)] : []),
    ...shown.flatMap((anomaly) => ['', ...anomalyLines(anomaly, paint)]),
    ...(rest > 0 ? ['', `… and ${rest} more ${rest === 1 ? 'anomaly' : 'anomalies'}`] : []),
    ...(verdict.refuted.length > 0 ? ['', refutation(verdict)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function headline(verdict: Verdict, paint: Paint): string {
  const tone: Tone = ({ valid: 'good', invalid: 'bad', unknown: 'doubt' } as const)[verdict.status];
  return `${paint(tone, verdict.status.toUpperCase())}  ${strengthText(verdict.strongest)}`;
}

/** An anomaly of a verdict that is not invalid breaks no promise: it must not look as if it did. */
function unpromised({ anomalies, promises }: Verdict): string {
  const subject = anomalies.length === 1 ? 'the anomaly below breaks' : 'the anomalies below break';
  const promised = promises.length === 0 ? 'nothing' : promises.join(', ');
  return `  What failed is not promised by this case: ${subject} none of its promises (${promised}).`;
}

function anomalyLines(anomaly: Anomaly, paint: Paint): string[] {
  const { explanation, blame } = anomaly;
  const lines = [`${paint('bad', anomaly.name)}  ${plainText(explanation.sentence)}`];
  const part = (label: string, texts: readonly string[]): void => {
    texts.forEach((text, index) => {
      const head = index === 0 ? paint('strong', label.padEnd(9)) : ' '.repeat(9);
      lines.push(`  ${head} ${plainText(text)}`);
    });
  };
  part('Let', explanation.let);
  part('Then', explanation.then);
  part('However', explanation.however);
  part('Why', explanation.why);
  part('Nearest', explanation.nearest === null ? [] : [explanation.nearest]);
  part('Expected', explanation.expected);
  part('Observed', explanation.observed);
  part('Witness', anomaly.witnesses.map(witnessText));
  part('Tied to', blame.forensics === null ? [] : [blame.forensics]);
  return lines;
}

function refutation(verdict: Verdict): string {
  const possible = verdict.possible.length === 0 ? 'nothing' : verdict.possible.join(', ');
  return `refuted: ${verdict.refuted.join(', ')}; still possible: ${possible}`;
}
