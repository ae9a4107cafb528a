import type { IncidentDetail } from '@aiops/contract/model/incident'
import { RotateCw, SearchX } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration, formatProbability } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { CauseRow } from './cause-row.tsx'
import { evidenceSpan } from './evidence-span.ts'
import { useIncidentActions } from './use-incident.ts'

/** Ranked causes with what speaks for each. */
export function CausePanel({ incident }: { incident: IncidentDetail }) {
  const { diagnosis } = incident
  const { diagnose } = useIncidentActions(incident.id)
  const again = (
    <Button size="small" disabled={diagnose.isPending} onClick={() => diagnose.mutate()}>
      <RotateCw aria-hidden className={diagnose.isPending ? 'animate-spin' : ''} />
      {diagnosis ? 'Explain again' : 'Explain now'}
    </Button>
  )
  const note = diagnosis && (
    <>
      revision {diagnosis.revision}, <Moment at={diagnosis.created_at} form="ago" />, {diagnosis.method}, took{' '}
      {formatDuration(diagnosis.seconds * 1_000)}
    </>
  )
  return (
    <Panel title="Why" note={note} actions={again} bodyClassName="p-0">
      {diagnose.error && <Failure error={diagnose.error} className="m-4" />}
      {!diagnosis && (
        <Empty icon={SearchX} title="Not yet explained">
          The first explanation comes within seconds of the incident and is refined as more is seen.
        </Empty>
      )}
      {diagnosis && (
        <>
          {diagnosis.degraded.length > 0 && (
            <p className="border-b bg-medium-soft px-4 py-2 text-medium">
              Explained without: {diagnosis.degraded.join('; ')}. Take the ranking with more care.
            </p>
          )}
          <ol className="divide-y">
            {diagnosis.causes.map((cause) => (
              <CauseRow
                key={`${cause.entity} ${cause.metric ?? ''} ${cause.category}`}
                cause={cause}
                span={evidenceSpan(diagnosis, Date.parse(incident.started_at))}
                onset={incident.started_at}
              />
            ))}
          </ol>
          <div className="flex items-center gap-4 border-t px-4 py-2.5">
            <span className="min-w-0 flex-1 text-ink-soft">
              Unknown <span className="text-ink-mute">– none of the above</span>
            </span>
            <span className="flex w-40 items-center gap-2">
              <Meter
                share={diagnosis.unknown_probability}
                label="Probability that none of these is the cause"
                className="bg-ink-mute"
              />
              <span className="w-12 text-right font-medium">
                {formatProbability(diagnosis.unknown_probability)}
              </span>
            </span>
          </div>
        </>
      )}
    </Panel>
  )
}
