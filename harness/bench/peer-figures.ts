/**
 * What Tidemark and a peer measured on the same files, side by side, as data and as text. Times in
 * ms of checking alone. Not here: measuring.
 */
import type { Status } from '../../src/model/verdict/verdict.ts';
import type { PeerSuite } from './peer-suites.ts';

/** One history on one side. `firstMs`: the first check in its process, nothing warm. */
export interface PeerMeasured {
  readonly operations: number;
  readonly verdict: Status;
  readonly firstMs: number;
  readonly bestMs: number;
}

interface PeerSide {
  /** The best times of all files, together. */
  readonly totalMs: number;
  readonly worstMs: number;
  readonly firstTotalMs: number;
  readonly valid: number;
  readonly invalid: number;
  /** Timed out, or out of budget. */
  readonly unknown: number;
}

export interface PeerSuiteFigures {
  readonly name: string;
  readonly files: number;
  readonly operations: number;
  readonly tidemark: PeerSide;
  readonly peer: PeerSide;
  /** The peer's total over Tidemark's; at least that, where the peer timed out. */
  readonly ratio: number;
  /** Files that one side calls valid and the other invalid. */
  readonly disagreements: readonly string[];
}

export interface PeerFigures {
  readonly schemaVersion: 1;
  readonly peer: 'porcupine';
  readonly node: string;
  readonly go: string;
  readonly cpu: string;
  readonly cores: number;
  readonly timeoutMs: number;
  readonly suites: readonly PeerSuiteFigures[];
}

/** Both sides of a suite; their lists are in the order of its files. Throws when they are not. */
export function compareSuite(
  { name, files }: PeerSuite,
  tidemark: readonly PeerMeasured[],
  peer: readonly PeerMeasured[],
): PeerSuiteFigures {
  const disagreements = files.flatMap(({ path }, index) => {
    const [own, other] = [tidemark[index], peer[index]];
    if (own === undefined || other === undefined) throw new Error(`${path} was not measured twice`);
    if (own.operations !== other.operations) {
      throw new Error(`${path}: ${own.operations} operations here, ${other.operations} there`);
    }
    const isDecided = own.verdict !== 'unknown' && other.verdict !== 'unknown';
    return isDecided && own.verdict !== other.verdict ? [path] : [];
  });
  const [own, other] = [sideOf(tidemark), sideOf(peer)];
  return {
    name,
    files: files.length,
    operations: sum(tidemark.map(({ operations }) => operations)),
    tidemark: own,
    peer: other,
    ratio: other.totalMs / own.totalMs,
    disagreements,
  };
}

function sideOf(measured: readonly PeerMeasured[]): PeerSide {
  const count = (status: Status): number =>
    measured.filter(({ verdict }) => verdict === status).length;
  return {
    totalMs: sum(measured.map(({ bestMs }) => bestMs)),
    worstMs: Math.max(0, ...measured.map(({ bestMs }) => bestMs)),
    firstTotalMs: sum(measured.map(({ firstMs }) => firstMs)),
    valid: count('valid'),
    invalid: count('invalid'),
    unknown: count('unknown'),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A table for people. */
export function peerFiguresText(figures: PeerFigures): string {
  const head = ['ms, checking only', 'Tidemark', 'Porcupine', 'ratio', 'first checks', 'verdicts'];
  const rows = figures.suites.map((suite) => [
    `${suite.name} (${suite.operations.toLocaleString('en-US')} operations)`,
    amount(suite.tidemark.totalMs),
    amount(suite.peer.totalMs),
    `${suite.peer.unknown > 0 ? '≥ ' : ''}${amount(suite.ratio)}`,
    `${amount(suite.tidemark.firstTotalMs)} / ${amount(suite.peer.firstTotalMs)}`,
    verdictText(suite),
  ]);
  const lines = [head, ...rows].map(([name = '', own = '', peer = '', ...rest]) =>
    [
      `  ${name.padEnd(56)}`,
      own.padStart(9),
      peer.padStart(10),
      (rest[0] ?? '').padStart(9),
      (rest[1] ?? '').padStart(17),
      `  ${rest[2] ?? ''}`,
    ].join(' '),
  );
  const machine = `${figures.cpu}, ${figures.cores} cores, Node ${figures.node}, ${figures.go}`;
  return `${machine}\n${lines.join('\n')}\n${explanation(figures)}`;
}

function verdictText({ disagreements, tidemark, peer }: PeerSuiteFigures): string {
  if (disagreements.length > 0) return `DISAGREE: ${disagreements.join(', ')}`;
  const open = [
    ...(tidemark.unknown > 0 ? [`${tidemark.unknown} unknown to Tidemark`] : []),
    ...(peer.unknown > 0 ? [`${peer.unknown} unknown to Porcupine`] : []),
  ];
  return open.length > 0 ? open.join(', ') : 'agree';
}

function explanation({ timeoutMs }: PeerFigures): string {
  return (
    'Both read the same files; reading is not timed. Sums over a suite of the best check of each file\n' +
    'in a few warm rounds; first checks are those of a new process. Porcupine checks keys in parallel,\n' +
    `Tidemark on one core. After ${timeoutMs / 1000} s Porcupine gives up: unknown, and the ratio a lower bound.\n`
  );
}

function amount(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, value))));
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
