/**
 * The JSON report: the result itself, indented. Its schema is result.schema.json beside this file.
 */
import type { RunResult } from '../result.ts';

/** One JSON document with a final line feed. */
export function resultJson(result: RunResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
