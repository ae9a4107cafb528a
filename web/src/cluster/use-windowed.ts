import { type RefObject, useLayoutEffect, useState } from 'react'
import { blocksInSight } from './window-blocks.ts'

/** Pixels made ready beyond the screen. */
const beyond = 700

/** Which blocks of a long part of the page are in sight, while the page scrolls. `offsets` as `offsetsOf` gives them. */
export function useWindowed(
  place: RefObject<HTMLElement | null>,
  offsets: readonly number[],
): { first: number; end: number; before: number; after: number } {
  const [sight, setSight] = useState({ first: 0, end: 0 })
  useLayoutEffect(() => {
    const look = (): void => {
      const top = -(place.current?.getBoundingClientRect().top ?? 0)
      const next = blocksInSight(offsets, top, innerHeight, beyond)
      setSight((old) => (old.first === next.first && old.end === next.end ? old : next))
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [place, offsets])
  const count = offsets.length - 1
  const [first, end] = [Math.min(sight.first, count), Math.min(sight.end, count)]
  const height = offsets[count] ?? 0
  return { first, end, before: offsets[first] ?? 0, after: height - (offsets[end] ?? height) }
}
