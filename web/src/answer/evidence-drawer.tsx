import type { Answer } from '@aiops/contract/model/answer'
import { ListTree } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { counted } from '../ui/words.ts'
import { CallList, callsOf } from './call-list.tsx'
import { callSummary } from './call-text.ts'
import { ClaimList } from './claim-list.tsx'
import { EvidenceList } from './evidence-list.tsx'

/** Opens all that an answer rests on: its claims, its records and what was looked at. */
export function EvidenceButton({ answer }: { answer: Answer }) {
  const [open, setOpen] = useState(false)
  const { claims, evidence, checked, seconds } = answer
  if (evidence.length === 0 && checked.length === 0) return null
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setOpen(true)}>
        <ListTree aria-hidden />
        {evidence.length > 0 ? counted(evidence.length, 'record') : 'What was checked'}
      </Button>
      {open && (
        <Drawer title="Evidence" note={answer.question} onClose={() => setOpen(false)}>
          <div className="space-y-5">
            {claims.length > 0 && (
              <section>
                <h3 className="mb-2 font-semibold">What is claimed</h3>
                <ClaimList claims={claims} />
              </section>
            )}
            <section>
              <h3 className="mb-2 font-semibold">{counted(evidence.length, 'record')}</h3>
              <EvidenceList evidence={evidence} />
            </section>
            {checked.length > 0 && (
              <section>
                <h3 className="mb-2 font-semibold">{callSummary(checked, seconds)}</h3>
                <CallList calls={callsOf(checked)} />
              </section>
            )}
          </div>
        </Drawer>
      )}
    </>
  )
}
