/** Stream histories at the command line: judging one, and turning one form into the other. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

import type { Verification } from '../../src/claims-verifier/verification.ts';
import { looked } from '../../src/checker/explained.ts';
import { StreamFacts } from '../../src/claims-verifier/streams/stream-facts.ts';
import { verifyStreamExplanations } from '../../src/claims-verifier/streams/verify-stream.ts';
import { StreamChecker } from '../../src/stream-checker/stream-checker.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import { InputFileError } from '../operation-files/input-file.ts';
import type { Case } from '../../src/model/case.ts';
import type { History } from '../../src/model/history.ts';
import type { StreamSink } from './binary-format.ts';
import { encodeEvent, encodeHeader } from './binary-writer.ts';
import { streamHistoryOf } from './from-history.ts';
import { eventLine, headerLine } from './json-lines.ts';
import { readStream } from './read-stream.ts';

export interface CheckedStream {
  readonly verdict: Verdict;
  /** Null: nobody asked for it. */
  readonly verification: Verification | null;
}

/**
 * Judges a history of any length; `verifies`: what the verdict explains is looked up, for which the
 * history is kept in memory. Throws an InputFileError when it is damaged.
 */
export async function checkStreamFile(path: string, verifies = false): Promise<CheckedStream> {
  let checker: StreamChecker | null = null;
  let facts: StreamFacts | null = null;
  await readStream(path, {
    header: (header) => {
      checker = new StreamChecker(header);
      if (verifies) facts = new StreamFacts(header);
    },
    event: (event) => {
      facts?.take(event);
      checker?.take(event);
    },
  });
  if (checker === null) throw new InputFileError(path, 0, 'the header is missing');
  const verdict = (checker as StreamChecker).verdict();
  if (facts === null) return { verdict, verification: null };
  const verification = verifyStreamExplanations(facts, verdict);
  return { verdict: looked(verdict, verification), verification };
}

/** Writes `from` as JSON Lines (a name that ends in .jsonl) or in binary; returns its events. */
export function convertStream(from: string, to: string): Promise<number> {
  return writing(to, (sink) => readStream(from, sink));
}

/** The same of the history of a case, when a stream history can hold it. Throws an InputError. */
export function convertHistoryOf(
  { kase, history }: { readonly kase: Case; readonly history: History },
  to: string,
): Promise<number> {
  const { header, events } = streamHistoryOf(kase, history);
  return writing(to, (sink) => {
    sink.header(header);
    for (const event of events) sink.event(event);
    return Promise.resolve();
  });
}

/** The file appears when it is whole. */
async function writing(to: string, fill: (sink: StreamSink) => Promise<void>): Promise<number> {
  const asText = /\.jsonl?$/.test(to);
  const temporary = `${to}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w');
  let events = 0;
  try {
    const write = (piece: Uint8Array | string): void => {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    };
    await fill({
      header: (header) => write(asText ? headerLine(header) : encodeHeader(header)),
      event: (event) => {
        write(asText ? eventLine(event) : encodeEvent(event, events));
        events++;
      },
    });
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(temporary, to);
  return events;
}
