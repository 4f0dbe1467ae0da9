/**
 * Colours for terminals, as a value: a renderer stays pure and never asks the environment.
 */

export type Tone = 'good' | 'bad' | 'doubt' | 'dim' | 'strong' | 'plain';

export interface Paint {
  (tone: Tone, text: string): string;
}

const codes: Readonly<Record<Exclude<Tone, 'plain'>, readonly [number, number]>> = {
  good: [32, 39],
  bad: [31, 39],
  doubt: [33, 39],
  dim: [2, 22],
  strong: [1, 22],
};

/** Text as it is. */
export const noPaint: Paint = (_tone, text) => text;

/** ANSI colours. */
export const ansiPaint: Paint = (tone, text) => {
  if (tone === 'plain') return text;
  const [on, off] = codes[tone];
  return `\u001B[${on}m${text}\u001B[${off}m`;
};
