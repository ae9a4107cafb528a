import type { Diagnosis } from '@aiops/contract/model/diagnosis'
import { Badge, type Tone } from '../ui/badge.tsx'
import { EntityName } from '../ui/entity-name.tsx'
import { Panel } from '../ui/panel.tsx'

type Verdict = Diagnosis['checked'][number]['verdict']

const looks: Record<Verdict, { tone: Tone; word: string }> = {
  CAUSE: { tone: 'critical', word: 'Cause' },
  SYMPTOM: { tone: 'medium', word: 'Symptom' },
  HEALTHY: { tone: 'ok', word: 'Healthy' },
  NO_DATA: { tone: 'info', word: 'No data' },
}
const order: readonly Verdict[] = ['CAUSE', 'SYMPTOM', 'NO_DATA', 'HEALTHY']

/** What was looked at, so that nobody looks again: healthy things included. */
export function CheckedPanel({ diagnosis }: { diagnosis: Diagnosis }) {
  const rows = diagnosis.checked.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  const healthy = rows.filter((row) => row.verdict === 'HEALTHY').length
  return (
    <Panel title="What was checked" note={`${rows.length} looked at, ${healthy} healthy`} bodyClassName="p-0">
      <ul className="max-h-80 divide-y overflow-y-auto">
        {rows.map((row) => (
          <li
            key={`${row.entity} ${row.verdict} ${row.sentence}`}
            className="grid grid-cols-[5rem_1fr] items-baseline gap-x-3 px-4 py-1.5 sm:grid-cols-[5rem_12rem_1fr]"
          >
            <span>
              <Badge tone={looks[row.verdict].tone}>{looks[row.verdict].word}</Badge>
            </span>
            <EntityName id={row.entity} />
            <span className="col-start-2 break-words text-ink-soft sm:col-start-auto">{row.sentence}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
