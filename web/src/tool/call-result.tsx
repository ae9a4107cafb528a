import { useMemo, useState } from 'react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatDuration } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import type { CallRecord } from './call-history.ts'
import { viewOf } from './result-table.ts'
import { ResultTables } from './result-tables.tsx'

const looks: Record<CallRecord['outcome'], { tone: Tone; word: string }> = {
  OK: { tone: 'ok', word: 'Answered' },
  REFUSED: { tone: 'critical', word: 'The tool refused' },
  FAILED: { tone: 'critical', word: 'Failed' },
  STOPPED: { tone: 'outline', word: 'Stopped' },
}
const forms = ['table', 'text', 'json'] as const
const words = { table: 'Table', text: 'Text', json: 'JSON' }

/** What a call brought: as tables, as the text that a host reads, and as it came. */
export function CallResult({ call }: { call: CallRecord }) {
  const { result } = call
  const [form, setForm] = useState<(typeof forms)[number]>('table')
  const view = useMemo(() => result?.structured && viewOf(result.structured), [result])
  const shown = view ? form : form === 'table' ? 'text' : form
  const json = useMemo(() => (result ? JSON.stringify(result.structured ?? result, null, 2) : ''), [result])
  const { tone, word } = looks[call.outcome]
  const note = result?.note
  return (
    <Panel
      title="Result"
      note={
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          {formatDuration(call.ms)}
          {note?.ms !== undefined && ` (${formatDuration(note.ms)} in the tool)`}
          {note?.records !== undefined && ` · ${counted(note.records, 'record')}`}
        </span>
      }
      actions={
        result && (
          <>
            <div className="flex overflow-hidden rounded-md border border-line-strong">
              {forms.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={shown === one}
                  disabled={one === 'table' && !view}
                  onClick={() => setForm(one)}
                  className="h-7 border-line-strong border-r px-2.5 text-xs last:border-r-0 hover:bg-sunken focus-visible:-outline-offset-2 disabled:opacity-50 aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent"
                >
                  {words[one]}
                </button>
              ))}
            </div>
            <CopyButton text={shown === 'text' ? result.text : json} label="Copy the result" />
          </>
        )
      }
    >
      <div className="space-y-3">
        <p
          className={
            call.outcome === 'OK' ? 'break-words font-medium' : 'break-words font-medium text-critical'
          }
        >
          {call.sentence}
        </p>
        {note && note.missing.length > 0 && (
          <ul className="rounded-md border border-medium/40 bg-medium-soft px-3 py-2">
            {note.missing.map(({ cluster, reason }) => (
              <li key={cluster} className="break-words">
                Missing: {cluster}: {reason}
              </li>
            ))}
          </ul>
        )}
        {!result && call.outcome === 'OK' && (
          <p className="text-ink-mute">The answer is no longer kept; run it again.</p>
        )}
        {result && shown === 'table' && view && <ResultTables view={view} />}
        {result && shown === 'text' && result.text !== call.sentence && (
          <Raw text={result.text || 'No text.'} />
        )}
        {result && shown === 'json' && <Raw text={json} />}
        {result && result.otherParts > 0 && (
          <p className="text-ink-mute text-xs">
            {counted(result.otherParts, 'part')} without text not shown.
          </p>
        )}
      </div>
    </Panel>
  )
}

/** Longer texts are cut here; copying gives the whole. */
const rawMax = 200_000

const Raw = ({ text }: { text: string }) => (
  <section
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
    tabIndex={0}
    aria-label="The answer as it came"
    className="max-h-[36rem] overflow-auto rounded-md bg-sunken p-3"
  >
    <pre className="whitespace-pre-wrap break-words font-mono text-xs">
      {text.slice(0, rawMax)}
      {text.length > rawMax && '\n…'}
    </pre>
  </section>
)
