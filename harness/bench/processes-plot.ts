/**
 * Throughput and recovery time over the interval between checkpoints, as one SVG picture.
 */
import type { IntervalFigures } from './processes-figures.ts';

const size = { width: 640, height: 320 };
const area = { left: 70, right: 570, top: 40, bottom: 270 };

interface Series {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Both over a logarithmic axis of intervals; each with its own scale from 0. */
export function intervalPlot(figures: readonly IntervalFigures[]): string {
  const rates: Series = {
    label: 'records per second',
    colour: '#1f6feb',
    points: figures.map(({ intervalMs, recordsPerSecond }) => [intervalMs, recordsPerSecond]),
  };
  const recoveries: Series = {
    label: 'recovery, ms',
    colour: '#bf5b04',
    points: figures.flatMap(({ intervalMs, recoveryMs }) =>
      recoveryMs === null ? [] : [[intervalMs, recoveryMs] as const],
    ),
  };
  const xOf = scale(
    figures.map(({ intervalMs }) => Math.log10(intervalMs)),
    area.left,
    area.right,
  );
  const ticks = figures.map(({ intervalMs }) => {
    const x = xOf(Math.log10(intervalMs));
    return text(`${intervalMs}`, { x, y: area.bottom + 18, anchor: 'middle', colour: '#57606a' });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    `<path d="M${area.left} ${area.top}V${area.bottom}H${area.right}V${area.top}" fill="none" stroke="#57606a"/>`,
    ...ticks,
    text('interval between checkpoints, ms', {
      x: (area.left + area.right) / 2,
      y: area.bottom + 40,
      anchor: 'middle',
      colour: '#24292f',
    }),
    ...line(rates, xOf, 'left'),
    ...line(recoveries, xOf, 'right'),
    '</svg>',
    '',
  ].join('\n');
}

function line(series: Series, xOf: (value: number) => number, side: 'left' | 'right'): string[] {
  const { points, colour, label } = series;
  const most = Math.max(1, ...points.map(([, y]) => y));
  const yOf = (value: number): number =>
    area.bottom - (value / most) * (area.bottom - area.top - 10);
  const places = points.map(([x, y]) => [round(xOf(Math.log10(x))), round(yOf(y))] as const);
  const x = side === 'left' ? area.left : area.right;
  const anchor = side === 'left' ? 'start' : 'end';
  return [
    `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
    text(`${label} (top: ${Math.round(most).toLocaleString('en-US')})`, {
      x,
      y: area.top - 14,
      anchor,
      colour,
    }),
  ];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly colour: string;
}

function text(content: string, { x, y, anchor, colour }: Place): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
}

/** From the range of `values` to [low, high]; a single value lies in the middle. */
function scale(values: readonly number[], low: number, high: number): (value: number) => number {
  const least = Math.min(...values);
  const span = Math.max(...values) - least;
  return (value) =>
    span === 0 ? (low + high) / 2 : low + 15 + ((value - least) / span) * (high - low - 30);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
