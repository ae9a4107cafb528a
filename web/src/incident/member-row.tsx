import type { Alert } from '@aiops/contract/model/alert'
import type { Anomaly } from '@aiops/contract/model/anomaly'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { selectorOfSeries } from '../series/selector.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { formatProbability, formatValue } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { safeUrl } from '../ui/safe-url.ts'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { sentenceCase } from '../ui/words.ts'

/** What may be done with members; none where the incident is over for good. */
export type MemberDeeds = {
  chosen: ReadonlySet<string>
  pending: boolean
  onChoose: (id: string) => void
  onRemove: (id: string) => void
}

type AnomalyRowProps = { anomaly: Anomaly; reason: string; deeds: MemberDeeds | undefined }

export function AnomalyRow({ anomaly, reason, deeds }: AnomalyRowProps) {
  const { unit, name } = anomaly.series
  const from = Date.parse(anomaly.started_at) - 300_000
  const to = Math.min(Date.parse(anomaly.ended_at ?? anomaly.detected_at) + 300_000, Date.now())
  return (
    <Row
      id={anomaly.id}
      severity={<SeverityBadge severity={anomaly.severity} />}
      title={anomaly.sentence}
      {...{ reason, deeds }}
    >
      <span>{sentenceCase(anomaly.shape)}</span>
      <span>
        expected {formatValue(anomaly.expected.low, unit, name)}–
        {formatValue(anomaly.expected.high, unit, name)}, was {formatValue(anomaly.actual, unit, name)}
      </span>
      <span title={`Score ${anomaly.score.toFixed(2)}, tier ${anomaly.tier}, model ${anomaly.model_version}`}>
        {formatProbability(anomaly.confidence)} sure
      </span>
      <span>
        {anomaly.state === 'ACTIVE' ? 'since' : 'from'} <Moment at={anomaly.started_at} />
        {anomaly.ended_at && (
          <>
            {' to '}
            <Moment at={anomaly.ended_at} />
          </>
        )}
      </span>
      <Link
        to="/explore"
        search={{ s: [selectorOfSeries(anomaly.series)], from, to }}
        className="font-medium text-accent hover:underline"
      >
        Chart
      </Link>
    </Row>
  )
}

type AlertRowProps = { alert: Alert; reason: string; deeds: MemberDeeds | undefined }

export function AlertRow({ alert, reason, deeds }: AlertRowProps) {
  const url = safeUrl(alert.generator_url)
  return (
    <Row
      id={alert.id}
      severity={<SeverityBadge severity={alert.severity} />}
      title={alert.message ? `${alert.name}: ${alert.message}` : alert.name}
      {...{ reason, deeds }}
    >
      <Badge tone={alert.status === 'FIRING' ? 'high' : 'ok'}>{sentenceCase(alert.status)}</Badge>
      <span>alert from {alert.source}</span>
      <span>
        since <Moment at={alert.starts_at} />
        {alert.ends_at && (
          <>
            {', ended '}
            <Moment at={alert.ends_at} />
          </>
        )}
      </span>
      {url && (
        <a
          href={url}
          target="_blank"
          rel="noreferrer noopener"
          className="font-medium text-accent hover:underline"
        >
          Source
        </a>
      )}
    </Row>
  )
}

type RowProps = {
  id: string
  severity: ReactNode
  title: string
  reason: string
  deeds: MemberDeeds | undefined
  children: ReactNode
}

function Row({ id, severity, title, reason, deeds, children }: RowProps) {
  const [sure, setSure] = useState(false)
  return (
    <li className="group flex flex-wrap gap-x-3 gap-y-1 px-4 py-2 sm:flex-nowrap">
      {deeds && (
        <input
          type="checkbox"
          aria-label={`Choose ${title}`}
          className="mt-1 self-start accent-(--accent)"
          checked={deeds.chosen.has(id)}
          onChange={() => deeds.onChoose(id)}
        />
      )}
      <div className="pt-px">{severity}</div>
      <div className="min-w-0 flex-1 basis-full sm:basis-0">
        <p className="break-words">{title}</p>
        <p className="flex flex-wrap items-center gap-x-4 text-ink-mute text-xs">{children}</p>
        {reason !== '' && <p className="break-words text-ink-soft text-xs">Why: {reason}</p>}
      </div>
      {deeds && (
        <div className="shrink-0">
          {sure ? (
            <Button size="small" look="danger" disabled={deeds.pending} onClick={() => deeds.onRemove(id)}>
              Take it out
            </Button>
          ) : (
            <Button size="small" look="quiet" onClick={() => setSure(true)}>
              Does not belong
            </Button>
          )}
        </div>
      )}
    </li>
  )
}
