/**
 * One long run through the stream checker in a process of its own, so that its memory is its own.
 * The history is made, written in binary, read back and judged piece by piece; only reading and
 * judging are timed. Argument: records. Prints {@link SoakFigures} as JSON.
 */
import { assert } from '../../src/base/assert.ts';
import { StreamChecker } from '../../src/stream-checker/stream-checker.ts';
import { soakSettings, syntheticHeader, syntheticStream } from './synthetic-stream.ts';
import { BinaryStreamReader } from '../stream-history/binary-reader.ts';
import { encodeEvent, encodeHeader } from '../stream-history/binary-writer.ts';

export interface SoakFigures {
  readonly records: number;
  readonly recordsPerSecond: number;
  /** Of the reader alone. */
  readonly readBytesPerSecond: number;
  readonly bytes: number;
  readonly peakRssMb: number;
}

const settings = { ...soakSettings, records: Number(process.argv[2] ?? soakSettings.records) };
const header = syntheticHeader(settings);

function soak(): SoakFigures {
  const checker = new StreamChecker(header);
  const sink = { header: () => undefined, event: checker.take.bind(checker) };
  const judging = new BinaryStreamReader('soak', sink);
  const reading = new BinaryStreamReader('soak', { ...sink, event: () => undefined });
  const ms = { judging: 0, reading: 0 };
  let bytes = 0;
  const push = (piece: Uint8Array): void => {
    const start = performance.now();
    reading.push(piece);
    const middle = performance.now();
    judging.push(piece);
    ms.reading += middle - start;
    ms.judging += performance.now() - middle;
    bytes += piece.length;
  };
  push(encodeHeader(header));
  let sequence = 0;
  for (const event of syntheticStream(1, settings)) push(encodeEvent(event, sequence++));
  judging.end();
  const { status, coverage } = checker.verdict();
  const { records } = settings;
  assert(status === 'valid', () => `the soak is ${status}`);
  assert(coverage['outputs'] === records, () => `${coverage['outputs']} of ${records} rows`);
  return {
    records,
    recordsPerSecond: Math.round((records * 1000) / ms.judging),
    readBytesPerSecond: Math.round((bytes * 1000) / ms.reading),
    bytes,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

process.stdout.write(`${JSON.stringify(soak())}\n`);
