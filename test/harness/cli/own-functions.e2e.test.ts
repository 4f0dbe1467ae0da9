/**
 * A scenario with functions of its own through the command line: its cases are run, replayed,
 * shrunk and checked with the functions of the configuration, and refused without it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { historyText } from '../../../harness/store/history-file.ts';
import { simulate } from '../../../harness/subjects/simulate.ts';
import { own } from '../fake/own-scenario.ts';
import { cli } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-own-'));
const scenarioFile = new URL('../fake/own-scenario.ts', import.meta.url);
const config = join(folder, 'tidemark.config.mts');
const withConfig = ['--config', config] as const;
const caseFile = join(folder, 'case.json');
const historyFile = join(folder, 'history.jsonl');
const kase = own.generate(1, 0);

/** A configuration with the scenario in `module`. */
function configText(module: string): string {
  return `import { own } from '${module}';\nexport default { scenarios: [own] };\n`;
}

beforeAll(() => {
  writeFileSync(config, configText(scenarioFile.href));
  writeFileSync(caseFile, JSON.stringify(kase));
  writeFileSync(historyFile, historyText(simulate(kase, own.functions).history));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a scenario with functions of its own', () => {
  it('is verified by worker threads', async () => {
    const output = ['--output-dir', join(folder, 'out'), '--reporter', 'json', '--json'];
    const scale = ['--runs', '12', '--workers', '1'];
    const { code, out } = await cli('run', 'own-functions', ...withConfig, ...scale, ...output);
    const { verdict, scenarios } = JSON.parse(out) as {
      readonly verdict: string;
      readonly scenarios: readonly { readonly id: string; readonly runs: number }[];
    };
    const ran = scenarios.find(({ id }) => id === 'own-functions');
    expect({ code, verdict, runs: ran?.runs }).toEqual({ code: 0, verdict: 'valid', runs: 12 });
  });

  it('runs on processes: its nodes load the module', async () => {
    const asked = ['--subject', 'processes', '--runs', '1'];
    const { code, out, err } = await cli('replay', caseFile, ...withConfig, ...asked);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('What held: exactly-once');
  });

  it('has its cases replayed, shrunk and checked', async () => {
    const replayed = await cli('replay', caseFile, ...withConfig);
    expect(replayed).toMatchObject({ code: 0, err: '' });
    const shrunk = await cli('shrink', caseFile, ...withConfig);
    expect(shrunk.out).toBe('Nothing to shrink: this case is valid.\n');
    const checked = await cli('check', historyFile, '--case', caseFile, ...withConfig);
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(checked.out).toContain('What held: exactly-once');
  });

  it('has a history judged with them: a lost row is a loss', async () => {
    const lines = readFileSync(historyFile, 'utf8').split('\n');
    const at = lines.findLastIndex((line) => line.includes('"kind":"visible"'));
    const short = join(folder, 'short.jsonl');
    writeFileSync(short, lines.filter((_, i) => i !== at).join('\n'));
    const { code, out } = await cli('check', short, '--case', caseFile, ...withConfig);
    expect(code).toBe(1);
    expect(out).toContain('loss');
  });

  it.each([
    [['replay', caseFile]],
    [['shrink', caseFile]],
    [['check', historyFile, '--case', caseFile]],
    [['convert', historyFile, join(folder, 'x'), '--case', caseFile]],
  ])('has its cases refused without its configuration: %j', async (argv) => {
    const { code, err } = await cli(...argv);
    expect(code).toBe(64);
    expect(err).toMatch(
      /pipeline\.operators\[1\]\.fn\.fn: found "lines", expected the name of a fu/,
    );
    expect(err).toContain('looked for in the scenario "own-functions" of tidemark.config');
  });

  it('is no help for a case of another scenario, nor for a misspelt name', async () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, JSON.stringify({ ...kase, scenario: 'other' }));
    const foreign = await cli('replay', other, ...withConfig);
    expect(foreign).toMatchObject({ code: 64, out: '' });
    expect(foreign.err).toContain('looked for in the scenario "other" of tidemark.config');
    const misspelt = join(folder, 'misspelt.json');
    writeFileSync(misspelt, JSON.stringify(kase).replace('"fn":"lines"', '"fn":"lnes"'));
    const { code, err } = await cli('replay', misspelt, ...withConfig);
    expect(code).toBe(64);
    expect(err).toContain('found "lnes"');
    expect(err).toContain('did you mean "lines"?');
  });
});

describe('a scenario that makes what is no case', () => {
  it('is refused with 64, before there is a verdict', async () => {
    const module = join(folder, 'typo.ts');
    const file = join(folder, 'typo.config.mts');
    const text = readFileSync(scenarioFile, 'utf8')
      .replaceAll('../../../', new URL('../../../', import.meta.url).href)
      .replace("'fast-check'", `'${import.meta.resolve('fast-check')}'`)
      .replace("fn: 'range'", "fn: 'rnge'");
    writeFileSync(module, text);
    writeFileSync(file, configText(module));
    const output = ['--output-dir', join(folder, 'typo')];
    const argv = ['run', 'own-functions', '--config', file, '--runs', '3', '--workers', '1'];
    const { code, err, out } = await cli(...argv, ...output);
    expect(err).toContain('this case of scenario "own-functions" (seed 1, run 0) was refused');
    expect(err).toMatch(/operators\[3\]\.aggregate\.fn: found "rnge".*did you mean "range"/);
    expect({ code, out }).toEqual({ code: 64, out: '' });
  });
});
