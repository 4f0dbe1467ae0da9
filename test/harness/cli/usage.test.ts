import { fileURLToPath } from 'node:url';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { commandTable } from '../../../harness/cli/command-table.ts';
import { completionScript } from '../../../harness/cli/commands/completions.ts';
import { cliReference } from '../../../harness/cli/reference.ts';
import { flagOf, optionTable, type OptionName } from '../../../harness/cli/frame/option-table.ts';
import { duration, FlagError, shard } from '../../../harness/cli/frame/option-values.ts';
import { cli } from './in-process.ts';

const multiplier = Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'tidemark-usage-'));
const output = join(folder, 'out');
afterAll(() => rmSync(folder, { recursive: true }));
const badFile = join(folder, 'bad.json');
writeFileSync(badFile, '{"version":1}');
const historyFile = join(folder, 'history.jsonl');
writeFileSync(historyFile, '{"kind":"header","version":1}\n');

describe('bad usage', () => {
  it.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['rum'], /Did you mean run/],
    [['run', '--sed', '1'], /unknown option '--sed'/],
    [['run', '--runs', '0'], /expected an integer from 1/],
    [['run', '--runs', '1e3'], /expected an integer/],
    [['run', '--seed', '-1'], /expected an integer/],
    [['run', '--workers', '0'], /expected an integer/],
    [['run', '--time-budget', 'soon'], /such as 90s, 5m/],
    [['run', '--shard', '3/2'], /i\/n/],
    [['run', '--reporter', 'terminal,htm'], /did you mean "html"/],
    [['run', '--profile', 'quik'], /did you mean "quick"/],
    [['run', 'wordcount'], /did you mean "word-count"/],
    [['run', '--subject', 'simulater'], /did you mean "simulator"/],
    [['run', '--config', 'nowhere.ts'], /the path of an existing file/],
    [['run', '--output-dir', ' '], /expected a path or a name/],
    [['replay'], /missing required argument 'case'/],
    [['replay', join(folder, 'nowhere.json')], /there is no such file/],
    [['replay', badFile], /this case was refused/],
    [['shrink', badFile], /this case was refused/],
    [['check', badFile, '--case', badFile], /this case was refused/],
    [['check', badFile, '--case', historyFile], /this is a history, not a case/],
    [['replay', historyFile], /this is a history, not a case/],
    [['check', historyFile], /the history of a stream processor: pass --case <case>/],
    [['report', 'nope', '--output-dir', output], /id of a run/],
    [['explain', 'los'], /did you mean "loss"/],
    [['known-bugs', '--dir', join(folder, 'none')], /existing folder/],
    [['known-bugs', 'no-such-bug'], /the id of a bug file/],
    [['completions', 'csh'], /expected one of bash, zsh, fish/],
    [['list', 'extra'], /too many arguments/],
  ])('%j is refused with 64 and says why', async (argv, message) => {
    const { code, err, out } = await cli(...argv);
    expect(err).toMatch(message);
    expect(code).toBe(64);
    expect(out).toBe('');
  });

  it('of a history of operations is part of the report', async () => {
    const { code, out } = await cli('check', join(folder, 'nowhere.jsonl'));
    expect(out).toContain('nowhere.jsonl: there is no such file');
    expect(code).toBe(64);
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(folder)).toEqual(['bad.json', 'history.jsonl']);
  });

  it('is refused or understood whatever a flag is given, never an internal error', async () => {
    const flags = commandTable
      .find(({ name }) => name === 'run')
      ?.options.filter((name) => optionTable[name].value !== null && name !== 'config');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(flags ?? [])),
        fc.oneof(fc.string(), fc.constantFrom('', '0', '1/1', 'NaN', '--json', '🌊')),
        async (name, value) => {
          // A scenario that does not exist ends every run that got so far.
          const { code } = await cli('run', 'no-such-scenario', `${flagOf(name)}=${value}`);
          expect(code).toBe(64);
        },
      ),
      { numRuns: 150 * multiplier },
    );
  });
});

describe('help', () => {
  it('is shown by the bare command', async () => {
    const { code, out } = await cli();
    expect(code).toBe(0);
    for (const { name } of commandTable) expect(out).toContain(`  ${name} `);
  });

  it.each(commandTable.map(({ name, options }) => [name, options] as const))(
    'of %s names all its flags and an example',
    async (name, options) => {
      const { code, out } = await cli(name, '--help');
      expect(code).toBe(0);
      expect(out).toContain('Example:');
      for (const option of options) expect(out).toContain(flagOf(option));
    },
  );

  it('uses every flag of the table somewhere', () => {
    const used = new Set(commandTable.flatMap(({ options }) => options));
    const names = Object.keys(optionTable) as OptionName[];
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });

  it('and the reference come from the same tables', async () => {
    const file = new URL('../../../harness/cli/REFERENCE.md', import.meta.url);
    expect(readFileSync(file, 'utf8')).not.toBe('');
    await expect(cliReference()).toMatchFileSnapshot(fileURLToPath(file));
  });

  it('and completions come from the same table', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const script = completionScript(commandTable, shell);
      expect(script).toContain('known-bugs');
      expect(script).toContain('time-budget');
    }
  });
});

describe('values', () => {
  it('of durations have units', () => {
    const parsed = ['90s', '5m', '500ms', '2h', '1.5s', '7'].map(duration);
    expect(parsed).toEqual([90_000, 300_000, 500, 7_200_000, 1500, 7000]);
    expect(() => duration('0s')).toThrow(FlagError);
  });

  it('of shards are one of n', () => {
    expect(shard('2/4')).toEqual({ index: 2, count: 4 });
    expect(() => shard('0/4')).toThrow(FlagError);
  });
});
