/**
 * A list that holds part of what entered its aggregate as one row: told by the first place at which
 * no row goes on that could.
 */
import { recordNames, rowNamed } from '../../claims/naming.ts';
import type { Context } from '../../context/context.ts';
import type { Words } from '../../../judgement/findings.ts';
import type { Seen } from '../../evidence/observe.ts';
import type { Item } from '../../plan/items.ts';
import { idListIn, idsIn, sameValue } from '../../evidence/values.ts';

/** Null: the list is one of whole rows, or it is not known which rows there were. */
export function partWords(context: Context, sink: string, seen: Seen): Words | null {
  const branches = context.plan.sinks.find(({ spec }) => spec.id === sink)?.branches ?? [];
  const [branch] = branches;
  if (branch?.root.kind !== 'stage' || branches.length > 1) return null;
  const ids = idListIn(seen.row.value) ?? [];
  const items = context.plan.stages.get(branch.root.spec.id)?.items ?? [];
  for (let from = 0; from < ids.length;) {
    const candidates = items.filter(({ value }) => idsIn(value)?.includes(ids[from] as number));
    const item = candidates.find((own) => isListed(own, ids.slice(from)));
    const length = idsIn(item?.value ?? null)?.length ?? 0;
    if (length > 0) from += length;
    else if (candidates.length === 0) return null;
    else return wordsFor(context, sink, { seen, from, candidates });
  }
  return null;
}

function isListed({ value }: Item, ids: readonly number[]): boolean {
  const own = idsIn(value) ?? [];
  return sameValue({ ids: ids.slice(0, own.length) }, { ids: own });
}

function wordsFor(
  context: Context,
  sink: string,
  of: { readonly seen: Seen; readonly from: number; readonly candidates: readonly Item[] },
): Words {
  const { seen, from, candidates } = of;
  const choices = candidates.map((item) => recordNames(context, item.from));
  return {
    sentence: { kind: 'lists-part', key: seen.row.key, sink, row: 'R' },
    let: [rowNamed(sink, seen, 'R')],
    thus: [{ kind: 'rule', rule: 'listed-whole' }],
    however: [{ kind: 'fits-none', row: 'R', from, choices }],
  };
}
