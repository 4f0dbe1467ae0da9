/** Set in the environment of a node with a planted bug: the whole bug file, in JSON. */
export const plantedBugVariable = 'TIDEMARK_PLANTED_BUG';
