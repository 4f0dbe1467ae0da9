/**
 * By which rules the sinks of a run were judged, and why, in lines. Pure.
 */
import type { JudgedPart } from '../../src/model/verdict/judged-part.ts';
import { plainText } from './plain-text.ts';
import { plural } from './plural.ts';

/** Several lines with a final line feed: one paragraph for each part of a sink. */
export function judgedText(parts: readonly JudgedPart[]): string {
  if (parts.length === 0) return 'No sink was judged by its rows.\n';
  return `${parts.flatMap(linesOf).join('\n')}\n`;
}

function linesOf(part: JudgedPart): string[] {
  const { sink, from, regime, because, decides, leavesOpen, rows } = part;
  const source = from.map(plainText).join(', ');
  return [
    `${plainText(sink)} (${plural(rows, 'row')} of ${source}) is judged as ${regime},`,
    `  because ${because}`,
    `  decided: ${decides}`,
    `  left open: ${leavesOpen}`,
  ];
}
