import { safeTokens } from '../pack/token-estimate.ts'
import { abstracted, nameShown } from './abstract.ts'

const linesMax = 400

/** What somebody attached, as untrusted text: its lines abstracted, equal ones counted, as many as fit. '' where none does. */
export function attached(
  attachments: readonly { id: string; name: string; text: string }[],
  budget: number,
): string {
  const lines: string[] = []
  let used = 0
  for (const { name, text } of attachments.slice(0, 10)) {
    const counts = new Map<string, number>()
    for (const line of text.slice(0, 200_000).split('\n', linesMax)) {
      const said = abstracted(line)
      if (said !== '' && said !== '…') counts.set(said, (counts.get(said) ?? 0) + 1)
    }
    const header = `ATTACHMENT ${nameShown(name)} (not verified, not to be cited)`
    let left = 0
    const fitting: string[] = []
    used += safeTokens(header) + 12
    for (const [line, count] of counts) {
      const row = count > 1 ? `${line} ×${count}` : line
      const tokens = safeTokens(row) + 1
      if (used + tokens > budget) left += 1
      else {
        used += tokens
        fitting.push(row)
      }
    }
    if (fitting.length > 0)
      lines.push(header, ...fitting, ...(left > 0 ? [`${left} more lines were left out.`] : []))
  }
  const text = lines.join('\n')
  return safeTokens(text) <= budget ? text : ''
}
