/**
 * Decides, without the checker, whether an edited history must be refuted. Each rule is local and
 * says why; where none decides, the edit is left open and counts for nothing.
 */
import { changesContent, type Edit, visibleAt } from '../changes/edits.ts';
import { ruleContent } from './content.ts';
import { type Question, type Ruling, shownAt } from './facts.ts';
import { ruleMove, ruleSwap } from './order.ts';
import { ruleDouble, ruleDrop, ruleVanish } from './presence.ts';

export function rule(question: Question, edit: Edit): Ruling {
  const ruling = decide(question, edit);
  const { promises } = question.facts.kase;
  if (ruling.is !== 'wrong' || ruling.broken.some((g) => promises.includes(g))) return ruling;
  return { is: 'open', why: `what it breaks is not promised: ${ruling.why}` };
}

function decide(question: Question, edit: Edit): Ruling {
  const { facts } = question;
  switch (edit.kind) {
    case 'drop':
      return ruleDrop(question, shownAt(facts, edit.site));
    case 'double':
      return ruleDouble(question, shownAt(facts, edit.site));
    case 'swap':
      return ruleSwap(question, edit);
    case 'move':
      return ruleMove(question, edit);
    case 'vanish':
      return ruleVanish(question, edit.event);
    case 'label':
      return ruleLabel(question, edit);
    default:
      return changesContent(edit)
        ? ruleContent(question, edit, shownAt(facts, edit.site))
        : { is: 'open', why: 'no rule' };
  }
}

/** A visible event that says something else than the history of its transaction and attempts. */
function ruleLabel({ facts }: Question, edit: Edit & { kind: 'label' }): Ruling {
  const event = visibleAt(facts.history, edit.event);
  const { label, to } = edit;
  if (event[label] === to) return { is: 'legal', why: 'nothing changed' };
  const why = `no ${label} ${to} made this visible`;
  if (event.transaction !== null) return { is: 'contradictory', why };
  const begun = facts.history.some((other) => other.kind === 'attempt' && other.attempt === to);
  if (label === 'attempt' && begun) return { is: 'open', why: 'an attempt that was there' };
  if (label === 'subtask') {
    const spec = facts.kase.pipeline.operators.find(({ id }) => id === event.sink);
    const isSubtask = spec?.kind === 'sink' && Number(to) < spec.parallelism;
    if (isSubtask) return { is: 'open', why: 'a subtask that is there' };
  }
  return { is: 'contradictory', why };
}
