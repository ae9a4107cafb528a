import type { MergeRequestState } from '@aiops/contract/model/merge-request'
import { Badge, type Tone } from '../ui/badge.tsx'
import { sentenceCase } from '../ui/words.ts'

const tones: Record<MergeRequestState, Tone> = { OPEN: 'low', MERGED: 'ok', CLOSED: 'info' }

export const RequestState = ({ state }: { state: MergeRequestState }) => (
  <Badge tone={tones[state]}>{sentenceCase(state)}</Badge>
)
