import type { Evidence } from '@aiops/contract/model/diagnosis'
import { entityKind, entityName } from '@aiops/contract/model/entity'
import { Link } from '@tanstack/react-router'
import { EntityName } from '../ui/entity-name.tsx'
import { formatPercent, formatValue } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { sentenceCase } from '../ui/words.ts'
import { EvidenceChart } from './evidence-chart.tsx'
import type { EvidenceSpan } from './evidence-span.ts'

type EvidenceItemProps = { evidence: Evidence; span: EvidenceSpan | undefined; onset: string }

export function EvidenceItem({ evidence, span, onset }: EvidenceItemProps) {
  const { baseline, value, unit, metric = '' } = evidence
  return (
    <li>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <span className="w-24 shrink-0 text-ink-mute text-xs">{sentenceCase(evidence.kind)}</span>
        <p className="min-w-0 flex-1 basis-60 break-words">{evidence.sentence}</p>
      </div>
      <p className="flex flex-wrap gap-x-4 text-ink-mute text-xs sm:pl-27">
        {evidence.entity && <EntityName id={evidence.entity} />}
        {value !== undefined && (
          <span>
            {baseline !== undefined && <>usually {formatValue(baseline, unit, metric)}, </>}now{' '}
            {formatValue(value, unit, metric)}
          </span>
        )}
        {evidence.at && (
          <span>
            at <Moment at={evidence.at} />
          </span>
        )}
        {evidence.weight !== undefined && <span>{formatPercent(evidence.weight)} of the score</span>}
        {evidence.kind === 'LOG' && evidence.entity && entityKind(evidence.entity) === 'service' && (
          <Link
            to="/explore"
            search={{
              ...{ tab: 'logs', service: entityName(evidence.entity) },
              ...(span && { from: Math.floor(span.from), to: Math.ceil(span.to) }),
            }}
            className="font-medium text-accent hover:underline"
          >
            Open the logs
          </Link>
        )}
        {evidence.trace_id && (
          <Link
            to="/explore"
            search={{ tab: 'traces', trace: evidence.trace_id }}
            className="font-medium text-accent hover:underline"
          >
            Open the trace
          </Link>
        )}
      </p>
      {evidence.query && (
        <EvidenceChart evidence={evidence} query={evidence.query} span={span} onset={onset} />
      )}
    </li>
  )
}
