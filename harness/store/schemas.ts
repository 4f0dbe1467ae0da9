/**
 * The formats that others write or read, as JSON Schema: made of what validates them here, so that
 * the two cannot part. Rules that relate two places of a document are not in them.
 */
import { caseSchema } from '../../src/model/validate/validate-case.ts';
import { eventShape } from '../../src/model/validate/validate-history.ts';
import { resultJsonSchema } from './result-schema.ts';
import { verdictJsonSchema } from './verdict-schema.ts';

export const schemaNames = ['case', 'history', 'verdict', 'result'] as const;
export type SchemaName = (typeof schemaNames)[number];

const draft = 'https://json-schema.org/draft/2020-12/schema';

const schemas: Readonly<Record<SchemaName, () => unknown>> = {
  case: () => ({ $schema: draft, title: 'Case of Tidemark', ...caseSchema() }),
  history: () => ({
    $schema: draft,
    title: 'One line of a history of Tidemark (JSON Lines)',
    ...eventShape.schema,
  }),
  verdict: verdictJsonSchema,
  result: resultJsonSchema,
};

export function jsonSchema(name: SchemaName): unknown {
  return schemas[name]();
}
