/** The table of parameters and the catalogue of functions describe the same functions. */
import { expect, test } from 'vitest';

import { functionParameters } from '../../../../src/model/validate/function-parameters.ts';
import { builtinFunctions, type FunctionCatalog } from '../../../../src/model/functions.ts';

const kinds = Object.keys(builtinFunctions) as (keyof FunctionCatalog)[];

test.each(kinds)('every %s function has its parameters listed', (kind) => {
  expect(Object.keys(functionParameters[kind]).sort()).toEqual(
    Object.keys(builtinFunctions[kind]).sort(),
  );
});
