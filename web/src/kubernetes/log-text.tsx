import type { PodLogLine } from '@aiops/contract/model/kubernetes'
import { className } from '../ui/class-name.ts'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { logPieces } from './log-match.ts'

type LogTextProps = { lines: readonly PodLogLine[]; words: string; wrap: boolean }

/** Log lines as a terminal shows them. Rows out of sight are not laid out: there may be 10,000. */
export function LogText({ lines, words, wrap }: LogTextProps) {
  const keys = uniqueKeys(lines, ({ at, container, text }) => `${at} ${container} ${text.slice(0, 80)}`)
  const several = new Set(lines.map(({ container }) => container)).size > 1
  if (lines.length === 0) return <p className="px-3 py-2 text-ink-soft">There is no such line.</p>
  return (
    <ol className={className('font-mono text-xs leading-5', !wrap && 'w-max min-w-full')}>
      {lines.map(({ at, container, text }, i) => (
        <li
          key={keys[i]}
          className="flex gap-3 px-3 [contain-intrinsic-size:auto_20px] [content-visibility:auto] hover:bg-surface"
        >
          <time
            dateTime={at ?? undefined}
            title={at ?? undefined}
            className="shrink-0 text-ink-mute max-sm:hidden"
          >
            {at?.slice(11, 23) ?? ''}
          </time>
          {several && <span className="w-20 shrink-0 truncate text-ink-soft">{container}</span>}
          <span className={wrap ? 'min-w-0 whitespace-pre-wrap break-all' : 'whitespace-pre'}>
            {logPieces(text, words).map((piece, n) =>
              piece.found ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line have no other name
                <mark key={n} className="rounded-sm bg-medium-soft text-medium">
                  {piece.text}
                </mark>
              ) : (
                piece.text
              ),
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
