import type { Cause } from '@aiops/contract/model/diagnosis'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { EntityName } from '../ui/entity-name.tsx'
import { formatProbability } from '../ui/format.ts'
import { Meter } from '../ui/meter.tsx'
import { counted, sentenceCase } from '../ui/words.ts'
import { EvidenceItem } from './evidence-item.tsx'
import { byWeight, type EvidenceSpan } from './evidence-span.ts'

type CauseRowProps = {
  cause: Cause
  span: EvidenceSpan | undefined
  onset: string
  /** Which signs it explains, where there are several causes at once. */
  letter: string | undefined
  /** A person says that this was it; absent where that is said already. */
  onConfirm: (() => void) | undefined
}

/** The first cause shows its evidence at once, the others when asked; only then are their charts read. */
export function CauseRow({ cause, span, onset, letter, onConfirm }: CauseRowProps) {
  const id = useId()
  const [open, setOpen] = useState(cause.rank === 1)
  return (
    <li>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
        <span
          className={className(
            'mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full font-semibold text-xs',
            cause.rank === 1 ? 'bg-accent text-accent-ink' : 'bg-sunken text-ink-soft',
          )}
        >
          {cause.rank}
        </span>
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <EntityName id={cause.entity} />
            <Badge tone="outline">{sentenceCase(cause.category)}</Badge>
            {letter && <Badge tone="info">Signs {letter}</Badge>}
            {cause.metric && (
              <span className="break-all font-mono text-ink-mute text-xs">{cause.metric}</span>
            )}
          </p>
          <p className="break-words">{cause.sentence}</p>
          {cause.counterfactual && (
            <p className="break-words text-ink-soft text-xs">{cause.counterfactual.sentence}</p>
          )}
          {cause.evidence.length > 0 && (
            <button
              type="button"
              aria-expanded={open}
              aria-controls={id}
              onClick={() => setOpen(!open)}
              className="-ml-1 mt-1 inline-flex items-center gap-1 rounded px-1 font-medium text-accent text-xs hover:underline"
            >
              <ChevronRight aria-hidden className={className('size-3.5', open && 'rotate-90')} />
              {counted(cause.evidence.length, 'piece of evidence', 'pieces of evidence')}
            </button>
          )}
        </div>
        <div className="w-40">
          <span className="flex items-center gap-2">
            <Meter
              share={cause.probability}
              label={`Probability of ${cause.entity}`}
              className={cause.rank === 1 ? '' : 'bg-ink-mute'}
            />
            <span className="w-12 text-right font-semibold">{formatProbability(cause.probability)}</span>
          </span>
          <p className="text-ink-mute text-xs">{sentenceCase(cause.confidence)} confidence</p>
          {onConfirm && (
            <Button size="small" className="mt-1" onClick={onConfirm}>
              This was it
            </Button>
          )}
        </div>
      </div>
      {open && cause.evidence.length > 0 && (
        <ul id={id} className="space-y-4 border-t bg-canvas/60 px-4 py-3 sm:pl-13">
          {byWeight(cause.evidence).map((evidence) => (
            <EvidenceItem key={evidence.id} evidence={evidence} span={span} onset={onset} />
          ))}
        </ul>
      )}
    </li>
  )
}
