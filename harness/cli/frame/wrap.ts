/**
 * Breaks a paragraph into lines.
 */

/**
 * `text` with each line indented by `indent` and at most `width` columns wide where words allow.
 */
export function wrap(text: string, indent: number = 0, width: number = 96): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((part) => `${' '.repeat(indent)}${part}`).join('\n');
}
