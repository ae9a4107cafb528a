import { useEffect, useMemo, useRef, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { Failure } from '../ui/failure.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { LogText } from './log-text.tsx'
import type { ObjectPartProps } from './object-part.ts'
import { SwitchButton } from './switch-button.tsx'
import { usePod, usePodLogs } from './use-inside.ts'

const tails = [100, 500, 2_000, 10_000]

/** The end of a pod's log; with "Follow" it is asked for again every three seconds and the newest line kept in sight. */
export function PodLogs({ clusterId, object, at }: ObjectPartProps) {
  const [container, setContainer] = useState('')
  const [tail, setTail] = useState(500)
  const [previous, setPrevious] = useState(false)
  const [follow, setFollow] = useState(false)
  const [wrap, setWrap] = useState(true)
  const [words, setWords] = useState('')
  const { data: pod } = usePod(clusterId, object, at)
  const query = { container, tail_lines: tail, previous: String(previous) }
  const { data, error, refetch } = usePodLogs(clusterId, object, query, follow && !previous)
  const lines = useMemo(
    () => (data?.lines ?? []).filter(({ text }) => text.toLowerCase().includes(words.toLowerCase())),
    [data, words],
  )
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves it
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [follow, data])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another log begins with its newest line in sight
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [data === undefined, container, tail, previous])
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <SelectField
          aria-label="Container"
          value={container}
          onChange={(event) => setContainer(event.target.value)}
        >
          <option value="">Main container</option>
          {pod?.containers.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <SelectField
          aria-label="Lines"
          value={tail}
          onChange={(event) => setTail(Number(event.target.value))}
        >
          {tails.map((n) => (
            <option key={n} value={n}>
              last {n.toLocaleString('en-US')}
            </option>
          ))}
        </SelectField>
        <SwitchButton
          on={previous}
          onChange={(on) => setPrevious(on === true)}
          title="Of the container before its last restart"
        >
          Previous
        </SwitchButton>
        <SwitchButton on={follow && !previous} onChange={(on) => setFollow(on === true)}>
          Follow
        </SwitchButton>
        <SwitchButton on={wrap} onChange={(on) => setWrap(on === true)}>
          Wrap
        </SwitchButton>
        <TextField
          type="search"
          aria-label="Search within"
          placeholder="Search within"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="min-w-32 flex-1"
        />
      </div>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-2" />}
      {!data && !error && <SkeletonRows rows={10} />}
      {data && (
        <>
          <p className="mb-1 flex items-center gap-2 text-ink-mute text-xs" aria-live="off">
            {counted(lines.length, 'line')}
            {words !== '' && ` of ${data.lines.length} with “${words}”`} ·{' '}
            {data.source === 'MEMORY' ? 'from what is remembered here' : 'from the cluster, just now'}
            {data.truncated && ' · there are older ones'}
            <CopyButton text={lines.map(({ text }) => text).join('\n')} label="Copy the lines" />
          </p>
          <div
            ref={box}
            className="max-h-[max(16rem,calc(100dvh-17rem))] overflow-auto rounded-md border bg-sunken py-1"
          >
            <LogText {...{ lines, words, wrap }} />
          </div>
        </>
      )}
    </>
  )
}
