/** Labels as people type them: `key=value`, one a line. */
export function readLabels(text: string): { labels: Record<string, string>; problems: string[] } {
  const labels = new Map<string, string>()
  const problems: string[] = []
  for (const line of text.split('\n')) {
    const one = line.trim()
    if (one === '') continue
    const at = one.indexOf('=')
    const key = one.slice(0, at).trim()
    const value = one.slice(at + 1).trim()
    if (at < 1 || key === '') problems.push(`“${one.slice(0, 60)}” is no label; write key=value.`)
    else if (key.length > 253 || value.length > 1_024)
      problems.push(`The label ${key.slice(0, 60)} is too long.`)
    else labels.set(key, value)
  }
  if (labels.size > 64) problems.push('At most 64 labels.')
  return { labels: Object.fromEntries(labels), problems }
}

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
