/**
 * Which nodes a set of broken directed links cuts off from everybody, both ways.
 */
import type { Ends } from '../processes/links.ts';

/** Fewest first: the others of a pair, or of a whole cluster, need not be cut off as well. */
export function isolatedNodes(nodes: readonly string[], broken: readonly Ends[]): string[] {
  const isBroken = (from: string, to: string): boolean =>
    broken.some((ends) => ends.from === from && ends.to === to);
  const isolated: string[] = [];
  for (const node of [...nodes].reverse()) {
    const others = nodes.filter((other) => other !== node);
    const isCutOff = others.every((other) => isBroken(node, other) && isBroken(other, node));
    const isDone = others.every((other) => isolated.includes(other));
    if (isCutOff && others.length > 0 && !isDone) isolated.push(node);
  }
  return isolated;
}
