/**
 * What the checker may use of the oracle: the rules of time, the functions of rows, and every
 * stateful operator as a sequential step function. Not the runner over whole pipelines (run.ts).
 */
export { createSequential } from './specification/create.ts';
export { dedupIdentity } from './specification/dedup.ts';
export { joinForgetTime, joinRow, joins } from './specification/interval-join.ts';
export type { TracedRow } from './specification/sequential.ts';
export { rowFunction, type RowFunction } from './specification/stateless.ts';
export * from './specification/time.ts';
export { paneOf } from './specification/window.ts';
