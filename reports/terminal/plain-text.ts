/**
 * Text from data made safe for a terminal: control characters become visible, so that a key in a
 * history can neither move the cursor nor colour the report.
 */

/** One line without control characters. */
export function plainText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
