import { Loader } from 'lucide-react'
import { useDeferredValue, useMemo } from 'react'
import { AnswerView } from '../answer/answer-view.tsx'
import { CallList } from '../answer/call-list.tsx'
import { callSummary } from '../answer/call-text.ts'
import { Folded } from '../answer/checked-section.tsx'
import { Prose } from '../answer/prose.tsx'
import { SourcesContext, sourcesOf } from '../answer/sources.ts'
import { sentenceCase } from '../ui/words.ts'
import { AuthorLine } from './author-line.tsx'
import type { LiveAnswer } from './live-answer.ts'
import { useLater } from './use-later.ts'

/** Before that a list of calls would only flicker. */
const callsAfterMs = 600

type LiveMessageProps = { live: LiveAnswer | undefined; name: string; reconnecting: boolean }

/** An answer while it is written. */
export function LiveMessage({ live, name, reconnecting }: LiveMessageProps) {
  const text = useDeferredValue(live?.text ?? '')
  const late = useLater(callsAfterMs)
  const calls = live?.calls ?? []
  const records = useMemo(() => live?.calls.flatMap(({ record }) => record ?? []) ?? [], [live?.calls])
  const sources = useMemo(() => sourcesOf(live?.evidence ?? [], records), [live?.evidence, records])
  if (live?.answer)
    return (
      <article className="min-w-0 space-y-2">
        <AuthorLine name={name} />
        <AnswerView answer={live.answer} />
      </article>
    )
  const asked = calls.findLast(({ record }) => record === undefined)
  const doing = asked ? `${sentenceCase(asked.tool)}…` : live?.status || 'Reading the question…'
  return (
    <article aria-busy className="min-w-0 space-y-3">
      <AuthorLine name={name} />
      {text === '' && late && calls.length > 0 && <CallList calls={calls} />}
      <SourcesContext value={sources}>{text !== '' && <Prose text={text} />}</SourcesContext>
      {text !== '' && calls.length > 0 && (
        <Folded summary={callSummary(records, records.reduce((sum, { ms }) => sum + ms, 0) / 1_000)}>
          <CallList calls={calls} />
        </Folded>
      )}
      <p role="status" className="flex items-center gap-2 text-ink-mute text-sm">
        <Loader aria-hidden className="size-4 animate-spin" />
        {reconnecting ? 'The connection was lost; going on where it was cut…' : doing}
      </p>
    </article>
  )
}
