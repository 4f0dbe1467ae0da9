/**
 * What a kind of toxic is: its attributes with their ranges, and how to put it to work on a link.
 * One file per kind beside this one; `registry.ts` lists them.
 */
import type { Stage, StageContext } from '../stages/stage.ts';

export interface AttributeSpec {
  readonly name: string;
  /** As the API names it in error texts. */
  readonly type: 'int64' | 'int';
  /** Values outside [min, max] are refused. */
  readonly min: number;
  readonly max: number;
}

export interface ToxicKind {
  readonly type: string;
  /** Name of the attribute record in error texts of the API. */
  readonly recordName: string;
  readonly attributes: readonly AttributeSpec[];
  /** How many bytes of one direction it may keep back before the sender feels it. */
  readonly holdBytesMax: number;
  /** A sentence on what is wrong with the values together, or null. */
  readonly check?: (attributes: Readonly<Record<string, number>>) => string | null;
  readonly stage: (context: StageContext) => Stage;
}

/** Longest delay a toxic can ask for: the longest single timer of the platform, 24.8 days. */
export const delayMsMax = 2_147_483_647;
/** What a stage may hold when holding is not its purpose: about one socket buffer. */
export const holdBytesSmall = 65_536;
/** What a delaying stage may hold: 4 MiB carry 40 MB/s over 100 ms. */
export const holdBytesLarge = 4_194_304;

/** The value of an attribute; kinds only ask for their own. */
export function attribute(context: StageContext, name: string): number {
  return context.attributes[name] ?? 0;
}
