/**
 * Draws a timeline model as one SVG. Pure; all text from data goes through the escaping template.
 */
import { html, nothing, type Markup } from '../../markup/markup.ts';
import type { Instant, Lane, Span, TimelineModel, WatermarkLine } from './timeline-model.ts';

const width = 1150;
const left = 150;
const right = 16;
const laneHeight = 18;
const laneGap = 3;
const groupTitle = 20;
const headRow = 15;
const watermarkHeight = 70;

interface Scale {
  readonly x: (t: number) => number;
  readonly endMs: number;
}

/** The whole drawing. */
export function timelineSvg(model: TimelineModel): Markup {
  const scale = scaleOf(model.endMs);
  const rows = headRows(model, scale);
  const ground: Markup[] = [];
  const body: Markup[] = [];
  let y = rows.height + 22;
  const top = y;
  for (const group of model.groups) {
    body.push(html`<text class="group" x="10" y="${y + 13}">${group.title}</text>`);
    y += groupTitle;
    for (const lane of group.lanes) {
      ground.push(laneGround(lane.label, y));
      body.push(drawLane(lane, y, scale));
      y += laneHeight + laneGap;
    }
    y += 6;
  }
  if (model.watermarks.some(({ points }) => points.length > 1)) {
    body.push(html`<text class="group" x="10" y="${y + 13}">Watermarks (event time)</text>`);
    body.push(drawWatermarks(model.watermarks, y + groupTitle, scale));
    y += groupTitle + watermarkHeight + 6;
  }
  const frame = { top, bottom: y };
  return html`<svg viewBox="0 0 ${width} ${y + 8}" role="img" aria-label="Timeline of the run">
    ${ground} ${drawGrid(scale, frame)} ${drawBands(model.faults, rows.bands, { scale, frame })}
    ${drawAttempts(model, rows, { scale, frame })} ${body}
  </svg>`;
}

