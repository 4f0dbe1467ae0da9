/**
 * Text from data made safe for a terminal: control characters become visible, so that a key in a
 * history can neither move the cursor, colour the report nor turn the direction of writing round.
 */

/** C0 and C1 controls, separators of lines, and what changes the direction of writing. */
const unsafe =
  '\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069\\uFEFF';
const unsafeInLine = new RegExp(`[${unsafe}]`, 'gu');
/** What a report itself is made of: ends of lines, the colours of paint.ts, a line drawn anew. */
const unsafeInReport = new RegExp(
  `\\u001B\\[(?:[12]|22|3[1-3]|39)m|\\r\\u001B\\[2K|[${unsafe}]`,
  'gu',
);

/** One line without control characters. */
export function plainText(text: string): string {
  return text.replaceAll(unsafeInLine, escaped);
}

/** What is about to be written to a terminal; `isStyled`: with colours and lines drawn anew. */
export function terminalText(text: string, isStyled: boolean): string {
  return text.replaceAll(unsafeInReport, (found) =>
    found === '\n' || found === '\t' || (isStyled && found.length > 1) ? found : plainText(found),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
