/** A piece of prose with the citations it ends in. `raw` is the piece as it stands, white space behind it included. */
export type Statement = { raw: string; text: string; cites: readonly string[] }

const citeGroup = /(?:\s*[[(]\s*[ec]\d{1,4}(?:\s*,\s*[ec]\d{1,4})*\s*[\])])+[.!?]?/y
const citeId = /[ec]\d{1,4}/g

/**
 * Takes whole statements off the front of a text that may still grow: each ends behind its citations or at the end of a line. What is left
 * is the beginning of one that is not whole yet; once the text `isWhole`, nothing is left.
 */
export function statementsOf(text: string, isWhole: boolean): { statements: Statement[]; rest: string } {
  const statements: Statement[] = []
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '\n') {
      statements.push(statementOf(text.slice(from, at + 1)))
      from = at + 1
    } else if (sign === '[' || sign === '(') {
      citeGroup.lastIndex = at
      const group = citeGroup.exec(text)
      if (!group) continue
      const end = citeGroup.lastIndex
      // More citations, or the full stop, may still come.
      if (end === text.length && !isWhole) break
      if (!isWhole && /^\s*$/.test(text.slice(end))) break
      // Within a sentence, "[e1], and": it goes on.
      if (!/[.!?]\s*$/.test(group[0]) && !/[.!?:]\s*$/.test(text.slice(from, at)) && goesOn(text, end)) {
        at = end - 1
        continue
      }
      const behind = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
      statements.push(statementOf(text.slice(from, end + behind)))
      from = end + behind
      at = from - 1
    }
  }
  const rest = text.slice(from)
  if (!isWhole || rest.trim() === '') return { statements, rest: isWhole ? '' : rest }
  return { statements: [...statements, statementOf(rest)], rest: '' }
}

/** What stands behind a citation belongs to the same sentence. */
const goesOn = (text: string, end: number): boolean =>
  /^\s*(?:[,;:–—]|(?:and|but|or|while|which|whereas|with|at|in|on|from|for|to|as|because|since|by|is|was|has)\b)/.test(
    text.slice(end, end + 24),
  )

function statementOf(raw: string): Statement {
  const cites: string[] = []
  const text = raw
    .replace(/[[(]\s*[ec]\d{1,4}(?:\s*,\s*[ec]\d{1,4})*\s*[\])]/g, (group) => {
      cites.push(...(group.match(citeId) ?? []))
      return ' '
    })
    .replace(/\s+([.!?,;])/g, '$1')
    .trim()
  return { raw, text, cites: [...new Set(cites)] }
}
