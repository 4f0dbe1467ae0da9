/**
 * Which room may import which, imports of types included. A folder is a room; the list is complete:
 * an import that it does not name fails, and so does a direction that nobody uses any more.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allImports, circlesOf, importsOf } from './support/house/imports.ts';

const imports = allImports();
/** From the ground up. Who adds a line there says why in the commit. */
const directions = readFileSync(new URL('support/house/directions.json', import.meta.url), 'utf8');
const listed = new Map(Object.entries(JSON.parse(directions) as Record<string, string[]>));

function arrowsBy(place: (file: string) => string): Map<string, string[]> {
  const arrows = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [a, b] = [place(from), place(to)];
    if (a === b) continue;
    const known = arrows.get(a);
    if (known === undefined) arrows.set(a, new Set([b]));
    else known.add(b);
  }
  return new Map([...arrows].map(([name, others]) => [name, [...others].sort()]));
}

describe('the direction of imports', () => {
  it('is the listed one, for every import', () => {
    const against = imports.filter(({ from, to }) => {
      const [a, b] = [dirname(from), dirname(to)];
      return a !== b && listed.get(a)?.includes(b) !== true;
    });
    expect(against).toEqual([]);
    expect(imports.length).toBeGreaterThan(2_000);
  });

  it('is used, for every listed one', () => {
    const used = arrowsBy(dirname);
    const unused = [...listed].flatMap(([from, to]) =>
      to.filter((room) => used.get(from)?.includes(room) !== true).map((room) => `${from} ${room}`),
    );
    expect(unused).toEqual([]);
  });

  it('comes back to no room and to no file', () => {
    expect(circlesOf(listed)).toEqual([]);
    expect(circlesOf(arrowsBy((file) => file))).toEqual([]);
  });

  it('is seen in every form of an import', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../x/b.ts';",
      "export { c } from './c.ts';",
      "export type * from './d.ts';",
      "import './e.ts';",
      "const f = await import('./f.ts');",
      "type G = import('./g.ts').G;",
    ].join('\n');
    const names = importsOf('harness/y/z.ts', text).map(({ to }) => to);
    expect(names).toEqual([
      'harness/y/a.ts',
      'harness/x/b.ts',
      'harness/y/c.ts',
      'harness/y/d.ts',
      'harness/y/e.ts',
      'harness/y/f.ts',
      'harness/y/g.ts',
    ]);
  });

  it('shows a circle', () => {
    const arrows = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(circlesOf(arrows)).toEqual([['b', 'c']]);
  });
});
