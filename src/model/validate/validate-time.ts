/**
 * Checks the event-time settings of operators: watermark strategies and window assigners.
 */
import type { Report } from '../input-error.ts';
import { limits } from '../limits.ts';
import { integer, literal, milliseconds, nullable, object, refined } from './shape.ts';
import { oneOf, tagged, type Shape } from './shape.ts';

/** A distance in event time, in ms; may be negative. */
export const offset: Shape = integer(-limits.durationMsMax, limits.durationMsMax);

const watermarkMembers = object({
  strategy: oneOf(['bounded', 'ascending']),
  outOfOrdernessMs: milliseconds(),
  emission: oneOf(['per-record', 'periodic']),
  intervalMs: milliseconds(),
  idlenessMs: nullable(milliseconds(1)),
});

/** A watermark strategy. */
export const watermarkShape: Shape = refined(watermarkMembers, (value, path, report) => {
  const spec = value as {
    strategy: string;
    outOfOrdernessMs: number;
    emission: string;
    intervalMs: number;
  };
  if (spec.strategy === 'ascending' && spec.outOfOrdernessMs !== 0) {
    return report.add(`${path}.outOfOrdernessMs`, spec.outOfOrdernessMs, {
      expectation: '0, since the strategy is "ascending"',
      suggestion: 'use the strategy "bounded" to allow disorder',
    });
  }
  if (spec.emission === 'periodic' && spec.intervalMs === 0) {
    return report.add(`${path}.intervalMs`, 0, 'at least 1 when the emission is "periodic"');
  }
  return true;
});

const windowShapes = tagged('kind', {
  tumbling: object({ kind: literal('tumbling'), sizeMs: milliseconds(1), offsetMs: offset }),
  sliding: object({
    kind: literal('sliding'),
    sizeMs: milliseconds(1),
    slideMs: milliseconds(1),
    offsetMs: offset,
  }),
  session: object({ kind: literal('session'), gapMs: milliseconds(1) }),
});

/** A window assigner whose windows leave no gaps. */
export const assignerShape: Shape = refined(windowShapes, (value, path, report) => {
  const spec = value as { kind: string; sizeMs: number; slideMs?: number; offsetMs: number };
  if (spec.kind === 'session') return true;
  const every = spec.slideMs ?? spec.sizeMs;
  if (every > spec.sizeMs) return slideTooWide(spec.sizeMs, every, { path, report });
  if (Math.ceil(spec.sizeMs / every) > limits.panesPerRecordMax) {
    const least = Math.ceil(spec.sizeMs / limits.panesPerRecordMax);
    return report.add(`${path}.slideMs`, every, `at least ${least} (limit panesPerRecordMax)`);
  }
  // Flink refuses the same in its assigners' constructors: |offset| < slide.
  const wide = Math.abs(spec.offsetMs) >= every;
  return (
    !wide ||
    report.add(`${path}.offsetMs`, spec.offsetMs, `between -${every} and ${every}, exclusive`)
  );
});

/**
 * With gaps between windows a record may be in no pane and not late: nothing could account for it.
 */
function slideTooWide(size: number, slide: number, at: { path: string; report: Report }): false {
  return at.report.add(`${at.path}.slideMs`, slide, {
    expectation: `at most the window's size, ${size}`,
    suggestion: 'filter records that belong to no window before the window operator',
  });
}
