/**
 * A refusal with a single problem, for input that is wrong as a whole.
 */
import { InputError, Report, type Rule } from '../../src/model/input-error.ts';

/** The error that says `value` is no usable `what`. */
export function refusal(what: string, value: unknown, rule: Rule): InputError {
  const report = new Report();
  report.add(what, value, rule);
  return new InputError(what, report.problems);
}
