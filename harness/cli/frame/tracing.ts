/**
 * Settings of the checker that note, when they are asked to, by which rules it judges.
 */
import type { CheckSettings } from '../../../src/checker/check.ts';
import type { OwnFunctions } from '../../../src/model/validate/own-functions.ts';
import type { JudgedPart } from '../../../src/model/verdict/judged-part.ts';

export interface Tracing {
  readonly settings: CheckSettings;
  /** Grows while the checker runs. */
  readonly parts: readonly JudgedPart[];
}

export function tracing(functions: OwnFunctions | undefined, isWanted: boolean): Tracing {
  const parts: JudgedPart[] = [];
  return {
    parts,
    settings: {
      ...(functions === undefined ? {} : { functions }),
      ...(isWanted ? { onRegime: (part: JudgedPart) => void parts.push(part) } : {}),
    },
  };
}
