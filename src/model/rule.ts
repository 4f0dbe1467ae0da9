/**
 * The rules that explanations cite, each with its fixed sentence. SEMANTICS.md states all of them
 * (a test compares). A rule says what holds for every correct run and nothing about this one.
 */
export const rules = {
  once: 'each input contributes to visible output once',
} as const;
export type RuleName = keyof typeof rules;
