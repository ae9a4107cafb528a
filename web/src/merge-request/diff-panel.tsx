import type { MergeRequestDetail, MergeRequestDiff } from '@aiops/contract/model/merge-request'
import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Panel } from '../ui/panel.tsx'
import { counted } from '../ui/words.ts'
import { DiffFileView } from './diff-file-view.tsx'
import { openAtFirst, pathOf } from './diff-rows.ts'
import { useDiff } from './use-merge-requests.ts'

/** What it changes, file by file. */
export function DiffPanel({ request }: { request: MergeRequestDetail }) {
  const { project, number, head_sha } = request
  const query = useDiff({ project, number }, head_sha)
  return (
    <Loaded query={query}>{(diff) => <DiffView key={diff.head_sha} diff={diff} head={head_sha} />}</Loaded>
  )
}

const filesStep = 50

function DiffView({ diff, head }: { diff: MergeRequestDiff; head: string }) {
  const first = useMemo(() => openAtFirst(diff), [diff])
  const [open, setOpen] = useState(first)
  const [shown, setShown] = useState(filesStep)
  const { files, files_total: total } = diff
  const [added, removed] = [sum(files.map((file) => file.added)), sum(files.map((file) => file.removed))]
  const toggle = (path: string): void =>
    setOpen(new Set(open.has(path) ? [...open].filter((one) => one !== path) : [...open, path]))
  const isAnyOpen = open.size > 0
  return (
    <Panel
      title="Changes"
      note={
        <>
          {counted(total, 'file')}, <span className="text-ok">+{added}</span>{' '}
          <span className="text-critical">−{removed}</span>
        </>
      }
      actions={
        <Button
          size="small"
          onClick={() => setOpen(new Set(isAnyOpen ? [] : files.slice(0, shown).map(pathOf)))}
        >
          {isAnyOpen ? 'Fold all' : 'Unfold all'}
        </Button>
      }
      bodyClassName="space-y-3 p-3"
    >
      {diff.head_sha !== head && (
        <p role="alert" className="rounded-md bg-high-soft px-3 py-2 text-high">
          This is what {diff.head_sha.slice(0, 12)} changes; the branch has moved on since.
        </p>
      )}
      {files.length < total && (
        <p className="rounded-md bg-medium-soft px-3 py-2 text-medium">
          It is too large to be shown whole: {files.length} of {total} files are here. Clone it to see the
          rest.
        </p>
      )}
      {files.length === 0 && <p className="text-ink-soft">It changes no file.</p>}
      {files.slice(0, shown).map((file) => (
        <DiffFileView
          key={pathOf(file)}
          file={file}
          open={open.has(pathOf(file))}
          onToggle={() => toggle(pathOf(file))}
        />
      ))}
      {files.length > shown && (
        <Button onClick={() => setShown(shown + filesStep)}>
          Show more of the {files.length - shown} others
        </Button>
      )}
    </Panel>
  )
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0)
