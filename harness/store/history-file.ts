/**
 * Histories as files of JSON Lines. What a history looks like is the model's business
 * (validate-history.ts); here one that was cut off, which decides nothing, is refused whole, and
 * one that was named by mistake is recognised.
 */
import { closeSync, openSync, readSync } from 'node:fs';

import type { HeaderEvent, History } from '../../src/model/history.ts';
import { validateHistory } from '../../src/model/validate/validate-history.ts';
import { refusal } from './refusal.ts';

/** The events of a history file's text. Throws an InputError that names the line. */
export function parseHistory(text: string): History {
  const { history, truncated } = validateHistory(text);
  if (truncated === null) return history;
  throw refusal('history', truncated, {
    expectation: 'an end event last',
    suggestion: 'the history was cut off: it decides nothing, record it again',
  });
}

/** JSON Lines, one event a line, with a final line feed. */
export function historyText(history: History): string {
  return history.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** The header alone; the history is known to have one. */
export function headerOf(history: History): HeaderEvent {
  return history[0] as HeaderEvent;
}

/** Longer than any header. */
const headerBytesMax = 65_536;

/** Whether the text begins as the history of a stream processor does. */
export function looksLikeHistory(text: string): boolean {
  const end = text.indexOf('\n');
  try {
    const first = JSON.parse(end < 0 ? text : text.slice(0, end)) as unknown;
    return (
      typeof first === 'object' && first !== null && 'kind' in first && first.kind === 'header'
    );
  } catch {
    return false;
  }
}

/** The same of a file, of which only the beginning is read. False when it cannot be read. */
export function isHistoryFile(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(headerBytesMax);
      return looksLikeHistory(bytes.toString('utf8', 0, readSync(file, bytes)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
