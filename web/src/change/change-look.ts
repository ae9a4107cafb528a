import type { ChangeKind } from '@aiops/contract/model/change'
import type { Tone } from '../ui/badge.tsx'

const tones: Partial<Record<ChangeKind, Tone>> = {
  ...{ ROLLOUT: 'low', CONFIG: 'medium', SCALE: 'ok', CHAOS: 'high' },
}

export const toneOfChange = (kind: ChangeKind): Tone => tones[kind] ?? 'outline'
