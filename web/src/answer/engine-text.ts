import type { Answer } from '@aiops/contract/model/answer'
import { formatCount } from '../ui/format.ts'
import { secondsText } from './call-text.ts'

/** By what rule or model, seconds, tokens and money where there were any. */
export function engineText({ engine, model, seconds, usage }: Answer): string[] {
  const parts = [engine === 'deterministic' ? 'By rule' : [engine, model].filter(Boolean).join(' / ')]
  parts.push(secondsText(seconds))
  if (!usage) return parts
  const tokens = formatCount(usage.input_tokens + usage.output_tokens)
  parts.push(engine === 'deterministic' ? `${tokens} tokens of ${usage.provider}` : `${tokens} tokens`)
  if (usage.cost_usd !== null) parts.push(`$${usage.cost_usd.toFixed(usage.cost_usd < 0.1 ? 4 : 2)}`)
  return parts
}
