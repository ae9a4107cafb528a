import type { ClusterCheck } from '@aiops/contract/model/cluster'
import { CircleCheck, CircleMinus, OctagonAlert } from 'lucide-react'
import { formatDuration, missing } from '../ui/format.ts'
import { checkAdvice } from './check-advice.ts'
import { targetWords } from './cluster-look.ts'

const looks = {
  HEALTHY: { icon: CircleCheck, word: 'Healthy', text: 'text-ok' },
  UNHEALTHY: { icon: OctagonAlert, word: 'Unhealthy', text: 'text-critical' },
  NOT_CHECKED: { icon: CircleMinus, word: 'Not checked', text: 'text-ink-mute' },
} as const

/** Each part of a health check: what came out, how long it took, and what to do where it failed. */
export function CheckList({
  checks,
  endpoints,
}: {
  checks: readonly ClusterCheck[]
  endpoints: Partial<Record<ClusterCheck['target'], string>>
}) {
  return (
    <ul className="divide-y">
      {checks.map((check) => {
        const { icon: Icon, word, text } = looks[check.result]
        const advice = check.result === 'UNHEALTHY' ? checkAdvice(check) : undefined
        return (
          <li key={check.target} className="flex flex-wrap items-start gap-x-3 gap-y-0.5 px-4 py-2.5">
            <span className="w-24 font-medium">{targetWords[check.target]}</span>
            <span className={`inline-flex w-28 items-center gap-1 ${text}`}>
              <Icon aria-hidden className="size-4 shrink-0" />
              {word}
            </span>
            <span className="min-w-0 flex-1 break-all text-ink-soft">
              {endpoints[check.target] ?? (check.message === '' ? 'no address' : '')}
            </span>
            <span className="text-ink-mute text-xs leading-5">
              {check.time_ms === null ? missing : formatDuration(check.time_ms)}
            </span>
            {check.message !== '' && <p className="basis-full break-words text-ink-soft">{check.message}</p>}
            {advice && <p className="basis-full break-words text-ink-mute">{advice}</p>}
          </li>
        )
      })}
    </ul>
  )
}
