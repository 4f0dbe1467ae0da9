/**
 * The rules that explanations cite, each with its fixed sentence. SEMANTICS.md states all of them
 * (a test compares). A rule says what holds for every correct run and nothing about this one.
 */
export const rules = {
  once: 'each input contributes to visible output once',
  'one-history': 'the values of a key are one history: each is made from the one before',
  'one-value-each': 'each record of a key gives a value of its own',
} as const;
export type RuleName = keyof typeof rules;
