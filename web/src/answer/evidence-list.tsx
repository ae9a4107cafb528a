import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { EvidenceCard } from './evidence-card.tsx'

const step = 50
/** From so many records on they are searched. */
const searchedFrom = 12

/** Records of an answer or a report, as many at a time as one can look through. */
export function EvidenceList({ evidence }: { evidence: readonly EvidenceRecord[] }) {
  const [shown, setShown] = useState(step)
  const [text, setText] = useState('')
  const words = text.toLowerCase()
  const found = evidence.filter((one) =>
    `${one.id} ${one.type} ${one.sentence} ${one.query} ${one.source}`.toLowerCase().includes(words),
  )
  return (
    <div className="space-y-3">
      {evidence.length > searchedFrom && (
        <SearchField label="Search the evidence" value={text} onChange={setText} />
      )}
      <ul className="divide-y rounded-lg border">
        {found.slice(0, shown).map((record) => (
          <li key={record.id} id={`evidence-${record.id}`} className="px-3 py-2.5">
            <EvidenceCard record={record} fields />
          </li>
        ))}
        {found.length === 0 && (
          <li className="px-3 py-2.5 text-ink-mute">
            {evidence.length === 0 ? 'There is no evidence.' : 'No record holds these words.'}
          </li>
        )}
      </ul>
      {found.length > shown && (
        <Button onClick={() => setShown(shown + step)}>
          Show {Math.min(step, found.length - shown)} more of {found.length}
        </Button>
      )}
    </div>
  )
}
