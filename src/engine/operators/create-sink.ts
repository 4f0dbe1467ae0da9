/**
 * From a sink's connector to its running form.
 */
import type { SinkSpec } from '../../model/pipeline.ts';
import { createDirectSink } from './direct-sink.ts';
import type { SinkEnvironment, SinkOperator } from './sink.ts';
import { createTwoPhaseSink } from './two-phase-sink.ts';

export function createSink(env: SinkEnvironment, connector: SinkSpec['connector']): SinkOperator {
  return connector === 'two-phase' ? createTwoPhaseSink(env) : createDirectSink(env, connector);
}
