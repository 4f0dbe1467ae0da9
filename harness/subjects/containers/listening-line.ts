/** What a node prints when it listens. */
export const listeningLine = 'the node listens';
