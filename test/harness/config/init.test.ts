import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { scenarioModules } from '../../../harness/config/load-config.ts';
import { starterConfig, starterScenarioFile } from '../../../harness/config/starter.ts';
import { loadScenarios } from '../../../harness/config/load-scenarios.ts';
import type { Scenario } from '../../../scenarios/scenario.ts';
import { validateCase } from '../../../src/model/validate/validate-case.ts';
import { cli } from '../cli/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-init-'));
afterAll(() => rmSync(folder, { recursive: true }));
const configFile = join(folder, 'tidemark.config.mts');
const scenarioFile = join(folder, starterScenarioFile);

describe('init', () => {
  it('writes a scenario and a configuration, and overwrites neither', async () => {
    const first = await cli('init', '--dir', folder);
    expect(first).toMatchObject({ code: 0 });
    expect(first.out.match(/^written /gm)).toHaveLength(2);
    expect(first.out).toContain('First: npm i -D tidemark fast-check');
    expect(readFileSync(configFile, 'utf8')).toBe(starterConfig);
    writeFileSync(configFile, '// mine\n');
    const second = await cli('init', '--dir', folder);
    expect(second.out.match(/^kept /gm)).toHaveLength(2);
    expect(readFileSync(configFile, 'utf8')).toBe('// mine\n');
  });

  it('writes a scenario that makes valid cases', async () => {
    // In a checkout there is no package "tidemark" to import, so the import points to its source.
    const library = new URL('../../../harness/index.ts', import.meta.url).href;
    const fastCheck = import.meta.resolve('fast-check');
    const text = readFileSync(scenarioFile, 'utf8')
      .replace("'tidemark'", `'${library}'`)
      .replace("'fast-check'", `'${fastCheck}'`);
    writeFileSync(scenarioFile, text);
    const { myCounts } = (await import(pathToFileURL(scenarioFile).href)) as {
      readonly myCounts: Scenario;
    };
    const cases = Array.from({ length: 20 }, (_, run) => myCounts.generate(3, run));
    for (const kase of cases) expect(validateCase(kase).scenario).toBe('my-counts');
    expect(new Set(cases.map((kase) => JSON.stringify(kase))).size).toBe(20);
  });
});

describe('a configuration', () => {
  it('that imports a package that is not there says how to install it', async () => {
    const path = join(folder, 'lonely.mjs');
    writeFileSync(path, "import 'no-such-package-here';");
    await expect(scenarioModules(path)).rejects.toThrow(/npm i -D no-such-package-here/);
  });

  it.each([
    ['without scenarios', 'export default {};', /a default export with a list "scenarios"/],
    ['with something else in it', 'export default { scenarios: [1] };', /scenarios\[0\]/],
    [
      'with half a scenario',
      "export default { scenarios: [{ id: 'x', generate() {} }] };",
      /a scenario at scenarios\[0\]; make it with defineScenario/,
    ],
    ['that does not load', 'throw new Error("no such luck");', /no such luck/],
  ])('%s is refused', async (name, text, message) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
    writeFileSync(path, text);
    await expect(scenarioModules(path)).rejects.toThrow(message);
  });

  it('may not use an id that is taken', async () => {
    const path = join(folder, 'twin.mjs');
    const twin =
      "{ id: 'word-count', title: 'x', describes: 'x', promises: [], sometimes: [], " +
      "expectation: 'valid', generate: () => ({}) }";
    writeFileSync(path, `export default { scenarios: [${twin}] };`);
    const modules = await scenarioModules(path);
    await expect(loadScenarios(modules)).rejects.toThrow(/two scenarios have the id "word-count"/);
  });
});
