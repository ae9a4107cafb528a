import type { Answer } from '@aiops/contract/model/answer'
import { engineText } from './engine-text.ts'

/** Who wrote the answer, how long it took and what it cost. */
export function EngineLine({ answer }: { answer: Answer }) {
  return <p className="text-ink-mute text-xs">{engineText(answer).join(' · ')}</p>
}
