/** A cell's place on the screen. */
export type Place = { left: number; top: number }

/** Which cell an arrow key leads to: along the row, or to the nearest cell of the next row. The same where there is none. */
export function neighbour(places: readonly Place[], at: number, key: string): number {
  const here = places[at]
  if (!here) return at
  if (key === 'Home') return 0
  if (key === 'End') return places.length - 1
  if (key === 'ArrowLeft') return Math.max(0, at - 1)
  if (key === 'ArrowRight') return Math.min(places.length - 1, at + 1)
  const down = key === 'ArrowDown'
  if (!down && key !== 'ArrowUp') return at
  let row: number | undefined
  let best = at
  for (let i = at; i >= 0 && i < places.length; i += down ? 1 : -1) {
    const place = places[i]
    if (!place || Math.abs(place.top - here.top) < 1) continue
    row ??= place.top
    if (Math.abs(place.top - row) >= 1) break
    if (best === at || Math.abs(place.left - here.left) < Math.abs((places[best]?.left ?? 0) - here.left))
      best = i
  }
  return best
}
