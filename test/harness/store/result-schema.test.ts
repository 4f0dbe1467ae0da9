import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { resultJsonSchema, validateResult } from '../../../harness/store/result-schema.ts';
import { resultJson } from '../../../reports/json/result-json.ts';
import { InputError } from '../../../src/model/input-error.ts';
import { hostileReport } from '../../reports/sample-report.ts';

const schemaUrl = new URL('../../../reports/json/result.schema.json', import.meta.url);

describe('the schema of the result', () => {
  it('is the one in the reports', () => {
    expect(JSON.parse(readFileSync(schemaUrl, 'utf8'))).toEqual(resultJsonSchema());
  });

  it('accepts what the JSON reporter writes', () => {
    const value: unknown = JSON.parse(resultJson(hostileReport.result));
    expect(validateResult(value)).toEqual(hostileReport.result);
  });

  it('refuses anything else with the place', () => {
    const bad = { ...hostileReport.result, verdict: 'fine', more: 1 };
    expect(() => validateResult(bad)).toThrow(InputError);
    expect(() => validateResult(bad)).toThrow(/verdict: found "fine"/);
  });
});
