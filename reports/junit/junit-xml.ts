/**
 * JUnit XML: one test suite per scenario, one test case per promised guarantee, so that CI systems
 * show which promise broke. Violations are failures, unknowns are errors. Pure.
 */
import { unknownLine } from '../describe/unknown-text.ts';
import { realLines } from '../describe/real-text.ts';
import type { GuaranteeStatus, RunResult, ScenarioResult } from '../result.ts';

/** One XML document with a final line feed. */
export function junitXml(result: RunResult): string {
  const suites = result.scenarios.map(suite);
  const sum = (part: (counts: Counts) => number): number =>
    suites.reduce((total, { counts }) => total + part(counts), 0);
  const attributes = attributesText({
    name: result.tool,
    tests: sum(({ tests }) => tests),
    failures: sum(({ failures }) => failures),
    errors: sum(({ errors }) => errors),
    time: seconds(result.stats.wallMs),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes}>`,
    ...suites.map(({ text }) => text),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

interface Suite {
  readonly counts: Counts;
  readonly text: string;
}

function suite(scenario: ScenarioResult): Suite {
  const tests = [
    ...scenario.promises.map((name) => ({ name, status: scenario.guarantees[name] })),
    { name: 'verdict', status: scenario.verdict },
  ];
  const counts: Counts = {
    tests: tests.length,
    failures: tests.filter(({ status }) => status === 'invalid').length,
    errors: tests.filter(({ status }) => isOpen(status)).length,
  };
  const attributes = attributesText({
    name: scenario.id,
    ...counts,
    time: seconds(scenario.stats.wallMs),
  });
  const lines = [
    `  <testsuite${attributes}>`,
    '    <properties>',
    property('runs', String(scenario.runs)),
    property('strongestGuarantee', scenario.strongestGuarantee),
    property('historyDigest', scenario.historyDigest),
    property('statement', scenario.statement),
    '    </properties>',
    ...tests.flatMap((test) => testCase(scenario, test)),
    '  </testsuite>',
  ];
  return { counts, text: lines.join('\n') };
}

function isOpen(status: GuaranteeStatus): boolean {
  return status === 'unknown' || status === 'not-checked';
}

interface Test {
  readonly name: string;
  readonly status: GuaranteeStatus;
}

function testCase(scenario: ScenarioResult, { name, status }: Test): string[] {
  const open = `    <testcase${attributesText({ classname: scenario.id, name })}`;
  if (status === 'valid') return [`${open}/>`];
  const kind = status === 'invalid' ? 'failure' : 'error';
  const message =
    status === 'invalid'
      ? scenario.anomalies.join(', ')
      : (scenario.unknowns.map(unknownLine)[0] ?? status);
  return [
    `${open}>`,
    `      <${kind}${attributesText({ message })}>${escapeXml(details(scenario))}</${kind}>`,
    '    </testcase>',
  ];
}

function details(scenario: ScenarioResult): string {
  const cases = scenario.cases.map(({ sentence, replay, real }) =>
    [sentence, ...realLines(real, replay), `replay: ${replay}`].join('\n'),
  );
  return [...scenario.unknowns.map(unknownLine), ...cases].join('\n\n');
}

function property(name: string, value: string): string {
  return `      <property${attributesText({ name, value })}/>`;
}

function attributesText(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * Escapes markup; replaces characters that XML 1.0 cannot hold at all, lone surrogates included.
 */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
  );
}
