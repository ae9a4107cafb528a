import { useMemo, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { formatDuration, formatPercent } from '../ui/format.ts'
import { counted } from '../ui/words.ts'
import { type FlameNode, flameBars, flameOf } from './flame.ts'
import type { WaterfallRow } from './waterfall.ts'

const barHeight = 22

/** Where the time of a trace went, spans of the same way added up. A click widens a bar. */
export function FlameGraph({
  rows,
  colorOf,
}: {
  rows: readonly WaterfallRow[]
  colorOf: (service: string) => string
}) {
  const root = useMemo(() => flameOf(rows), [rows])
  const [chosen, setChosen] = useState<FlameNode>()
  const top = chosen ?? root
  const { bars, depth, hidden } = useMemo(() => flameBars(top), [top])
  const ground = chosen ? 0 : 1
  return (
    <div className="space-y-2 p-3">
      <p className="flex flex-wrap items-center gap-2 text-ink-mute text-xs">
        {formatDuration(top.totalMs)} of own time in {counted(rows.length, 'span')}. Spans that are reached by
        the same way are added up; calls that ran at the same time stand beside each other.
        {hidden > 0 && ` ${counted(hidden, 'bar')} too narrow to be seen.`}
        {chosen && (
          <Button size="small" className="ml-auto" onClick={() => setChosen(undefined)}>
            Whole trace
          </Button>
        )}
      </p>
      <div className="overflow-x-auto">
        <div className="relative min-w-[34rem]" style={{ height: (depth + 1 - ground) * barHeight }}>
          {bars.map(({ node, depth: at, left, width }) => {
            const text = textOf(node, root.totalMs)
            return (
              <button
                key={node.key}
                type="button"
                title={text}
                aria-label={text}
                onClick={() => setChosen(node === chosen ? undefined : node)}
                className="absolute overflow-hidden whitespace-nowrap rounded-sm border border-surface px-1 text-left text-ink text-xs leading-5 hover:brightness-110 focus-visible:z-10"
                style={{
                  ...{ left: `${left * 100}%`, width: `${width * 100}%`, height: barHeight },
                  top: (at - ground) * barHeight,
                  background: `color-mix(in srgb, ${colorOf(node.service)} 30%, var(--surface))`,
                  borderBottomColor: node.errors > 0 ? 'var(--critical)' : undefined,
                }}
              >
                {width > 0.02 && (
                  <>
                    <span className="font-medium">{node.service}</span> {node.operation}
                  </>
                )}
              </button>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const textOf = (node: FlameNode, wholeMs: number): string =>
  [
    `${node.service} ${node.operation}`,
    `${formatDuration(node.totalMs)} with all below it (${formatPercent(wholeMs > 0 ? node.totalMs / wholeMs : 0)})`,
    `${formatDuration(node.selfMs)} of its own`,
    counted(node.spans, 'span'),
    ...(node.errors > 0 ? [`${node.errors} failed`] : []),
  ].join(', ')
