/**
 * Claims about the values of a stream history, looked up: each counts the first records of its key,
 * so many of each split, and its fingerprint is their sum.
 */
import type { Key } from '../../model/value.ts';
import { keyCountOf } from '../../model/stream-history.ts';
import type { ShownValue, StreamFacts } from './stream-facts.ts';
import {
  addsUp,
  everyRecord,
  foundAll,
  hasIn,
  namedAt,
  type StreamChecks,
  type StreamScope,
  valuesNamed,
} from './stream-scope.ts';
import {
  cappedSum,
  countOf,
  isAbove,
  isSumWithout,
  loggedBefore,
  longerBy,
  sizeOf,
} from './value-facts.ts';

type ValueKind =
  | 'key-count'
  | 'continues'
  | 'nothing-new'
  | 'counts-fewer'
  | 'counts-beside'
  | 'beside-one'
  | 'adds-shown'
  | 'sum-differs'
  | 'counts-beyond'
  | 'later-adds-up'
  | 'had-shown'
  | 'without'
  | 'with-twice'
  | 'newest-of-key'
  | 'counts-all'
  | 'contains-later'
  | 'lie-between'
  | 'adds'
  | 'steps-missing'
  | 'in-no-sum'
  | 'included-by'
  | 'excluded-by';

export const streamValueChecks: StreamChecks<ValueKind> = {
  'key-count': ({ facts }, { key, keys }) =>
    keys === keyCountOf(facts.header) && (facts.keyOf(key) < 0 || facts.keyOf(key) >= keys),
  continues: (scope, { rows: [a, b] }) => {
    const [later, earlier] = [valueOf(scope, a), valueOf(scope, b)];
    if (later === null || earlier === null) return false;
    return isAbove(later.vector, earlier.vector) && !isAbove(earlier.vector, later.vector);
  },
  'nothing-new': (scope, of) =>
    some(scope, of, ({ vector }, before) =>
      vector.every((n, split) => n === 0 || before.some((own) => countOf(own, split) >= n)),
    ),
  'counts-fewer': (scope, { split, ...of }) => {
    const at = scope.facts.splitOf(split);
    return some(scope, of, (value, before) =>
      before.some((own) => countOf(own, at) > countOf(value, at)),
    );
  },
  'counts-beside': (scope, { more, fewer, isOwn, ...of }) => {
    const [m, f] = [scope.facts.splitOf(more), scope.facts.splitOf(fewer)];
    return some(scope, of, (value, before) => {
      if (isOwn) return before.some((own) => isOfAttempt(own, value) && lies(own, value, [m, f]));
      const isMore = before.every((own) => countOf(own, m) < countOf(value, m));
      return isMore && before.some((own) => countOf(own, f) > countOf(value, f));
    });
  },
  'beside-one': (scope, { more, fewer, ...of }) => {
    const at = [scope.facts.splitOf(more), scope.facts.splitOf(fewer)] as const;
    return some(scope, of, (value, before) => before.some((own) => lies(own, value, at)));
  },
  'adds-shown': (scope, { split, ...of }) => {
    const at = scope.facts.splitOf(split);
    return some(scope, of, (value, before) => {
      const n = countOf(value, at);
      const adds = before.some((own) => isOfAttempt(own, value) && countOf(own, at) < n);
      return adds && before.some((own) => countOf(own, at) >= n);
    });
  },
  'sum-differs': (scope, { print, sum, ...of }) =>
    print !== sum &&
    some(
      scope,
      of,
      (value) => value.print === print && scope.facts.sumOf(keyOf(scope, of), value.vector) === sum,
    ),
  'counts-beyond': (scope, { split, counts, of: all, ...of }) => {
    const at = scope.facts.splitOf(split);
    const key = keyOf(scope, of);
    const total = scope.facts.placesOf(key, at).length;
    return (
      counts > all &&
      some(scope, of, (value) => {
        const then = loggedBefore(scope.facts, key, { split: at, value });
        return countOf(value, at) === counts && (then === all || total === all);
      })
    );
  },
  'later-adds-up': (scope, of) =>
    some(scope, of, (value) =>
      after(scope, of, value).some((own) => addsUp(scope.facts, keyOf(scope, of), own)),
    ),
  'had-shown': (scope, { records, ...of }) => {
    const key = keyOf(scope, of);
    return some(scope, of, (_, before) => {
      const sound = before.filter((own) => addsUp(scope.facts, key, own));
      return everyRecord(scope, records, (record) =>
        sound.some(({ vector }) => hasIn(scope.facts, { key, vector }, record)),
      );
    });
  },
  without: (scope, { records, ...of }) =>
    some(scope, of, (value) => isSumWithout(scope, keyOf(scope, of), { value, records })),
  'with-twice': (scope, { twice, never, ...of }) => {
    const key = keyOf(scope, of);
    const [again, left] = [scope.facts.record(twice), never && scope.facts.record(never)];
    if (again?.key !== key || (never !== null && left?.key !== key)) return false;
    return some(scope, of, (value) => {
      const sum = cappedSum(scope.facts, key, value) + again.print - (left?.print ?? 0);
      return sum >>> 0 === value.print;
    });
  },
  'newest-of-key': (scope, of) =>
    some(scope, of, (value) =>
      after(scope, of, value).every(
        (own) => !isAbove(own.vector, value.vector) || isAbove(value.vector, own.vector),
      ),
    ),
  'counts-all': (scope, of) => {
    const key = keyOf(scope, of);
    const all = scope.facts.logs.map((_, split) => scope.facts.placesOf(key, split).length);
    return some(scope, of, ({ vector }) => sizeOf(vector) === sizeOf(all));
  },
  'contains-later': (scope, { records, ...of }) => {
    const found = foundAll(scope, records);
    if (found === null || found.length === 0) return false;
    const key = keyOf(scope, of);
    return some(scope, of, (value) => {
      const longer = longerBy(value, found);
      return found.every(({ split, place }) => {
        const last = scope.facts.placesOf(key, split)[(longer[split] as number) - 1];
        const isOut = found.some((own) => own.split === split && own.place === last);
        return last !== undefined && place < last && !isOut;
      });
    });
  },
  'lie-between': (scope, { records, state, offsets }) => {
    const [low, high] = [
      state === null ? null : scope.facts.offsetsOf(state),
      scope.facts.offsetsOf(offsets),
    ];
    if (high === null || (state !== null && low === null) || foundAll(scope, records) === null) {
      return false;
    }
    return records.every(({ split, offset }) => {
      const at = scope.facts.splitOf(split);
      return offset >= (low?.[at] ?? 0) && offset < (high[at] as number);
    });
  },
  adds: (scope, { records, since, ...of }) =>
    some(scope, of, (value, before) => {
      const wasShown = since.every(
        (n, split) => n === 0 || before.some((own) => countOf(own, split) >= n),
      );
      return (
        wasShown &&
        everyRecord(scope, records, (record) => {
          const rank = scope.facts.rankOf(record);
          return rank >= (since[record.split] as number) && rank < countOf(value, record.split);
        })
      );
    }),
  'steps-missing': (scope, { since, missing, ...of }) => {
    const key = keyOf(scope, of);
    const all = scope.facts.valuesOf(key);
    return some(scope, of, ({ vector }) => {
      const sizes = new Set(
        all
          .filter((own) => isAbove(own.vector, since) && isAbove(vector, own.vector))
          .map((own) => sizeOf(own.vector)),
      );
      const [least, most] = [sizeOf(since), sizeOf(vector)];
      sizes.delete(least);
      sizes.delete(most);
      return most - least - 1 - sizes.size >= missing;
    });
  },
  'in-no-sum': ({ facts }, { key: name, record: at }) => {
    const key = facts.keyOf(name);
    const record = facts.record(at);
    if (record?.key !== key) return false;
    return !facts
      .valuesOf(key)
      .some((value) => hasIn(facts, { key, ...value }, record) && addsUp(facts, key, value));
  },
  'included-by': (scope, { record: at, key: name, row }) => {
    const { facts } = scope;
    const key = facts.keyOf(name);
    const record = facts.record(at);
    if (record?.key !== key) return false;
    return visibleBy(scope, key, row).some((own) => hasIn(facts, { key, ...own }, record));
  },
  'excluded-by': (scope, { record: at, key: name, row, isOwn }) => {
    const { facts } = scope;
    const key = facts.keyOf(name);
    const record = facts.record(at);
    if (record?.key !== key) return false;
    const rank = facts.rankOf(record);
    return !visibleBy(scope, key, row).some((own) => {
      const counts = countOf(own, record.split);
      return isOwn ? counts === rank + 1 : counts > rank;
    });
  },
};

