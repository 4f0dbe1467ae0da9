/**
 * The survey from the command line: `npm run enumerate -- --cases 200000 --seed 1 --out FOLDER`.
 * Prints what the checker decided per stage, and every kind of disagreement; writes the smallest
 * history of each into the folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalJson } from '../../../src/base/json.ts';
import { type Finding, guaranteesJudged, judgeRun, Survey } from './survey.ts';

const { values: options } = parseArgs({
  options: {
    cases: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    connectors: { type: 'string', default: 'two-phase' },
    modes: { type: 'string', default: 'exactly-once,stop-the-world' },
    out: { type: 'string' },
  },
});

const settings = {
  seed: Number(options.seed),
  connectors: options.connectors.split(',') as never,
  modes: options.modes.split(',') as never,
  recordsMax: 4,
};
const survey = new Survey();
const from = Number(options.from);
for (let number = from; number < from + Number(options.cases); number++) {
  for (const judged of judgeRun(number, settings)) survey.take(judged);
}
console.log(`${options.cases} runs, ${survey.histories} histories`);
console.table(
  Object.fromEntries([...survey.decided].map(([k, row]) => [k, Object.fromEntries(row)])),
);
printAlone();
const found = [...survey.findings].sort((a, b) => b[1].count - a[1].count);
for (const [id, { count, judged }] of found) {
  console.log(count, id, `(${judged.number} ${judged.edit})`);
}
if (options.out !== undefined) for (const [id, finding] of found) write(options.out, id, finding);

function printAlone(): void {
  const names = new Set([...survey.alone.keys()].map((id) => id.split(' ')[0] as string));
  const cell = (name: string, guarantee: string): string =>
    ['broken', 'holds', 'open']
      .map((s) => survey.alone.get(`${name} ${guarantee} ${s}`) ?? 0)
      .join('/');
  console.log('one anomaly alone: broken/holds/open');
  console.table(
    Object.fromEntries(
      [...names]
        .sort()
        .map((name) => [name, Object.fromEntries(guaranteesJudged.map((g) => [g, cell(name, g)]))]),
    ),
  );
}

function write(folder: string, id: string, { judged, kind, guarantee }: Finding): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, id.replaceAll(' ', '-'));
  const about = `${kind} of ${guarantee}: run ${judged.number}, ${judged.edit}`;
  writeFileSync(`${file}.case.json`, canonicalJson({ ...judged.kase, scenario: about }));
  writeFileSync(
    `${file}.history.jsonl`,
    judged.history.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
}
