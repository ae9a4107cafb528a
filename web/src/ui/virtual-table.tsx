import { type ReactNode, useEffect, useRef, useState } from 'react'
import { className as join } from './class-name.ts'
import { rowsInSight } from './rows-in-sight.ts'

type VirtualTableProps = {
  label: string
  /** The headings, one `tr`. */
  head: ReactNode
  count: number
  /** Of every row, in pixels. */
  rowHeight: number
  /** One `tr` as tall as `rowHeight`. */
  row: (index: number) => ReactNode
  onSight?: (first: number, end: number) => void
  /** Another one: the list starts at its top again. */
  resetKey?: string
  className?: string
}

const beyond = 10

/** A table of any length: only the rows in sight are made. */
export function VirtualTable(props: VirtualTableProps) {
  const { label, head, count, rowHeight, row, onSight, resetKey, className } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ top: 0, height: 800 })
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const look = (): void => setSight({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0
  }, [resetKey])
  const { first, end } = rowsInSight({ count, rowHeight, beyond }, sight)
  useEffect(() => onSight?.(first, end), [onSight, first, end])
  return (
    <div
      ref={scroller}
      className={join(
        'max-h-[max(22rem,calc(100dvh-19rem))] overflow-y-auto overflow-x-hidden [overflow-anchor:none]',
        className,
      )}
    >
      <table aria-label={label} aria-rowcount={count} className="w-full table-fixed">
        <thead className="sticky top-0 z-10 hidden bg-surface text-ink-mute text-xs shadow-[inset_0_-1px_0_var(--line)] md:table-header-group">
          {head}
        </thead>
        <tbody className="max-md:block">
          <Spacer height={first * rowHeight} />
          {Array.from({ length: end - first }, (_, i) => row(first + i))}
          <Spacer height={(count - end) * rowHeight} />
        </tbody>
      </table>
    </div>
  )
}

const Spacer = ({ height }: { height: number }) =>
  height > 0 ? <tr aria-hidden className="max-md:block" style={{ height }} /> : null
