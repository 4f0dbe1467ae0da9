/**
 * The time line of one object as SVG: a lane per process, a bar from call to return, an open end
 * where no reply came, numbers for the longest order that works, the contradiction in red. Pure.
 */
import { html, type Markup } from '../markup/markup.ts';
import type { PageTimelineOperation } from './page.ts';

const laneHeight = 34;
const barHeight = 22;
const labelWidth = 70;
/** Between two events: wide while few are shown, so that bars have room for their texts. */
const stepWidthMin = 26;
const stepWidthMax = 96;
const pageWidth = 1060;
const topHeight = 24;
/** Width of a character of the bar's text, roughly. */
const characterWidth = 6.6;

/** Events drawn before and behind the one nothing gets past; further away only what contradicts. */
const eventsBefore = 18;
const eventsBehind = 4;

export function timelineSvg(all: readonly PageTimelineOperation[]): Markup {
  const operations = nearDeath(all);
  const drawn = new Set(operations.map(({ row }) => row));
  const hidden = all.filter(({ row }) => !drawn.has(row));
  const processes = [...new Set(operations.map((operation) => operation.process))];
  const positions = [
    ...new Set(operations.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))),
  ].toSorted((a, b) => a - b);
  const room = (pageWidth - labelWidth) / (positions.length + 1);
  const stepWidth = Math.min(stepWidthMax, Math.max(stepWidthMin, Math.floor(room)));
  const xOf = new Map(positions.map((position, i) => [position, labelWidth + i * stepWidth]));
  const width = labelWidth + (positions.length + 1) * stepWidth;
  const height = topHeight + processes.length * laneHeight + 8;
  const lanes = processes.map((process, i) => {
    const y = topHeight + i * laneHeight;
    return html`<text class="process" x="4" y="${y + 20}">process ${process}</text>
      <line class="lane" x1="${labelWidth}" x2="${width}" y1="${y + 16}" y2="${y + 16}" />`;
  });
  const scene = { xOf, right: width - 4, processes };
  return html`<div class="scroll">
    <svg
      class="operations"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="operations over time"
    >
      ${lanes}${deathLine(operations, scene, height)}${operations.map((o) => bar(o, scene))}
    </svg>
    ${hidden.length === 0 ? '' : hiddenNote(hidden, operations)}
  </div>`;
}

function hiddenNote(
  hidden: readonly PageTimelineOperation[],
  drawn: readonly PageTimelineOperation[],
): Markup {
  const end = Math.max(...drawn.map(({ from }) => from));
  const before = hidden.filter(({ from }) => from < end).length;
  const later = hidden.length - before;
  return html`<p class="soft">
    Not drawn: ${before} operations that were over before, ${later} that were called later.
  </p>`;
}

/** What is open around the return that no order gets past, so that it is seen without scrolling. */
function nearDeath(all: readonly PageTimelineOperation[]): PageTimelineOperation[] {
  const ends = all.flatMap(({ role, to }) => (role === 'witness' && to !== null ? [to] : []));
  if (ends.length === 0) return [...all];
  const positions = [...new Set(all.flatMap(({ from, to }) => [from, to ?? from]))];
  const events = positions.toSorted((a, b) => a - b);
  const death = events.indexOf(Math.max(...ends));
  const first = events[Math.max(0, death - eventsBefore)] ?? 0;
  const last = events[Math.min(events.length - 1, death + eventsBehind)] ?? Infinity;
  return all
    .filter(
      ({ from, to, role }) => role === 'witness' || (from <= last && (to ?? Infinity) >= first),
    )
    .map((operation) =>
      operation.role === 'witness' || operation.from >= first
        ? operation
        : { ...operation, from: first },
    );
}

interface Scene {
  readonly xOf: ReadonlyMap<number, number>;
  readonly right: number;
  readonly processes: readonly string[];
}

function deathLine(
  operations: readonly PageTimelineOperation[],
  scene: Scene,
  height: number,
): Markup | string {
  const ends = operations.filter((o) => o.role === 'witness').map((o) => o.to ?? -1);
  const last = Math.max(-1, ...ends);
  const x = scene.xOf.get(last);
  if (x === undefined) return '';
  return html`<line class="death" x1="${x}" x2="${x}" y1="14" y2="${height}" />
    <text class="death-label" x="${x}" y="11" text-anchor="end"
      >no order gets past this return ▾</text
    >`;
}

function bar(operation: PageTimelineOperation, scene: Scene): Markup {
  const lane = scene.processes.indexOf(operation.process);
  const y = topHeight + lane * laneHeight + (laneHeight - barHeight) / 2 - 1;
  const x = scene.xOf.get(operation.from) ?? labelWidth;
  const end = operation.to === null ? scene.right : (scene.xOf.get(operation.to) ?? scene.right);
  const width = Math.max(14, end - x - 2);
  const prefix = operation.place === null ? '' : `${operation.place}. `;
  const room = Math.floor(width / characterWidth);
  const label = `${prefix}${operation.text}`;
  // What contradicts is told in full, even beyond its bar.
  const isWhole = label.length <= room || operation.role === 'witness';
  const shown = isWhole ? label : `${label.slice(0, Math.max(0, room - 1))}…`;
  const open = operation.to === null ? 'open' : '';
  const line = operation.line > 0 ? `, line ${operation.line}` : '';
  return html`<g class="operation ${operation.role} ${open}"
    ><title>${label} (process ${operation.process}${line})</title>
    <rect x="${x}" y="${y}" width="${width}" height="${barHeight}" rx="4" />
    <text x="${x + 5}" y="${y + 15}">${room < 3 && !isWhole ? '' : shown}</text></g
  >`;
}
