import { Popover } from '../ui/popover.tsx'
import { CallList, callsOf } from './call-list.tsx'
import { buttonTitle } from './citation-title.ts'
import { EvidenceCard } from './evidence-card.tsx'
import { useSources } from './sources.ts'

/** `e1` behind a sentence: opens the record that the sentence rests on. */
export function CitationButton({ id }: { id: string }) {
  const { evidence, calls } = useSources()
  const record = evidence.get(id)
  const call = calls.get(id)
  if (!record && !call)
    return (
      <span className="text-[0.6875rem] text-ink-mute" title="What it rests on is not kept with this answer.">
        [{id}]
      </span>
    )
  const trigger = (
    <button
      type="button"
      title={buttonTitle(record, call)}
      aria-label={`Evidence ${id}`}
      className="mx-px inline-flex h-4 items-center rounded bg-accent-soft px-1 align-[0.1em] font-medium font-mono text-[0.625rem] text-accent leading-none hover:bg-accent pointer-coarse:h-6 pointer-coarse:px-1.5 hover:text-accent-ink"
    >
      {id}
    </button>
  )
  return (
    <Popover trigger={trigger} label={`Evidence ${id}`} align="start">
      {record ? <EvidenceCard record={record} /> : call && <CallList calls={callsOf([call])} />}
    </Popover>
  )
}

/** What a claim, a row or a chart rests on. */
export function Citations({ cites }: { cites: readonly string[] }) {
  return cites.map((id) => <CitationButton key={id} id={id} />)
}
