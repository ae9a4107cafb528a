import type { Alert } from '@aiops/contract/model/alert'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Beside } from '../ui/beside.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Part } from '../ui/part.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { useAlertHistory } from './use-alerts.ts'

type AlertBesideProps = {
  fingerprint: string
  id: string
  /** Only those with this label. */
  onLabel: (label: string) => void
  onClose: () => void
}

/** One alert beside the list. */
export function AlertBeside({ onClose, ...of }: AlertBesideProps) {
  return (
    <Beside label="Chosen alert" onClose={onClose}>
      <AlertInFull {...of} />
    </Beside>
  )
}

/** One alert over the list, where there is no room beside it. */
export const AlertOver = ({ onClose, ...of }: AlertBesideProps) => (
  <Drawer title="Alert" onClose={onClose}>
    <AlertInFull {...of} />
  </Drawer>
)

/** One alert and the other times that it fired. */
function AlertInFull({ fingerprint, id, onLabel }: Omit<AlertBesideProps, 'onClose'>) {
  const { data, error, refetch } = useAlertHistory(fingerprint)
  const alert = data?.items.find((one) => one.id === id) ?? data?.items[0]
  return (
    <div className="space-y-5">
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && !alert && <p className="text-ink-mute">This alert is past its retention.</p>}
      {data && alert && (
        <>
          <Facts alert={alert} />
          <Pairs title="Labels" pairs={alert.labels} onPick={(name, value) => onLabel(`${name}=${value}`)} />
          <Pairs title="Annotations" pairs={alert.annotations} />
          <History times={data.items} total={data.total} />
        </>
      )}
    </div>
  )
}

function Facts({ alert }: { alert: Alert }) {
  const url = safeUrl(alert.generator_url)
  const [began, ended] = [
    Date.parse(alert.starts_at),
    alert.ends_at === null ? null : Date.parse(alert.ends_at),
  ]
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <SeverityBadge severity={alert.severity} />
        <Badge tone={alert.status === 'FIRING' ? 'high' : 'outline'}>
          {alert.status === 'FIRING' ? 'Firing' : 'Resolved'}
        </Badge>
        {url && (
          <a
            href={url}
            target="_blank"
            rel="noreferrer noopener"
            className="ml-auto inline-flex items-center gap-1 font-medium text-accent text-xs hover:underline"
          >
            Source <ExternalLink aria-hidden className="size-3.5" />
          </a>
        )}
      </div>
      <div>
        <h2 className="break-words font-semibold text-base">{alert.name}</h2>
        {alert.message && <p className="whitespace-pre-wrap break-words text-ink-soft">{alert.message}</p>}
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact name="From">{alert.source}</Fact>
        {alert.entity && (
          <Fact name="Entity">
            <EntityName id={alert.entity} />
          </Fact>
        )}
        <Fact name="Began">
          <Moment at={alert.starts_at} form="both" />
        </Fact>
        {ended !== null && alert.ends_at && (
          <Fact name="Ended">
            <Moment at={alert.ends_at} form="both" />
            <span className="text-ink-mute"> · after {formatDuration(Math.max(0, ended - began))}</span>
          </Fact>
        )}
        <Fact name="Incident">
          {alert.incident_id ? (
            <Link
              to="/incidents/$id"
              params={{ id: alert.incident_id }}
              className="font-medium text-accent hover:underline"
            >
              Open the incident
            </Link>
          ) : (
            'none'
          )}
        </Fact>
        {alert.silenced_by && alert.silenced_by.length > 0 && (
          <Fact name="Silenced">
            <Link to="/silences" className="text-accent hover:underline">
              by {alert.silenced_by.length === 1 ? 'a silence' : `${alert.silenced_by.length} silences`}
            </Link>
          </Fact>
        )}
      </dl>
    </div>
  )
}

function Pairs(props: {
  title: string
  pairs: Readonly<Record<string, string>>
  onPick?: (name: string, value: string) => void
}) {
  const { title, pairs, onPick } = props
  const entries = Object.entries(pairs)
  if (entries.length === 0) return null
  return (
    <Part title={title}>
      <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 font-mono text-xs">
        {entries.map(([name, value]) => (
          <Fact key={name} name={name}>
            {onPick ? (
              <button
                type="button"
                title="Only alerts with this label"
                onClick={() => onPick(name, value)}
                className="max-w-full break-words text-left hover:text-accent hover:underline"
              >
                {value}
              </button>
            ) : (
              <span className="whitespace-pre-wrap">{value}</span>
            )}
          </Fact>
        ))}
      </dl>
    </Part>
  )
}

function History({ times, total }: { times: readonly Alert[]; total: number }) {
  return (
    <Part title={total === 1 ? 'It fired once' : `It fired ${total} times`}>
      <ul className="divide-y">
        {times.map((one) => (
          <li key={one.id} className="flex items-center justify-between gap-3 py-1 text-xs">
            <Moment at={one.starts_at} form="both" />
            <span className="text-ink-soft">
              {one.ends_at
                ? `for ${formatDuration(Math.max(0, Date.parse(one.ends_at) - Date.parse(one.starts_at)))}`
                : 'fires still'}
            </span>
          </li>
        ))}
      </ul>
      {total > times.length && (
        <p className="text-ink-mute text-xs">{counted(total - times.length, 'earlier time')} not shown.</p>
      )}
    </Part>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="break-words text-ink-mute">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
