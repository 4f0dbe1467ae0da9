/**
 * The error for bad input: a case, a history or a pipeline that is refused whole. Its text is built
 * here and nowhere else. Not for broken invariants: those are assertions.
 */
import { limits } from './limits.ts';

/** One thing wrong with the input. */
export interface Problem {
  /** Where, e.g. `pipeline.operators[3].input`; empty for the document itself. */
  readonly path: string;
  /** The value found there as short text; "nothing" when a member is missing. */
  readonly value: string;
  /** What would have been right, e.g. "an integer from 1 to 4". */
  readonly expectation: string;
  /**
   * What to do about it, e.g. `did you mean "count"?`; null when nothing better than the rule is
   * known.
   */
  readonly suggestion: string | null;
}

/**
 * Input was refused; nothing of it was used. `problems` holds the first ones, `count` all of them.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** What was read: "case", "history", "pipeline". */
  readonly what: string;
  readonly problems: readonly Problem[];
  readonly count: number;

  constructor(what: string, problems: readonly Problem[], count: number = problems.length) {
    super(message(what, problems, count));
    this.what = what;
    this.problems = problems;
    this.count = count;
  }
}

/** Collects problems while a document is checked; keeps the first `limits.problemsMax`. */
export class Report {
  readonly problems: Problem[] = [];
  count = 0;

  /** Adds a problem. Returns false, so that a check can end with it. */
  add(path: string, value: unknown, rule: Rule): false {
    this.count++;
    if (this.problems.length < limits.problemsMax) {
      const { expectation, suggestion } = typeof rule === 'string' ? { expectation: rule } : rule;
      this.problems.push({
        path,
        value: preview(value),
        expectation,
        suggestion: suggestion ?? null,
      });
    }
    return false;
  }

  /** Throws an {@link InputError} when anything was reported. */
  refuse(what: string): void {
    if (this.count > 0) throw new InputError(what, this.problems, this.count);
  }
}

/** Says only whether something is wrong: for a first look, before anybody asks where. */
class SilentReport extends Report {
  override add(): false {
    return false;
  }
}

export const silent: Report = new SilentReport();

/** What was expected, alone or with a suggestion. */
export type Rule = string | { readonly expectation: string; readonly suggestion?: string | null };

function message(what: string, problems: readonly Problem[], count: number): string {
  const lines = problems.map((problem) => `  ${problemText(problem)}`);
  if (count > problems.length) lines.push(`  … and ${count - problems.length} more`);
  const heading = `this ${what} was refused: ${count === 1 ? '1 problem' : `${count} problems`}`;
  return [heading, ...lines].join('\n');
}

function problemText(problem: Problem): string {
  const where = problem.path === '' ? 'the document' : problem.path;
  const advice = problem.suggestion === null ? '' : `; ${problem.suggestion}`;
  return `${where}: found ${problem.value}, expected ${problem.expectation}${advice}`;
}

const previewCharacters = 60;

/** Short text of any value, at most about 60 characters. */
function preview(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return JSON.stringify(shorten(value));
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return objectPreview(value);
    default:
      return `a ${typeof value}`;
  }
}

function objectPreview(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return shorten(`an object with ${Object.keys(value).join(', ') || 'no members'}`);
}

function shorten(text: string): string {
  return text.length > previewCharacters ? `${text.slice(0, previewCharacters - 1)}…` : text;
}
