import type { CnfWorkload, PtpStatus } from '@aiops/contract/model/cnf'
import { CircleAlert, CircleCheck, CircleHelp, Lock, LockOpen, OctagonAlert, TimerReset } from 'lucide-react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { useNow } from '../ui/use-now.ts'
import { sentenceCase } from '../ui/words.ts'
import { isStale } from './ptp-clock.ts'

type Look = { tone: Tone; icon: typeof Lock; note: string }

const clockLooks: Record<PtpStatus['state'], Look> = {
  LOCKED: { tone: 'ok', icon: Lock, note: 'It follows its master' },
  HOLDOVER: {
    tone: 'medium',
    icon: TimerReset,
    note: 'Its source is gone; it keeps time by itself for a while',
  },
  FREERUN: { tone: 'critical', icon: LockOpen, note: 'Nothing steers it' },
  UNKNOWN: { tone: 'outline', icon: CircleHelp, note: 'It does not tell' },
}

export function ClockBadge({ state }: { state: PtpStatus['state'] }) {
  const { tone, icon: Icon, note } = clockLooks[state]
  return (
    <Badge tone={tone} title={note} className="min-w-24">
      <Icon aria-hidden />
      {state}
    </Badge>
  )
}

const statusLooks: Record<CnfWorkload['status'], { tone: Tone; icon: typeof Lock }> = {
  HEALTHY: { tone: 'ok', icon: CircleCheck },
  DEGRADED: { tone: 'medium', icon: CircleAlert },
  FAILED: { tone: 'critical', icon: OctagonAlert },
  UNKNOWN: { tone: 'outline', icon: CircleHelp },
}

export function WorkloadBadge({ status }: { status: CnfWorkload['status'] }) {
  const { tone, icon: Icon } = statusLooks[status]
  return (
    <Badge tone={tone} className="min-w-24">
      <Icon aria-hidden />
      {sentenceCase(status)}
    </Badge>
  )
}

/** Said where a reading is older than it should be. */
export function StaleBadge({ at }: { at: string }) {
  const now = useNow()
  if (!isStale(at, now)) return null
  return (
    <Badge tone="medium" title={`Last told at ${at}`}>
      Stale
    </Badge>
  )
}
