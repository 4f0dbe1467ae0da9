/**
 * What the documents say about the project in tables and links: files exist, lists are complete.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { exitCodes } from '../../harness/cli/frame/exit-codes.ts';
import { historyFormats } from '../../harness/cli/frame/option-table.ts';
import { loadBugs, projectBugs } from '../../harness/planting/bug-file.ts';
import { models } from '../../src/linearizability/models/index.ts';
import { logAnomalyNames } from '../../src/log-anomalies/operation.ts';
import { projectRoot, readDocument } from './documents.ts';

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'SEMANTICS.md',
  'CHECKER.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'src/README.md',
  'src/engine/README.md',
  'src/checker/README.md',
  'scenarios/README.md',
  'test/README.md',
];

/** The first cells of the rows of the table under a heading. */
function firstCells(text: string): string[] {
  return [...text.matchAll(/^\| *([^|]*?) *\|/gm)]
    .map((match) => match[1] ?? '')
    .filter((cell) => !/^-*$/.test(cell))
    .slice(1);
}

function part(path: string, heading: string): string {
  const text = readDocument(path);
  const from = text.indexOf(heading);
  expect(from, `"${heading}" in ${path}`).toBeGreaterThanOrEqual(0);
  const to = text.indexOf('\n## ', from + 1);
  return text.slice(from, to < 0 ? undefined : to);
}

describe.each(documents)('%s', (path) => {
  const text = readDocument(path);

  it('has links that lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '');
    const broken = links.filter((link) => !existsSync(join(projectRoot, dirname(path), link)));
    expect(broken).toEqual([]);
  });

  it('names files of the project that exist', () => {
    const named = [...text.matchAll(/`((?:src|harness|scenarios|reports|test)\/[\w./-]+)`/g)];
    const missing = named
      .map((match) => match[1] ?? '')
      .filter((file) => !/\/(?:x\.|my-)/.test(file) && !existsSync(join(projectRoot, file)));
    expect(missing).toEqual([]);
  });

  it('keeps to 100 columns', () => {
    const wide = text.split('\n').filter((line) => line.length > 100 && !line.startsWith('npx '));
    expect(wide).toEqual([]);
  });
});

describe('README.md', () => {
  it('has all exit codes', () => {
    const codes = firstCells(part('README.md', '## Exit codes'));
    expect(codes.map(Number)).toEqual(Object.values(exitCodes));
  });

  it('counts the planted bugs and describes real ones', () => {
    const text = part('README.md', '## Can it see bugs at all?');
    const bugs = loadBugs(projectBugs());
    expect(text).toContain(`the shapes of ${bugs.length} defects`);
    const issues = bugs.filter(({ modelledOn }) => /^(?:FLINK|KAFKA)-\d/.test(modelledOn));
    expect(text).toContain(`${issues.length} of them known by their issue`);
    const rows = [...text.matchAll(/^\| `([\w-]+)` *\| ([\w-]+)/gm)];
    expect(rows.length).toBeGreaterThan(4);
    for (const [, id, shape] of rows) {
      const bug = bugs.find((each) => each.id === id);
      const issue = /^[A-Z]+-\d+$/.exec(shape ?? '')?.[0] ?? '';
      expect(`${id}: ${bug?.modelledOn ?? 'no such bug'}`).toContain(
        bug === undefined ? '!' : issue,
      );
    }
  });

  it('names all models of operation histories', () => {
    const text = part('README.md', '## Check a history you already have');
    for (const name of Object.keys(models)) expect(text).toContain(`\`${name}\``);
  });
});

describe('CHECKER.md', () => {
  it('names all anomalies of logs', () => {
    const cells = firstCells(part('CHECKER.md', '## Logs')).join(' ');
    for (const name of logAnomalyNames) expect(cells).toContain(`\`${name}\``);
  });

  it('knows the format of logs', () => {
    expect(historyFormats).toContain('kafka');
  });
});

describe('the house of ARCHITECTURE.md', () => {
  it('has all folders of sources', () => {
    const cells = firstCells(part('ARCHITECTURE.md', '## The house'));
    const folders = readdirSync(join(projectRoot, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `\`src/${name}/\``);
    for (const name of folders) expect(cells).toContain(name);
  });
});
