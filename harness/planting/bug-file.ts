/**
 * Planted bugs as data: which exact source text of the engine is replaced by what, which real bug
 * it is modelled on, and what it may show. Read and checked whole; nothing is planted here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { AnomalyName } from '../../src/model/guarantee.ts';
import { Report } from '../../src/model/input-error.ts';
import { suggestName } from '../../src/model/validate/suggest.ts';
import { parseJson } from '../../src/model/validate/validate-case.ts';
import { readInput } from '../store/atomic-file.ts';
import { refusal } from '../store/refusal.ts';
import { checkAnomalyNames } from '../store/saved-failure.ts';

/**
 * Stands in a replacement where the defect takes effect. It becomes a call that counts and is true,
 * so it is a statement (`/*reached*\/;`) as well as a condition (`/*reached*\/ && x`).
 */
export const reachMarker = '/*reached*/';

/** One replacement in one module. */
export interface SourceEdit {
  /** Path from the project's root, inside `src/engine/`. */
  readonly module: string;
  /** Must occur exactly once in the module. */
  readonly replace: string;
  readonly with: string;
}

export interface BugFile extends SourceEdit {
  readonly id: string;
  /** The real bug, e.g. "FLINK-18063". */
  readonly modelledOn: string;
  /** What goes wrong, for people. */
  readonly describes: string;
  /** Further replacements when one is not enough. */
  readonly also: readonly SourceEdit[];
  /** What it may show; anything else it shows is reported as unexpected. */
  readonly anomalies: readonly AnomalyName[];
  /** Scenarios that exercise its machinery; cases are drawn from them in turn. */
  readonly scenarios: readonly string[];
  /** Faults of the smallest schedule that shows it, written by hand. */
  readonly minimalFaults: number;
  /** Why no run of real nodes can show it; null: they can. */
  readonly onlySimulated: string | null;
}

type Optional = 'also' | 'onlySimulated';

/** The project's own bug files. */
export function projectBugs(): string {
  return fileURLToPath(new URL('../../scenarios/known-bugs', import.meta.url));
}

/** The project's root, where module paths begin. */
export function projectRoot(): string {
  return fileURLToPath(new URL('../..', import.meta.url));
}

/** All bug files of `folder` by file name. Throws an InputError for the first bad one. */
export function loadBugs(folder: string): BugFile[] {
  if (!existsSync(folder)) {
    throw refusal('folder of bug files', folder, 'the path of an existing folder');
  }
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const bugs = names.sort().map((name) => loadBug(join(folder, name)));
  if (bugs.length === 0) {
    throw refusal('folder of bug files', folder, 'at least one .json file in it');
  }
  refuseTwins(bugs);
  return bugs;
}

/** One bug file. Throws an InputError with the path of what is wrong. */
export function loadBug(path: string): BugFile {
  const value = parseJson(readInput(path, 'bug file'), 'bug file');
  const report = new Report();
  checkBug(value, report);
  report.refuse(`bug file ${path}`);
  const bug = value as Omit<BugFile, Optional> & Partial<Pick<BugFile, Optional>>;
  return { ...bug, also: bug.also ?? [], onlySimulated: bug.onlySimulated ?? null };
}

/** All edits of a bug, the first one first. */
export function editsOf(bug: BugFile): SourceEdit[] {
  return [{ module: bug.module, replace: bug.replace, with: bug.with }, ...bug.also];
}

/**
 * Makes sure that every edit still matches its module exactly once. Throws an InputError; called
 * before anything runs, so that an outdated bug is never half planted.
 */
export function checkMatches(bug: BugFile): void {
  const report = new Report();
  for (const { module, replace } of editsOf(bug)) {
    const path = join(projectRoot(), module);
    if (!existsSync(path)) {
      report.add('module', module, 'the path of an existing module from the project root');
      continue;
    }
    const count = readFileSync(path, 'utf8').split(replace).length - 1;
    if (count === 1) continue;
    report.add('replace', replace, {
      expectation: `a text that occurs exactly once in ${module} (it occurs ${count} times)`,
      suggestion: 'the engine has changed: bring the bug file up to date',
    });
  }
  report.refuse(`bug "${bug.id}"`);
}

function refuseTwins(bugs: readonly BugFile[]): void {
  const seen = new Set<string>();
  for (const { id } of bugs) {
    if (seen.has(id)) throw refusal('folder of bug files', id, 'each id once');
    seen.add(id);
  }
}

const members = [
  'id',
  'modelledOn',
  'describes',
  'module',
  'replace',
  'with',
  'also',
  'anomalies',
  'scenarios',
  'minimalFaults',
  'minimalSchedule',
  'onlySimulated',
];

function checkBug(value: unknown, report: Report): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report.add('', value, 'an object');
    return;
  }
  const bug = value as Record<string, unknown>;
  for (const name of Object.keys(bug)) {
    if (members.includes(name)) continue;
    report.add(name, bug[name], {
      expectation: 'a known member',
      suggestion: suggestName(name, members),
    });
  }
  checkText(bug, 'modelledOn', report);
  checkText(bug, 'describes', report);
  if (bug['onlySimulated'] !== undefined) checkText(bug, 'onlySimulated', report);
  if (typeof bug['id'] !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(bug['id'])) {
    report.add('id', bug['id'], 'a kebab-case id');
  }
  checkEdit(bug, '', report);
  checkAlso(bug['also'], report);
  checkNames(bug['anomalies'], report);
  checkScenarios(bug['scenarios'], report);
  const faults = bug['minimalFaults'];
  if (!Number.isInteger(faults) || (faults as number) < 0) {
    report.add('minimalFaults', faults, 'an integer of at least 0');
  }
  if (!JSON.stringify(bug).includes(reachMarker)) {
    report.add('with', bug['with'], {
      expectation: `the marker ${reachMarker} where the defect takes effect`,
      suggestion: `write ${reachMarker}; as a statement or (${reachMarker} && x) in an expression`,
    });
  }
}

function checkText(bug: Record<string, unknown>, name: string, report: Report): void {
  const text = bug[name];
  if (typeof text !== 'string' || text.trim() === '') report.add(name, text, 'a text');
}

function checkEdit(edit: Record<string, unknown>, at: string, report: Report): void {
  const module = edit['module'];
  const plain = typeof module === 'string' && /^src\/engine\/[a-z0-9/-]+\.ts$/.test(module);
  if (!plain) {
    report.add(`${at}module`, module, 'the path of a module in src/engine/, from the project root');
  }
  if (typeof edit['replace'] !== 'string' || edit['replace'] === '') {
    report.add(`${at}replace`, edit['replace'], 'the exact source text to replace');
  }
  if (typeof edit['with'] !== 'string' || edit['with'] === edit['replace']) {
    report.add(`${at}with`, edit['with'], 'a replacement that differs');
  }
}

function checkAlso(value: unknown, report: Report): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    report.add('also', value, 'a list of { module, replace, with }');
    return;
  }
  value.forEach((edit: unknown, index) => {
    if (typeof edit === 'object' && edit !== null) {
      checkEdit(edit as Record<string, unknown>, `also[${index}].`, report);
    } else report.add(`also[${index}]`, edit, '{ module, replace, with }');
  });
}

function checkNames(value: unknown, report: Report): void {
  if (!Array.isArray(value) || value.length === 0) {
    report.add('anomalies', value, 'a list of at least one anomaly name');
    return;
  }
  checkAnomalyNames(value, report);
}

function checkScenarios(value: unknown, report: Report): void {
  const texts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!texts || value.length === 0) {
    report.add('scenarios', value, 'a list of at least one scenario id');
  }
}
