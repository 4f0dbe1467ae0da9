/**
 * The survey from the command line: `npm run enumerate -- --histories 200000 --seed 1 --out
 * FOLDER`. Prints what the checker decided per stage, which anomalies stood alone, and every kind
 * of difference; writes the smallest history of each into the folder. Ends with 1 if one is not
 * known.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalJson } from '../../../src/base/json.ts';
import { guarantees } from '../../../src/model/guarantee.ts';
import { groups, surveyOf } from './groups.ts';
import { isKnown } from './known-gaps.ts';
import type { Finding, Survey } from './survey.ts';

const { values: options } = parseArgs({
  options: {
    histories: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    group: { type: 'string', default: '' },
    out: { type: 'string' },
  },
});

const scale = Number(options.histories) / 5_000;
for (const [name, group] of Object.entries(groups)) {
  if (!name.startsWith(options.group)) continue;
  const settings = { ...group.settings, seed: Number(options.seed) };
  const survey = surveyOf({ histories: Math.ceil(group.histories * scale), settings });
  print(name, survey);
}

function print(name: string, survey: Survey): void {
  console.log(`${name}: ${survey.histories} histories, exactly-once by enumeration and verdict`);
  console.table(objectOf(survey.decided));
  console.log('anomalies that stood alone: guarantee broken/holds/open by enumeration');
  console.table(aloneTable(survey));
  const found = [...survey.findings].sort((a, b) => b[1].count - a[1].count);
  for (const [id, finding] of found) {
    const { count, judged } = finding;
    const known = isKnown(finding) ? 'known' : 'NEW';
    console.log(known, count, id, `(run ${judged.number}, ${judged.edit})`);
    if (known === 'NEW') process.exitCode = 1;
    if (options.out !== undefined) write(options.out, id, finding);
  }
}

function objectOf(table: ReadonlyMap<string, ReadonlyMap<string, number>>): Record<string, object> {
  return Object.fromEntries([...table].map(([row, cells]) => [row, Object.fromEntries(cells)]));
}

function aloneTable({ alone }: Survey): Record<string, object> {
  const names = new Set([...alone.keys()].map((id) => id.split(' ')[0] as string));
  const cell = (name: string, guarantee: string): string =>
    ['broken', 'holds', 'open'].map((s) => alone.get(`${name} ${guarantee} ${s}`) ?? 0).join('/');
  const judged = guarantees.filter((g) => [...alone.keys()].some((id) => id.includes(` ${g} `)));
  return Object.fromEntries(
    [...names]
      .sort()
      .map((name) => [name, Object.fromEntries(judged.map((g) => [g, cell(name, g)]))]),
  );
}

function write(folder: string, id: string, { judged, kind, about }: Finding): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, id.replaceAll(' ', '-'));
  const scenario = `${kind} of ${about}: run ${judged.number}, ${judged.edit}`;
  const lines = judged.history.map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(`${file}.case.json`, canonicalJson({ ...judged.kase, scenario }));
  writeFileSync(`${file}.history.jsonl`, lines.join(''));
}
