/** Which format a file is in, by its first lines. */
import { isBinaryHistory } from './binary-format.ts';
import { isConsoleLine } from './jepsen-console.ts';

/** `jepsen`: console log, history.edn or history.jsonl; `porcupine-kv`: its EDN maps with keys. */
export const formats = ['auto', 'jsonl', 'binary', 'jepsen', 'porcupine-kv', 'kafka'] as const;
export type Format = (typeof formats)[number];

/** What is read in the end: `edn` covers Jepsen's and Porcupine's maps. */
export type Syntax = 'jsonl' | 'binary' | 'console' | 'edn';

const linesMax = 2000;

/** The syntax of `bytes`, given what the user said; null when nothing is recognized. */
export function syntaxOf(bytes: Uint8Array, format: Format): Syntax | null {
  if (isBinaryHistory(bytes)) return 'binary';
  if (format === 'binary') return 'binary';
  if (format === 'jsonl') return 'jsonl';
  if (format === 'porcupine-kv') return 'edn';
  return guess(new TextDecoder().decode(bytes.subarray(0, 1 << 17)));
}

function guess(head: string): Syntax | null {
  for (const line of head.split('\n', linesMax)) {
    const text = line.trim();
    if (text === '' || text.startsWith(';')) continue;
    if (/^\{\s*(?:"|\}\s*$)/.test(text)) return 'jsonl';
    if (/^[[(]?\s*(?:#[\w.]+\s*)?\{\s*:/.test(text) || text === '[') return 'edn';
    if (isConsoleLine(text)) return 'console';
  }
  return null;
}
