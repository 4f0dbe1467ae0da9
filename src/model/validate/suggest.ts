/**
 * "Did you mean": the known name nearest to a misspelt one. Deterministic: ties go to the earlier
 * name.
 */

/** `did you mean "count"?`, the full list when it is short, or null when nothing is near. */
export function suggestName(name: unknown, known: readonly string[]): string | null {
  const nearest = typeof name === 'string' ? nearestName(name, known) : null;
  if (nearest !== null) return `did you mean "${nearest}"?`;
  if (known.length === 0 || known.length > 12) return null;
  return `known: ${known.join(', ')}`;
}

/** The known name within a third of the word's length in edits, or null. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const word = name.slice(0, 100).toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, replacements, swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = cell(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(cell(last, j) + 1, cell(row, j - 1) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, cell(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return cell(last, b.length);
}

function cell(row: readonly number[], index: number): number {
  return row[index] as number;
}
