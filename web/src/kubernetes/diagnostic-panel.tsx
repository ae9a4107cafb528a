import type { HealthCheck } from '@aiops/contract/model/kubernetes'
import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react'
import { className } from '../ui/class-name.ts'
import { CodeLine } from '../ui/code-line.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { sentenceCase } from '../ui/words.ts'
import { useDiagnostics } from './use-inside.ts'

const looks = {
  FAIL: { icon: CircleX, color: 'text-critical' },
  ERROR: { icon: CircleX, color: 'text-critical' },
  WARNING: { icon: TriangleAlert, color: 'text-high' },
  UNKNOWN: { icon: CircleHelp, color: 'text-ink-mute' },
  PASS: { icon: CircleCheck, color: 'text-ok' },
} as const
const order = Object.keys(looks)

/** The health checks, those that do not pass first. */
export function DiagnosticPanel({ clusterId }: { clusterId: string }) {
  const { data, error, refetch } = useDiagnostics(clusterId)
  if (error) return <Failure error={error} onRetry={() => void refetch()} className="mb-4" />
  if (!data) return <SkeletonRows rows={3} />
  const checks = data.checks.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
  const passed = checks.filter(({ status }) => status === 'PASS').length
  return (
    <details open={passed < checks.length} className="mb-4 rounded-lg border bg-surface">
      <summary className="px-4 py-2.5">
        <span className="font-semibold text-base">Health checks</span>{' '}
        <span className="text-ink-mute text-xs">
          {passed} of {checks.length} pass · <Moment at={data.at} form="ago" />
        </span>
      </summary>
      <ul className="grid border-t lg:grid-cols-2">
        {checks.map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
    </details>
  )
}

function CheckRow({ check }: { check: HealthCheck }) {
  const { icon: Icon, color } = looks[check.status]
  const { description, kubectl_commands: kubectl, az_commands: az } = check.remediation
  const more = check.status !== 'PASS' && (description !== '' || kubectl.length > 0)
  const line = (
    <span className="min-w-0 flex-1 break-words">
      <span className="font-medium">{check.title}</span>{' '}
      <span className="text-ink-soft">{check.message}</span>
    </span>
  )
  return (
    <li className="border-b px-4 py-1.5">
      <details className="group">
        <summary
          className={className(
            'flex list-none items-start gap-2 [&::-webkit-details-marker]:hidden',
            !more && 'pointer-events-none',
          )}
          tabIndex={more ? 0 : -1}
        >
          <Icon
            aria-label={sentenceCase(check.status)}
            className={className('mt-0.5 size-4 shrink-0', color)}
          />
          {line}
        </summary>
        {more && (
          <div className="mt-1.5 ml-6 space-y-2">
            <p>{description}</p>
            {[...kubectl, ...az].map((command) => (
              <CodeLine key={command} label="" text={command} />
            ))}
          </div>
        )}
      </details>
    </li>
  )
}
