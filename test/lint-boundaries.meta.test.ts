// The house rules of the import direction and of the pure sources are lint rules. This proves that
// they can see: every violation below is written to a file of its own and must be reported there,
// by the expected rule, while the allowed counterparts must stay silent.
//
// A3 Independence: the oracle imports nothing of the engine, the engine nothing of the oracle.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

interface Sample {
  readonly folder: string;
  readonly code: string;
}

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

const projectRoot = join(import.meta.dirname, '..');
const sources = [
  'base',
  'model',
  'engine',
  'faults',
  'simulator',
  'oracle',
  'judgement',
  'claims-verifier',
  'checker',
  'stream-checker',
  'linearizability',
  'log-anomalies',
] as const;
const outerFolders = ['scenarios', 'harness', 'reports', 'test'] as const;

/** The last column of the table "The house": the other sources a folder of src/ may import. */
const allowedSources: Readonly<Record<(typeof sources)[number], readonly string[]>> = {
  base: [],
  model: ['base'],
  engine: ['base', 'model'],
  faults: ['base', 'model', 'engine/world/world.ts'],
  simulator: ['base', 'model', 'faults', 'engine/world/world.ts'],
  oracle: ['base', 'model'],
  judgement: ['base', 'model'],
  'claims-verifier': ['base', 'model', 'oracle/specification.ts'],
  checker: ['base', 'model', 'oracle/specification.ts', 'judgement', 'claims-verifier'],
  'stream-checker': ['base', 'model', 'judgement'],
  linearizability: ['base', 'model'],
  'log-anomalies': ['base', 'model'],
};

const forbiddenImports: readonly Sample[] = [...forbiddenInSources(), ...forbiddenOutside()];
const allowedImports: readonly Sample[] = [...allowedInSources(), ...allowedOutside()];

const forbiddenGlobals: readonly string[] = [
  'Date.now()',
  'new Date()',
  'performance.now()',
  'setTimeout(step, 1)',
  'setImmediate(step)',
  'queueMicrotask(step)',
  'process.pid',
  'console.log(step)',
  'crypto.randomUUID()',
  'fetch(step)',
  'globalThis.Date',
  'new WeakRef(step)',
  'new Intl.Collator()',
];
const forbiddenProperties: readonly string[] = ['Math.random()', "'a'.localeCompare('b')"];

const hotPath = `/** Sums the set bits: loops, bit operations, typed arrays and non-null reads are fine. */
export function countBits(words: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    let word = words[i]!;
    if (word === 0) continue;
    while (word !== 0) {
      word &= word - 1;
      count++;
    }
  }
  return Math.imul(count, 1) >>> 0;
}
`;

const globalUses = sources.flatMap((name) => forbiddenGlobals.map((code) => use(name, code)));
const propertyUses = sources.flatMap((name) => forbiddenProperties.map((code) => use(name, code)));
const hotPaths: readonly Sample[] = sources.map((name) => ({
  folder: `src/${name}`,
  code: hotPath,
}));

/** The rules reported against each sample. */
const reported = new Map<Sample, string[]>();

beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'tidemark-lint-'));
  try {
    lintSamples(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

describe('A3: lint refuses an import against the direction of the house', () => {
  it.each(forbiddenImports)('$folder: $code', (sample) => {
    expect(reported.get(sample)).toContain('eslint(no-restricted-imports)');
  });
});

describe('lint accepts an import along the direction of the house', () => {
  it.each(allowedImports)('$folder: $code', (sample) => {
    expect(reported.get(sample)).toEqual([]);
  });
});

describe('A1: lint refuses in src/ what is not deterministic', () => {
  it.each(globalUses)('$folder: $code', (sample) => {
    expect(reported.get(sample)).toContain('eslint(no-restricted-globals)');
  });

  it.each(propertyUses)('$folder: $code', (sample) => {
    expect(reported.get(sample)).toContain('eslint(no-restricted-properties)');
  });
});

describe('lint leaves hot paths alone', () => {
  it.each(hotPaths)('$folder', (sample) => {
    expect(reported.get(sample)).toEqual([]);
  });
});

function forbiddenInSources(): Sample[] {
  return sources.flatMap((name) => {
    const others = sources.filter((other) => other !== name);
    const siblings = others.filter((other) => !allowedSources[name].includes(other));
    return [
      ...siblings.map((other) => load(`src/${name}`, `../${other}/x.ts`)),
      ...siblings.map((other) => load(`src/${name}/deep`, `../../${other}/deep/x.ts`)),
      ...siblings.map((other) => load(`src/${name}`, `../../src/${other}/x.ts`)),
      ...siblings.map((other) => load(`src/${name}`, `./deep/../../${other}/x.ts`)),
      ...outerFolders.map((other) => load(`src/${name}`, `../../${other}/x.ts`)),
      ...siblings.map((other) => loadLazily(`src/${name}`, `../${other}/x.ts`)),
      ...['node:fs', 'fs', 'fast-check', 'zod'].map((other) => load(`src/${name}`, other)),
    ];
  });
}

function forbiddenOutside(): Sample[] {
  return [
    ...['harness', 'reports', 'test'].map((other) => load('scenarios', `../${other}/x.ts`)),
    ...['node:fs', 'execa'].map((other) => load('scenarios/known-bugs', other)),
    ...sources
      .filter((other) => other !== 'model')
      .map((other) => load('reports/html', `../../src/${other}/x.ts`)),
    ...['scenarios', 'harness', 'test'].map((other) => load('reports/html', `../../${other}/x.ts`)),
    ...['node:fs', 'zod'].map((other) => load('reports/html', other)),
    load('harness/campaign', '../../test/x.ts'),
  ];
}

function allowedInSources(): Sample[] {
  return sources.flatMap((name) => [
    load(`src/${name}/deep`, '../x.ts'),
    ...allowedSources[name].map((other) =>
      load(`src/${name}`, `../${other.endsWith('.ts') ? other : `${other}/x.ts`}`),
    ),
  ]);
}

function allowedOutside(): Sample[] {
  return [
    ...sources.map((other) => load('scenarios', `../src/${other}/x.ts`)),
    load('scenarios', 'fast-check'),
    load('reports/html', '../../src/model/x.ts'),
    load('reports/html', '../escape.ts'),
    ...sources.map((other) => load('harness/campaign', `../../src/${other}/x.ts`)),
    load('harness/campaign', '../../scenarios/x.ts'),
    load('harness/campaign', '../../reports/html/x.ts'),
    load('harness/campaign', 'node:fs'),
  ];
}

function load(from: string, specifier: string): Sample {
  return { folder: from, code: `export type { X } from '${specifier}';\n` };
}

function loadLazily(from: string, specifier: string): Sample {
  return { folder: from, code: `export const load = () => import('${specifier}');\n` };
}

function use(name: string, code: string): Sample {
  return { folder: `src/${name}`, code: `export const use = (step: never) => [step, ${code}];\n` };
}

/** Lints every sample, each in a file of its own under `root`, with the project's configuration. */
function lintSamples(root: string): void {
  copyFileSync(join(projectRoot, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  const samples = [forbiddenImports, allowedImports, globalUses, propertyUses, hotPaths].flat();
  const rulesByPath = new Map<string, string[]>();
  for (const [index, sample] of samples.entries()) {
    const path = join(sample.folder, `sample-${index}.ts`);
    mkdirSync(join(root, sample.folder), { recursive: true });
    writeFileSync(join(root, path), sample.code);
    const rules: string[] = [];
    reported.set(sample, rules);
    rulesByPath.set(path, rules);
  }
  for (const { filename, code } of lint(root)) rulesByPath.get(filename)?.push(code);
}

function lint(cwd: string): readonly Diagnostic[] {
  const oxlint = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
  const options = { cwd, encoding: 'utf8' } as const;
  const result = spawnSync(process.execPath, [oxlint, '--format', 'json'], options);
  const report = JSON.parse(result.stdout) as { readonly diagnostics: readonly Diagnostic[] };
  return report.diagnostics;
}
