import type { Decision } from '@aiops/contract/model/decision'
import { Badge } from '../ui/badge.tsx'
import { stateLook } from './decision-word.ts'

export function DecisionBadge({ decision: { state } }: { decision: Pick<Decision, 'state'> }) {
  const { word, tone, means } = stateLook[state]
  return (
    <Badge tone={tone} title={means}>
      {word}
    </Badge>
  )
}
