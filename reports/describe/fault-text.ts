/**
 * A fault in words, the same in every report. Pure.
 */
import type { Fault, FaultAction, FaultTime, Links } from '../../src/model/fault.ts';

/** e.g. `crash tm1 for 200 ms, before ack of checkpoint 2`. */
export function faultText(fault: Fault): string {
  return `${actionText(fault.action)}, ${timeText(fault.when)}`;
}

/** What happens, e.g. `partition tm0 | jm for 800 ms`. */
export function actionText(action: FaultAction): string {
  switch (action.kind) {
    case 'crash':
      return `crash ${action.node}, back after ${action.restartAfterMs} ms`;
    case 'pause':
      return `pause ${action.node} for ${action.durationMs} ms`;
    case 'partition':
      return `partition ${linksText(action.links)} for ${action.durationMs} ms`;
    case 'delay':
      return `delay ${linksText(action.links)} by ${action.delayMs} ms for ${action.durationMs} ms`;
    case 'slow-link':
      return `slow ${linksText(action.links)} to ${action.messagesPerSecond} messages/s for ${action.durationMs} ms`;
    case 'reset':
      return `reset connections ${linksText(action.links)}`;
    case 'reorder':
      return `reorder channels of ${linksText(action.links)}, waiting ${action.waitMs} ms, for ${action.durationMs} ms`;
    case 'drop':
      return `drop a message ${linksText(action.links)} within ${action.durationMs} ms`;
    case 'duplicate':
      return `duplicate a message ${linksText(action.links)} within ${action.durationMs} ms`;
    case 'disk':
      return `disk of ${action.node}: ${action.effect} (${action.durationMs} ms)`;
    case 'store':
      return `sink store: ${action.effect} for ${action.durationMs} ms`;
    case 'clock-jump':
      return `clock of ${action.node} jumps by ${action.byMs} ms`;
    case 'source-hold':
      return `split ${action.split} delivers nothing for ${action.durationMs} ms`;
    default:
      return (action satisfies never as FaultAction).kind;
  }
}

/** When, e.g. `at 1200 ms` or `after ack of checkpoint 2 at window[1]`. */
export function timeText(when: FaultTime): string {
  if ('at' in when) return `at ${when.at} ms`;
  const checkpoint = when.checkpoint === null ? '' : ` of checkpoint ${when.checkpoint}`;
  const subtask = when.subtask === null ? '' : `[${when.subtask}]`;
  const operator =
    when.operator === null ? subtaskOnly(when.subtask) : ` at ${when.operator}${subtask}`;
  const occurrence = when.occurrence === 1 ? '' : `, time ${when.occurrence}`;
  return `${when.phase} ${when.point}${checkpoint}${operator}${occurrence}`;
}

function subtaskOnly(subtask: number | null): string {
  return subtask === null ? '' : ` at subtask ${subtask}`;
}

function linksText({ from, to, bothWays }: Links): string {
  return `${from.join('+')} ${bothWays ? '↔' : '→'} ${to.join('+')}`;
}