function scaleOf(endMs: number): Scale {
  const span = width - left - right;
  return { endMs, x: (t) => round(left + (Math.min(t, endMs) / endMs) * span) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface HeadRows {
  /** Row of each fault's and each attempt's label, so that labels do not overlap. */
  readonly bands: readonly number[];
  readonly attempts: readonly number[];
  readonly height: number;
}

function headRows(model: TimelineModel, scale: Scale): HeadRows {
  const bands = stack(model.faults.map(({ from, label }) => ({ x: scale.x(from), label })));
  const attempts = stack(model.attempts.map(({ t, label }) => ({ x: scale.x(t), label })));
  const bandRows = Math.max(0, ...bands.map((row) => row + 1));
  const attemptRows = Math.max(0, ...attempts.map((row) => row + 1));
  return {
    bands,
    attempts: attempts.map((row) => row + bandRows),
    height: (bandRows + attemptRows) * headRow + 6,
  };
}

/** First row in which each label fits to the right of the one before. */
function stack(labels: readonly { readonly x: number; readonly label: string }[]): number[] {
  const ends: number[] = [];
  return labels.map(({ x, label }) => {
    const size = label.length * 7 + 12;
    const begin = Math.min(x, width - size);
    let row = ends.findIndex((end) => end <= begin);
    if (row < 0) row = ends.length;
    ends[row] = begin + size;
    return row;
  });
}

function labelX(x: number, label: string): number {
  return round(Math.min(x + 3, width - label.length * 6.6 - 6));
}

interface Frame {
  readonly top: number;
  readonly bottom: number;
}

interface Drawing {
  readonly scale: Scale;
  readonly frame: Frame;
}

function drawGrid(scale: Scale, { top, bottom }: Frame): Markup[] {
  return ticks(scale.endMs).map((t) => {
    const x = scale.x(t);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${top - 4}" y2="${bottom}" /><text
        x="${x}"
        y="${top - 8}"
        text-anchor="middle"
        >${tickLabel(t)}</text
      >`;
  });
}

/** About eight round times. */
function ticks(endMs: number): number[] {
  const raw = endMs / 8;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw) ?? 10 * power;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, i) => i * step);
}

function tickLabel(t: number): string {
  return t >= 1000 ? `${round(t / 1000)} s` : `${t} ms`;
}

function drawBands(
  faults: readonly Span[],
  rows: readonly number[],
  { scale, frame }: Drawing,
): Markup[] {
  return faults.map((fault, i) => {
    const x = scale.x(fault.from);
    const w = Math.max(2, round(scale.x(fault.to) - x));
    const textY = (rows[i] ?? 0) * headRow + 13;
    const { bottom } = frame;
    return html`<g>
      <title>${fault.title}</title>
      <rect class="band" x="${x}" y="${textY + 3}" width="${w}" height="${bottom - textY - 3}" />
      <line class="band-edge" x1="${x}" x2="${x}" y1="${textY - 9}" y2="${bottom}" />
      <text class="band-text" x="${labelX(x, fault.label)}" y="${textY}">${fault.label}</text>
    </g>`;
  });
}

function drawAttempts(model: TimelineModel, rows: HeadRows, { scale, frame }: Drawing): Markup[] {
  return model.attempts.map(({ t, label, title }, i) => {
    const x = scale.x(t);
    const textY = (rows.attempts[i] ?? 0) * headRow + 13;
    return html`<g>
      <title>${title}</title>
      <line class="attempt" x1="${x}" x2="${x}" y1="${textY - 9}" y2="${frame.bottom}" />
      <text class="attempt-text" x="${labelX(x, label)}" y="${textY}">${label}</text>
    </g>`;
  });
}

/** Under bands and attempts, so that those stay visible across the lanes. */
function laneGround(label: string, y: number): Markup {
  const text = label.length > 22 ? `${label.slice(0, 21)}…` : label;
  return html`<g>
    <title>${label}</title>
    <rect
      class="lane"
      x="${left}"
      y="${y}"
      width="${width - left - right}"
      height="${laneHeight}"
    />
    <text class="label" x="${left - 8}" y="${y + 13}" text-anchor="end">${text}</text>
  </g>`;
}

function drawLane(lane: Lane, y: number, scale: Scale): Markup {
  const instants = [...lane.instants].sort(
    (a, b) => Number(a.look === 'hit') - Number(b.look === 'hit'),
  );
  return html`<g>
    ${lane.spans.map((span) => drawSpan(span, y, scale))}
    ${instants.map((instant) => drawInstant(instant, y, scale))}
  </g>`;
}

function drawSpan(span: Span, y: number, scale: Scale): Markup {
  const x = scale.x(span.from);
  const w = Math.max(1.5, round(scale.x(span.to) - x));
  const thin = span.look === 'transaction';
  const top = thin ? y + 6 : y + 3;
  const height = thin ? laneHeight - 12 : laneHeight - 6;
  const label = span.label === '' ? nothing : spanLabel(span, x + w, y);
  return html`<g>
    <title>${span.title}</title>
    <rect class="${span.look}" x="${x}" y="${top}" width="${w}" height="${height}" rx="2" />${label}
  </g>`;
}

/** Beside the bar: most are too short for a text inside. */
function spanLabel({ label }: Span, x: number, y: number): Markup {
  return html`<text class="bar-text" x="${round(x + 3)}" y="${y + 12.5}">${label}</text>`;
}

function drawInstant(instant: Instant, y: number, scale: Scale): Markup {
  const x = scale.x(instant.t);
  const middle = y + laneHeight / 2;
  const title = html`<title>${instant.title}</title>`;
  if (instant.look === 'barrier') {
    return html`<line class="barrier" x1="${x}" x2="${x}" y1="${y + 1}" y2="${y + laneHeight - 1}"
      >${title}</line
    >`;
  }
  if (instant.look === 'visible') {
    return html`<circle class="visible" cx="${x}" cy="${middle}" r="3.2">${title}</circle>`;
  }
  return html`<g>
    ${title}
    <circle class="hit-ring" cx="${x}" cy="${middle}" r="8" />
    <circle class="hit" cx="${x}" cy="${middle}" r="4.6" />
  </g>`;
}

function drawWatermarks(lines: readonly WatermarkLine[], y: number, scale: Scale): Markup {
  const all = lines.flatMap(({ points }) => points.map(({ watermark }) => watermark));
  const low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const place = (watermark: number): number =>
    round(
      y +
        watermarkHeight -
        4 -
        ((watermark - low) / Math.max(1, high - low)) * (watermarkHeight - 8),
    );
  return html`<g>
    <rect
      class="lane"
      x="${left}"
      y="${y}"
      width="${width - left - right}"
      height="${watermarkHeight}"
    />
    <text class="label" x="${left - 8}" y="${y + 12}" text-anchor="end">${high} ms</text>
    <text class="label" x="${left - 8}" y="${y + watermarkHeight - 3}" text-anchor="end"
      >${low} ms</text
    >
    ${lines.map(
      ({ operator, points }) =>
        html`<path class="watermark" d="${stepPath(points, place, scale)}"
          ><title>${operator}</title></path
        >`,
    )}
  </g>`;
}

/** Steps; a fall (a new attempt starts anew) begins a new line. */
function stepPath(
  points: WatermarkLine['points'],
  place: (watermark: number) => number,
  scale: Scale,
): string {
  let path = '';
  let last = Number.POSITIVE_INFINITY;
  for (const { t, watermark } of points) {
    const [x, y] = [scale.x(t), place(watermark)];
    path += watermark < last ? `M${x} ${y}` : `H${x}V${y}`;
    last = watermark;
  }
  return path;
}
