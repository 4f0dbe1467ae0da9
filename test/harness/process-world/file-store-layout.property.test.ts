import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  epochOf,
  openName,
  ownerName,
  parseHeld,
  parseVisible,
  preparedName,
  visibleName,
} from '../../../harness/process-world/file-store-layout.ts';

const name = fc
  .string({ minLength: 1, maxLength: 30 })
  .filter((text) => text.isWellFormed() && text !== '-');

describe('names of the file sink', () => {
  it('tell what they were made from', () => {
    fc.assert(
      fc.property(name, fc.tuple(fc.nat(), fc.nat(), fc.nat()), (transaction, numbers) => {
        const [checkpoint, epoch, number] = numbers;
        expect(parseHeld(openName(transaction))).toEqual({ transaction, checkpoint: null });
        expect(parseHeld(preparedName(transaction, checkpoint))).toEqual({
          transaction,
          checkpoint,
        });
        expect(epochOf(ownerName(epoch))).toBe(epoch);
        for (const visible of [
          { number, epoch, checkpoint, transaction },
          { number, epoch, checkpoint: null, transaction: null },
        ]) {
          expect(parseVisible(visibleName(visible))).toEqual(visible);
        }
      }),
    );
  });

  it('hold no separator of paths, and sort by number', () => {
    fc.assert(
      fc.property(name, fc.nat(), fc.nat(), (transaction, a, b) => {
        const nameOf = (number: number): string =>
          visibleName({ number, epoch: 1, checkpoint: 1, transaction });
        expect(nameOf(a)).not.toMatch(/[/\\]/);
        expect(nameOf(a) < nameOf(b)).toBe(a < b);
      }),
    );
  });
});
