/** One statement of a program, by the lines that it wrote. */
export type LogPattern = {
  /** The line with what varies as `<num>`, `<id>`, … */
  template: string
  count: number
  /** A line of it. */
  example: string
  firstMs: number
  lastMs: number
  /** Its most frequent level; '' where none is known. */
  level: string
}
export type PatternLine = { atMs: number; text: string; level: string }

/** Of a line, in characters: what follows says no more about what wrote it. */
const lineMax = 600
/** Statements that are told apart; the rest is counted together. */
const patternsMax = 2_000

const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}/g, '<email>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<ip>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '<id>'],
  [/\b(?=\w*\d)(?=\w*[a-z])\w{16,}\b/gi, '<id>'],
  [/"(?:[^"\\]|\\.){0,300}"/g, '"<text>"'],
  [/(?<![A-Za-z_<])[-+]?\d+(?:[.,]\d+)*(?![A-Za-z_]*>)/g, '<num>'],
]

/** What of a line its statement wrote: numbers, ids, times and quoted texts are masked. */
export function templateOf(line: string): string {
  let text = line.slice(0, lineMax)
  for (const [pattern, mask] of masks) text = text.replace(pattern, mask)
  return text.replace(/\s+/g, ' ').trim()
}

/** Lines by what wrote them, the most frequent first; of two alike, the older. */
export function patternsOf(lines: readonly PatternLine[]): LogPattern[] {
  const byTemplate = new Map<string, LogPattern & { levels: Map<string, number> }>()
  for (const { atMs, text, level } of lines) {
    const own = templateOf(text)
    const template = byTemplate.has(own) || byTemplate.size < patternsMax ? own : '<other>'
    const known = byTemplate.get(template)
    if (known) {
      known.count += 1
      known.firstMs = Math.min(known.firstMs, atMs)
      known.lastMs = Math.max(known.lastMs, atMs)
      known.levels.set(level, (known.levels.get(level) ?? 0) + 1)
    } else {
      const example = text.slice(0, lineMax)
      const levels = new Map([[level, 1]])
      byTemplate.set(template, { template, count: 1, example, firstMs: atMs, lastMs: atMs, level, levels })
    }
  }
  return [...byTemplate.values()]
    .map(({ levels, ...pattern }) => ({
      ...pattern,
      level: [...levels].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '',
    }))
    .sort((a, b) => b.count - a.count || a.firstMs - b.firstMs)
}
