import { Play } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { HistoryMenu } from './history-menu.tsx'
import { type QueryLanguage, remember } from './query-history.ts'

const editors = {
  promql: lazy(() => import('./promql-editor.tsx').then((m) => ({ default: m.PromqlEditor }))),
  logql: lazy(() => import('./logql-editor.tsx').then((m) => ({ default: m.LogqlEditor }))),
  traceql: lazy(() => import('./traceql-editor.tsx').then((m) => ({ default: m.TraceqlEditor }))),
}

/** A query as it is typed; it becomes part of the address when it is run. */
export function QueryBar({
  language,
  query,
  onRun,
  busy,
}: {
  language: QueryLanguage
  query: string
  onRun: (query: string) => void
  busy: boolean
}) {
  const [draft, setDraft] = useState({ of: query, text: query })
  const text = draft.of === query ? draft.text : query
  // Enter may come before what was typed last is drawn.
  const typed = useRef(text)
  typed.current = text
  const Editor = editors[language]
  const run = (what: string): void => {
    remember(language, what)
    onRun(what.trim())
  }
  return (
    <div className="flex items-start gap-2">
      <Suspense fallback={<Skeleton className="h-9 flex-1" />}>
        <Editor
          value={text}
          onChange={(next) => {
            typed.current = next
            setDraft({ of: query, text: next })
          }}
          onRun={() => run(typed.current)}
        />
      </Suspense>
      <HistoryMenu language={language} onChoose={run} />
      <Button look="strong" onClick={() => run(text)} disabled={text.trim() === '' && query === ''}>
        <Play aria-hidden />
        {busy ? 'Running' : 'Run'}
      </Button>
    </div>
  )
}
