/**
 * Throughput and recovery time over the interval between checkpoints, as one picture: per interval
 * the median, a whisker from the least to the most, and every run as a dot. Stands alone, light and
 * dark.
 */
import { html, Markup, nothing } from '../../reports/markup/markup.ts';
import { type IntervalFigures, type Spread, spreadText } from './processes-figures.ts';

const size = { width: 960, height: 340 };
const panel = { width: 460, left: 74, right: 18, top: 46, bottom: 282 };

const style = `
.plot { display:block; min-width:720px; --paper:#ffffff; --ink:#1a1e24; --soft:#5b6471; --grid:#e1e4e9; --rate:#2456c9; --recovery:#b4540a; }
@media (prefers-color-scheme: dark) { .plot { --paper:#161a21; --ink:#e5e9f0; --soft:#97a1b0;
  --grid:#2a303a; --rate:#86aaff; --recovery:#f0a35e; } }
.plot { font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif; }
.plot .paper { fill:var(--paper); } .plot text { fill:var(--soft); } .plot .head { fill:var(--ink);
  font-weight:600; font-size:14px; } .plot .grid { stroke:var(--grid); fill:none; }
.plot .rate { --c:var(--rate); } .plot .recovery { --c:var(--recovery); }
.plot polyline,.plot .whisker { fill:none; stroke:var(--c); }
.plot polyline { stroke-width:2; } .plot .whisker { stroke-width:1.5; }
.plot .median { fill:var(--c); stroke:var(--paper); stroke-width:1.5; }
.plot .run { fill:var(--c); opacity:.38; }
`;

interface Point {
  readonly intervalMs: number;
  readonly spread: Spread;
}

interface Series {
  readonly name: 'rate' | 'recovery';
  readonly title: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

/** The picture, without a final line feed. */
export function intervalPlot(figures: readonly IntervalFigures[]): Markup {
  const xOf = logScale(figures.map(({ intervalMs }) => intervalMs));
  const series: readonly Series[] = [
    {
      name: 'rate',
      title: 'Throughput, records per second',
      unit: 'records per second',
      points: figures.map(({ intervalMs, recordsPerSecond }) => ({
        intervalMs,
        spread: recordsPerSecond,
      })),
    },
    {
      name: 'recovery',
      title: 'SIGKILL to the next committed output, ms',
      unit: 'ms',
      points: figures.flatMap(({ intervalMs, recoveryMs }) =>
        recoveryMs === null ? [] : [{ intervalMs, spread: recoveryMs }],
      ),
    },
  ];
  const intervals = figures.map(({ intervalMs }) => intervalMs);
  const panels = series.map((one, index) => {
    const shift = index * (size.width - panel.width);
    return html`<g class="${one.name}" transform="translate(${shift} 0)"
      >${axes(one, intervals, xOf)} ${marks(one, xOf)}</g
    > `;
  });
  const before = `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" viewBox="0 0 ${size.width} ${size.height}">`;
  const content = html`
<title>Throughput and recovery time over the interval between checkpoints</title>
<rect class="paper" width="${size.width}" height="${size.height}"/>
${panels}</svg>`;
  // The style sheet is ours and holds no data: it goes in as it is.
  return new Markup(`${before}<style>${style}</style>${content.text}`);
}

function axes(
  series: Series,
  intervals: readonly number[],
  xOf: (intervalMs: number) => number,
): Markup {
  const { step, top } = ticksOf(series.points);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  const middle = (panel.left + panel.width - panel.right) / 2;
  return html`<text class="head" x="${panel.left}" y="${panel.top - 22}">${series.title}</text>
    ${ticks.map((value) => {
      const y = yOf(value, top);
      return html`<path class="grid" d="M${panel.left} ${y}H${panel.width - panel.right}" />
        <text x="${panel.left - 8}" y="${y + 4}" text-anchor="end">${amount(value)}</text> `;
    })}${intervals.map(
      (intervalMs) =>
        html`<text x="${xOf(intervalMs)}" y="${panel.bottom + 18}" text-anchor="middle"
          >${amount(intervalMs)}</text
        > `,
    )}<text x="${middle}" y="${panel.bottom + 42}" text-anchor="middle"
      >interval between checkpoints, ms</text
    >`;
}

function marks({ points, unit }: Series, xOf: (intervalMs: number) => number): Markup {
  if (points.length === 0) return nothing;
  const { top } = ticksOf(points);
  const line = points.map(
    ({ intervalMs, spread }) => `${xOf(intervalMs)},${yOf(spread.median, top)}`,
  );
  return html`<polyline points="${line.join(' ')}" /> ${points.map(({ intervalMs, spread }) => {
      const [x, low, high] = [xOf(intervalMs), yOf(spread.least, top), yOf(spread.most, top)];
      return html`<g
        ><title>every ${amount(intervalMs)} ms: ${spreadText(spread)} ${unit}</title>
        <path class="whisker" d="M${x} ${low}V${high}M${x - 5} ${low}h10M${x - 5} ${high}h10" />
        ${spread.runs.map((run) => html`<circle class="run" cx="${round(x + 11)}" cy="${yOf(run, top)}" r="2.5" />`)}
        <circle class="median" cx="${x}" cy="${yOf(spread.median, top)}" r="4.5"
      /></g> `;
    })}`;
}

/** A step of 1, 2 or 5 times a power of ten, so that about five of them reach above all points. */
function ticksOf(points: readonly Point[]): { step: number; top: number } {
  const most = Math.max(1, ...points.map(({ spread }) => spread.most));
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step =
    [1, 2, 5, 10].map((times) => times * power).find((candidate) => candidate * 5 >= most) ?? most;
  return { step, top: Math.ceil(most / step) * step };
}

function yOf(value: number, top: number): number {
  return round(panel.bottom - (value / top) * (panel.bottom - panel.top));
}

/** From intervals to places on a logarithmic axis; a single one lies in the middle. */
function logScale(intervals: readonly number[]): (intervalMs: number) => number {
  const [left, right] = [panel.left + 24, panel.width - panel.right - 24];
  const least = Math.log10(Math.min(...intervals));
  const span = Math.log10(Math.max(...intervals)) - least;
  return (intervalMs) =>
    span === 0
      ? (left + right) / 2
      : round(left + ((Math.log10(intervalMs) - least) / span) * (right - left));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function amount(value: number): string {
  return value.toLocaleString('en-US');
}
