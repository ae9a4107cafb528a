import type { Cause, Diagnosis } from '@aiops/contract/model/diagnosis'
import type { IncidentDetail } from '@aiops/contract/model/incident'
import { RotateCw, SearchCheck, SearchX } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatDuration, formatProbability } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { CauseDialog } from './cause-dialog.tsx'
import { CauseRow } from './cause-row.tsx'
import { evidenceSpan } from './evidence-span.ts'
import { useIncidentActions } from './use-incident.ts'

/** Ranked causes with what speaks for each. */
export function CausePanel({ incident }: { incident: IncidentDetail }) {
  const { diagnosis } = incident
  const { diagnose } = useIncidentActions(incident.id)
  const [confirming, setConfirming] = useState<Cause>()
  const { confirmed_cause: confirmed } = incident
  const again = (
    <Button size="small" disabled={diagnose.isPending} onClick={() => diagnose.mutate()}>
      <RotateCw aria-hidden className={diagnose.isPending ? 'animate-spin' : ''} />
      {diagnosis ? 'Explain again' : 'Explain now'}
    </Button>
  )
  const note = diagnosis && (
    <>
      explained <Moment at={diagnosis.created_at} form="ago" />
    </>
  )
  return (
    <Panel title="Why" note={note} actions={again} bodyClassName="p-0">
      {diagnose.error && <Failure error={diagnose.error} className="m-4" />}
      {confirmed && (
        <p className="flex flex-wrap items-baseline gap-x-2 border-b bg-ok-soft px-4 py-2">
          <SearchCheck aria-hidden className="size-4 self-center text-ok" />
          <span className="font-medium">Confirmed by {confirmed.by}:</span>
          {confirmed.entity && <EntityName id={confirmed.entity} />}
          <span className="min-w-0 break-words">{confirmed.sentence}</span>
        </p>
      )}
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
          {severalAtOnce(diagnosis) && (
            <p className="border-b px-4 py-2 text-ink-soft">
              More than one thing seems to be wrong at once; causes with the same letter explain the same
              signs.
            </p>
          )}
          <ol className="divide-y">
            {diagnosis.causes.map((cause) => (
              <CauseRow
                key={`${cause.entity} ${cause.metric ?? ''} ${cause.category}`}
                cause={cause}
                span={evidenceSpan(diagnosis, Date.parse(incident.started_at))}
                onset={incident.started_at}
                letter={severalAtOnce(diagnosis) ? groupLetter(cause) : undefined}
                onConfirm={confirmed === null ? () => setConfirming(cause) : undefined}
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
          <Doubts diagnosis={diagnosis} />
        </>
      )}
      {confirming && (
        <CauseDialog incident={incident} cause={confirming} onClose={() => setConfirming(undefined)} />
      )}
    </Panel>
  )
}

const severalAtOnce = ({ causes }: Diagnosis): boolean => causes.some(({ group = 1 }) => group > 1)

const groupLetter = ({ group = 1 }: Cause): string => String.fromCharCode(64 + Math.min(group, 26))

/** Whom the first cause reaches, what would change the verdict, and how it was come by. */
function Doubts({ diagnosis }: { diagnosis: Diagnosis }) {
  const { impact, would_change = [] } = diagnosis
  return (
    <div className="space-y-1 border-t px-4 py-2.5 text-ink-soft">
      {impact && <p className="break-words">{impact.sentence}</p>}
      {would_change.length > 0 && (
        <details>
          <summary className="font-medium text-accent text-xs hover:underline">
            What would change this verdict
          </summary>
          <ul className="mt-1 list-disc space-y-0.5 pl-5">
            {would_change.map((one) => (
              <li key={one} className="break-words">
                {one}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="break-words text-ink-mute text-xs">
        By {diagnosis.method}; revision {diagnosis.revision}, took {formatDuration(diagnosis.seconds * 1_000)}
        .
      </p>
    </div>
  )
}
