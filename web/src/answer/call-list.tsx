import type { ToolCallRecord } from '@aiops/contract/model/answer'
import { Check, CircleAlert, CircleSlash, Loader, type LucideIcon } from 'lucide-react'
import { className } from '../ui/class-name.ts'
import { formatDuration } from '../ui/format.ts'
import { counted, sentenceCase } from '../ui/words.ts'
import { argumentText, isBad } from './call-text.ts'

/** A call as it goes: without a record until it has answered. */
export type Call = {
  id: string
  tool: string
  arguments: Readonly<Record<string, unknown>>
  record: ToolCallRecord | undefined
}

const looks: Record<ToolCallRecord['status'] | 'RUNNING', { icon: LucideIcon; tone: string; word: string }> =
  {
    RUNNING: { icon: Loader, tone: 'animate-spin text-ink-mute', word: 'Running' },
    OK: { icon: Check, tone: 'text-ok', word: 'Answered' },
    EMPTY: { icon: CircleSlash, tone: 'text-ink-mute', word: 'Nothing found' },
    PARTIAL: { icon: CircleAlert, tone: 'text-medium', word: 'Not whole' },
    FAILED: { icon: CircleAlert, tone: 'text-critical', word: 'Failed' },
    DENIED: { icon: CircleSlash, tone: 'text-critical', word: 'Not allowed' },
    TIMEOUT: { icon: CircleAlert, tone: 'text-critical', word: 'Timed out' },
  }

/** What was looked at, in order: tool, arguments, how it went, how long it took, and what came of it. */
export function CallList({ calls }: { calls: readonly Call[] }) {
  return (
    <ol className="divide-y rounded-lg border">
      {calls.map((call) => (
        <CallRow key={call.id} call={call} />
      ))}
    </ol>
  )
}

export const callsOf = (records: readonly ToolCallRecord[]): Call[] =>
  records.map((record) => ({ id: record.id, tool: record.tool, arguments: record.arguments, record }))

function CallRow({ call: { id, tool, record, ...call } }: { call: Call }) {
  const { icon: Icon, tone, word } = looks[record?.status ?? 'RUNNING']
  const given = argumentText(call.arguments)
  return (
    <li className="flex gap-2.5 px-3 py-2">
      <Icon aria-hidden className={className('mt-0.5 size-4 shrink-0', tone)} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-mono text-ink-mute text-xs">{id}</span>
          <span className="font-medium" title={tool}>
            {sentenceCase(tool)}
          </span>
          <span
            className={className(
              'text-xs',
              record && isBad(record.status) ? 'text-critical' : 'text-ink-mute',
            )}
          >
            {word}
            {record && record.records > 0 && `, ${counted(record.records, 'record')}`}
            {record && ` · ${formatDuration(record.ms)}`}
          </span>
        </p>
        {record && record.sentence !== '' && <p className="text-ink-soft wrap-anywhere">{record.sentence}</p>}
        {given !== '' && (
          <p className="max-h-20 overflow-y-auto font-mono text-ink-mute text-xs wrap-anywhere">{given}</p>
        )}
      </div>
    </li>
  )
}
