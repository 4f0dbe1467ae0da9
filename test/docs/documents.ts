/**
 * Reads the project's documents for the tests that hold them to the code: sections, code blocks.
 * Just enough Markdown for our own files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const projectRoot: string = join(import.meta.dirname, '../..');

/** The text of a file of the project. Throws when there is none. */
export function readDocument(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

export interface Section {
  readonly title: string;
  /** What follows the heading, up to the next heading of the same or a higher level. */
  readonly text: string;
}

/** The sections at this level of headings, in order. */
export function sections(document: string, level: number): Section[] {
  const found: { title: string; lines: string[] }[] = [];
  let open: { title: string; lines: string[] } | null = null;
  let inCode = false;
  for (const line of document.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    const heading = inCode ? null : /^(#+) (.*)$/.exec(line);
    if (heading === null) {
      open?.lines.push(line);
      continue;
    }
    const depth = heading[1]?.length ?? 0;
    if (depth === level) {
      open = { title: heading[2] ?? '', lines: [] };
      found.push(open);
    } else if (depth < level) open = null;
  }
  return found.map(({ title, lines }) => ({ title, text: lines.join('\n') }));
}

export interface CodeBlock {
  /** What follows the fence, e.g. `sh` or `ts`. */
  readonly language: string;
  readonly code: string;
  /** The line of the fence, from 1. */
  readonly line: number;
}

/** All fenced blocks, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; lines: string[] } | null = null;
  document.split('\n').forEach((line, i) => {
    if (!line.startsWith('```')) {
      open?.lines.push(line);
    } else if (open === null) {
      open = { language: line.slice(3).trim(), line: i + 1, lines: [] };
    } else {
      blocks.push({ language: open.language, line: open.line, code: open.lines.join('\n') });
      open = null;
    }
  });
  return blocks;
}
