/**
 * `tidemark schema`: the formats of Tidemark as JSON Schema.
 */
import { jsonSchema, schemaNames } from '../../store/schemas.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { choice } from '../frame/option-values.ts';

export function schema({ args, io }: CommandContext): Promise<number> {
  const [name] = args;
  if (name === undefined) io.out(`${schemaNames.join('\n')}\n`);
  else io.out(`${JSON.stringify(jsonSchema(choice(schemaNames)(name)), null, 2)}\n`);
  return Promise.resolve(exitCodes.valid);
}