interface OfKey {
  readonly key: Key;
  readonly row: string;
}

function keyOf({ facts }: { readonly facts: StreamFacts }, { key }: Pick<OfKey, 'key'>): number {
  return facts.keyOf(key);
}

/** Whether it holds for a value that the row means, with those of its key before it. */
function some(
  scope: StreamScope,
  of: OfKey,
  test: (value: ShownValue, before: readonly ShownValue[]) => boolean,
): boolean {
  return valuesNamed(scope, of).some(({ value, before }) => test(value, before));
}

/** The values of the key that became visible after one. */
function after(scope: StreamScope, of: OfKey, value: ShownValue): readonly ShownValue[] {
  const all = scope.facts.valuesOf(keyOf(scope, of));
  return all.slice(all.indexOf(value) + 1);
}

/** Values that add up, up to the event that `let` calls `row`. */
function visibleBy(scope: StreamScope, key: number, row: string): readonly ShownValue[] {
  const { number } = namedAt(scope, row).shown;
  const { facts } = scope;
  const values = facts.valuesOf(key).filter(({ shown }) => shown.number <= number);
  return values.filter((value) => addsUp(facts, key, value));
}

/** Whether a value has more of one split than another one, and fewer of the other split. */
function lies(
  own: ShownValue,
  value: ShownValue,
  [more, fewer]: readonly [number, number],
): boolean {
  return countOf(own, more) < countOf(value, more) && countOf(own, fewer) > countOf(value, fewer);
}

function isOfAttempt(own: ShownValue, value: ShownValue): boolean {
  return own.shown.attempt === value.shown.attempt;
}

/** The value that a name means; null: it means none, or several. */
function valueOf({ facts, names }: StreamScope, name: string): ShownValue | null {
  const scope = { facts, names, claims: [], isOnly: false };
  const claim = names.get(name);
  const key = claim?.kind === 'showing' ? claim.key : null;
  return key === null ? null : (valuesNamed(scope, { key, row: name })[0]?.value ?? null);
}
