/** A page begins with where it comes from, so that nobody edits it by hand. */
export const page = (title: string, ...parts: readonly string[]): string =>
  [
    '<!-- Made by `npm run reference` from the code; do not edit. -->',
    '',
    `# ${title}`,
    ...parts.flatMap((part) => ['', part]),
    '',
  ].join('\n')

/** `|` would end a cell and a line break the row. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

export const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``)
export const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``
export const json = (value: unknown): string => block('json', JSON.stringify(value, null, 2))
