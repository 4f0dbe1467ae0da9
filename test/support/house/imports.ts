/**
 * The imports of the project's own sources, read off their text: static, dynamic and of types
 * alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const projectRoot = resolve(import.meta.dirname, '../../..');
const tops = ['src', 'scenarios', 'harness', 'reports'] as const;

export interface Import {
  /** Paths from the project's root, with `/`. */
  readonly from: string;
  readonly to: string;
}

/** Every source file outside test/. */
function sourceFiles(): readonly string[] {
  return tops.flatMap((top) =>
    readdirSync(join(projectRoot, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name))),
  );
}

/** Imports of relative paths; of text inside templates and comments there are none in sources. */
export function importsOf(file: string, text: string): readonly Import[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
  return [...text.matchAll(pattern)].map(([, path]) => ({
    from: file,
    to: relative(projectRoot, resolve(projectRoot, dirname(file), path as string)),
  }));
}

export function allImports(): readonly Import[] {
  return sourceFiles().flatMap((file) =>
    importsOf(file, readFileSync(join(projectRoot, file), 'utf8')),
  );
}

/** Groups of names that lead to one another, each with more than one member (Tarjan, 1972). */
export function circlesOf(arrows: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (name: string): void => {
    order.set(name, order.size);
    lowest.set(name, order.get(name) as number);
    open.push(name);
    for (const next of arrows.get(name) ?? []) {
      if (!order.has(next)) visit(next);
      if (!open.includes(next)) continue;
      lowest.set(name, Math.min(lowest.get(name) as number, lowest.get(next) as number));
    }
    if (lowest.get(name) !== order.get(name)) return;
    const circle = open.splice(open.indexOf(name));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const name of arrows.keys()) if (!order.has(name)) visit(name);
  return circles;
}
