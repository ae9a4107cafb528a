import { type RefObject, useLayoutEffect, useState } from 'react'

/** How many columns of at least `widthMin` pixels fit into an element, with a gap between. */
export function useColumns(place: RefObject<HTMLElement | null>, widthMin: number, gap: number): number {
  const [columns, setColumns] = useState(1)
  useLayoutEffect(() => {
    const element = place.current
    if (!element) return
    const measure = (): void =>
      setColumns(Math.max(1, Math.floor((element.clientWidth + gap) / (widthMin + gap))))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [place, widthMin, gap])
  return columns
}
