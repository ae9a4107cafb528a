import type { DiffFile, DiffLine } from '@aiops/contract/model/merge-request'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { sentenceCase } from '../ui/words.ts'
import { linesFirst, lineText, pathOf, rowsOf } from './diff-rows.ts'

type DiffFileViewProps = { file: DiffFile; open: boolean; onToggle: () => void }

/** A file that can be folded: its lines with the numbers of either side. */
export function DiffFileView({ file, open, onToggle }: DiffFileViewProps) {
  const { old_path, new_path, change, added, removed } = file
  const path = lineText(pathOf(file))
  return (
    <div className="overflow-hidden rounded-md border">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 bg-sunken px-2 py-1.5 text-left"
      >
        <ChevronRight
          aria-hidden
          className={className('size-4 shrink-0 text-ink-mute transition-transform', open && 'rotate-90')}
        />
        <code className="min-w-0 break-all font-mono text-xs">
          {change === 'RENAMED' && old_path !== null && new_path !== null
            ? `${lineText(old_path)} → ${path}`
            : path}
        </code>
        {change !== 'CHANGED' && <Badge tone="outline">{sentenceCase(change)}</Badge>}
        {added + removed > 0 && (
          <span className="ml-auto whitespace-nowrap text-xs">
            <span className="text-ok">+{added}</span> <span className="text-critical">−{removed}</span>
          </span>
        )}
      </button>
      {open && <FileLines file={file} />}
    </div>
  )
}

function FileLines({ file }: { file: DiffFile }) {
  const [max, setMax] = useState(linesFirst)
  if (file.binary)
    return <p className="px-3 py-2 text-ink-soft">It is no text, so its lines cannot be shown.</p>
  if (file.hunks.length === 0)
    return (
      <p className="px-3 py-2 text-ink-soft">
        {file.truncated ? 'It is too large to be shown.' : 'Its content is the same.'}
      </p>
    )
  const { rows, left } = rowsOf(file, max)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section tabIndex={0} aria-label={`Changes of ${pathOf(file)}`} className="overflow-x-auto">
        <table className="w-full border-collapse font-mono text-xs leading-5">
          <tbody>
            {rows.map((row, i) =>
              'hunk' in row ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff stay where they are
                <tr key={i} className="bg-low-soft text-low">
                  <td colSpan={2} />
                  <td className="whitespace-pre px-2">
                    @@ −{row.hunk.old_start},{row.hunk.old_lines} +{row.hunk.new_start},{row.hunk.new_lines}{' '}
                    @@ {lineText(row.hunk.section)}
                  </td>
                </tr>
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff stay where they are
                <LineRow key={i} line={row.line} />
              ),
            )}
          </tbody>
        </table>
      </section>
      {left > 0 && (
        <div className="border-t p-2">
          <Button size="small" onClick={() => setMax(max + linesFirst * 4)}>
            Show more of the {left} further lines
          </Button>
        </div>
      )}
      {left === 0 && file.truncated && (
        <p className="border-t bg-medium-soft px-3 py-2 text-medium">
          Its further lines are not here: it is too large. Clone it to see them.
        </p>
      )}
    </>
  )
}

const looks = {
  ADDED: { row: 'bg-ok-soft', sign: '+', word: 'added' },
  REMOVED: { row: 'bg-critical-soft', sign: '−', word: 'removed' },
  CONTEXT: { row: '', sign: ' ', word: '' },
}

/** Signs and numbers are no part of what is selected and copied. */
function LineRow({ line: { kind, text, old_line, new_line } }: { line: DiffLine }) {
  const { row, sign, word } = looks[kind]
  const number = 'w-10 min-w-10 select-none border-r px-1.5 text-right align-top text-ink-mute'
  return (
    <tr className={row}>
      <td className={number}>{old_line}</td>
      <td className={number}>{new_line}</td>
      <td className="whitespace-pre px-2">
        <span aria-hidden className="mr-1 select-none">
          {sign}
        </span>
        {word !== '' && <span className="sr-only">{word}: </span>}
        {lineText(text)}
      </td>
    </tr>
  )
}
