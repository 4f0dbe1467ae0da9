/**
 * A record that takes part in a contradiction, in one line.
 */
import type { Witness } from '../../src/model/verdict/verdict.ts';

/**
 * e.g. `committed twice: key "a", split s1 offset 4, id 17, at 812 ms, attempt 2, checkpoint 3`.
 */
export function witnessText(witness: Witness): string {
  const parts = [
    witness.key === null ? null : `key ${JSON.stringify(witness.key)}`,
    witness.split === null ? null : `split ${witness.split} offset ${witness.offset ?? '?'}`,
    witness.id === null ? null : `id ${witness.id}`,
    witness.t === null ? null : `at ${witness.t} ms`,
    witness.attempt === null ? null : `attempt ${witness.attempt}`,
    witness.checkpoint === null ? null : `checkpoint ${witness.checkpoint}`,
    witness.transaction === null ? null : `transaction ${witness.transaction}`,
  ];
  return `${witness.role}: ${parts.filter((part) => part !== null).join(', ')}`;
}
