/**
 * Names in PostgreSQL: a run has a schema, a sink subtask an advisory lock, a transaction a global
 * identifier that says which run and sink subtask it belongs to.
 */
import { hashString } from '../../src/base/hash.ts';
import type { SinkIdentity } from '../../src/engine/world/world.ts';

/** Error codes of the schema's own functions. */
export const fencedCode = 'TM001';

/** The two keys of a sink subtask's advisory lock, 32 bits with a sign. */
export function lockKeys(schema: string, { sink, subtask }: SinkIdentity): [number, number] {
  return [hashString(schema) | 0, hashString(`${sink}/${subtask}`) | 0];
}

/** What all global identifiers of a run begin with. */
export function runPrefix(schema: string): string {
  return `${schema} `;
}

/** What all global identifiers of a sink subtask begin with. */
export function ownerPrefix(schema: string, identity: SinkIdentity): string {
  const [, key] = lockKeys(schema, identity);
  return `${runPrefix(schema)}${(key >>> 0).toString(16).padStart(8, '0')} `;
}

export function globalId(schema: string, identity: SinkIdentity, transaction: string): string {
  return `${ownerPrefix(schema, identity)}${transaction}`;
}
