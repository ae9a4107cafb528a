import type { Anomaly } from '@aiops/contract/model/anomaly'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { AskLink } from '../chat/ask-link.tsx'
import { Badge } from '../ui/badge.tsx'
import { CodeLine } from '../ui/code-line.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { formatDuration, formatProbability, formatValue } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { Part } from '../ui/part.tsx'
import { SeverityBadge } from '../ui/severity-badge.tsx'
import { sentenceCase } from '../ui/words.ts'
import { AnomalyChart } from './anomaly-chart.tsx'
import { FeedbackPanel } from './feedback-panel.tsx'
import { tierReason } from './tier-reason.ts'

/** All that is known of one anomaly. */
export function AnomalyDetail({ anomaly }: { anomaly: Anomaly }) {
  const { series, expected, entity, pattern, edge } = anomaly
  const value = (one: number): string => formatValue(one, series.unit, series.name)
  return (
    <article className="space-y-5">
      <header className="space-y-2">
        <div className="flex flex-wrap items-center gap-2">
          <SeverityBadge severity={anomaly.severity} />
          <Badge tone={anomaly.state === 'ACTIVE' ? 'high' : 'outline'}>
            {anomaly.state === 'ACTIVE' ? 'Going on' : 'Ended'}
          </Badge>
          <Badge tone="outline">{sentenceCase(anomaly.shape)}</Badge>
          {entity && <AskLink question={`Why is ${entity.slice(entity.indexOf('/') + 1)} failing?`} />}
        </div>
        <h2 className="break-words font-semibold text-base">{anomaly.sentence}</h2>
      </header>
      {pattern ? (
        <Part title="The log line">
          <CodeLine label="Pattern" text={pattern.template} />
          <p className="mt-1 whitespace-pre-wrap break-words text-ink-soft text-xs">
            For example: {pattern.example}
          </p>
        </Part>
      ) : edge ? null : (
        <Part title="The series">
          <AnomalyChart anomaly={anomaly} />
        </Part>
      )}
      <Part title="What was seen">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          {entity && (
            <Fact name="Entity">
              <EntityName id={entity} />
            </Fact>
          )}
          {edge && (
            <Fact name="Call">
              {edge.caller} → {edge.callee}
            </Fact>
          )}
          <Fact name="Expected">
            {value(expected.low)} to {value(expected.high)}, usually {value(expected.mid)}
          </Fact>
          <Fact name="Was">
            {value(anomaly.actual)}
            <span className="text-ink-mute">
              {' '}
              · {anomaly.deviation.toFixed(1)} robust standard deviations
              {anomaly.deviation_percent !== null && `, ${Math.round(anomaly.deviation_percent)} %`}
            </span>
          </Fact>
          <Fact name="Began">
            <Moment at={anomaly.started_at} form="both" />
            <span className="text-ink-mute">
              {' '}
              · noticed {formatDuration(Date.parse(anomaly.detected_at) - Date.parse(anomaly.started_at))}{' '}
              later
            </span>
          </Fact>
          {anomaly.ended_at && (
            <Fact name="Ended">
              <Moment at={anomaly.ended_at} form="both" />
            </Fact>
          )}
          <Fact name="How sure">
            {formatProbability(anomaly.confidence)}{' '}
            <span className="text-ink-mute">· score {anomaly.score.toFixed(2)} of 1</span>
          </Fact>
          <Fact name="Found by">
            {sentenceCase(anomaly.tier)} tier{' '}
            <span className="text-ink-mute">
              · {tierReason(anomaly)} Model {anomaly.model_version}.
            </span>
          </Fact>
          <Fact name="Incident">
            {anomaly.incident_id ? (
              <Link
                to="/incidents/$id"
                params={{ id: anomaly.incident_id }}
                className="font-medium text-accent hover:underline"
              >
                Open the incident
              </Link>
            ) : (
              'none: it was not worth one by itself'
            )}
          </Fact>
          {anomaly.silenced_by && anomaly.silenced_by.length > 0 && (
            <Fact name="Silenced">
              <Link to="/silences" className="text-accent hover:underline">
                by {anomaly.silenced_by.length === 1 ? 'a silence' : `${anomaly.silenced_by.length} silences`}
              </Link>
            </Fact>
          )}
        </dl>
      </Part>
      <Part title="Was it right?">
        <FeedbackPanel anomaly={anomaly} />
      </Part>
    </article>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-mute">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
