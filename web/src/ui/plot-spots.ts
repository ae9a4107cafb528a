import type uPlot from 'uplot'
import type { ChartSpot } from './chart-data.ts'

/** Half of a spot's diagonal, and how near a click must come, in CSS pixels. */
const radius = 5
const reach = 10

/** Diamonds at measured values; one beyond the value axis stands hollow at its end. */
export function drawSpots(u: uPlot, spots: readonly ChartSpot[], ink: string, surface: string): void {
  const { ctx } = u
  const ratio = devicePixelRatio
  const { left, width } = u.bbox
  ctx.save()
  ctx.lineWidth = ratio
  ctx.strokeStyle = ink
  for (const spot of spots) {
    const x = u.valToPos(spot.at, 'x', true)
    if (x < left || x > left + width) continue
    const { y, beyond } = heightOf(u, spot)
    ctx.fillStyle = beyond ? surface : ink
    ctx.beginPath()
    const size = radius * ratio
    ctx.moveTo(x, y * ratio + u.bbox.top - size)
    ctx.lineTo(x + size, y * ratio + u.bbox.top)
    ctx.lineTo(x, y * ratio + u.bbox.top + size)
    ctx.lineTo(x - size, y * ratio + u.bbox.top)
    ctx.closePath()
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}

/** The spot that a click means; pixels from the plot's corner. */
export function spotAt(u: uPlot, spots: readonly ChartSpot[], x: number, y: number): ChartSpot | undefined {
  let best: ChartSpot | undefined
  let nearest = reach
  for (const spot of spots) {
    const distance = Math.hypot(u.valToPos(spot.at, 'x') - x, heightOf(u, spot).y - y)
    if (distance > nearest) continue
    nearest = distance
    best = spot
  }
  return best
}

function heightOf(u: uPlot, { value }: ChartSpot): { y: number; beyond: boolean } {
  const [least = 0, most = 0] = [u.scales.y?.min ?? undefined, u.scales.y?.max ?? undefined]
  const inside = Math.min(most, Math.max(least, value))
  return { y: u.valToPos(inside, 'y'), beyond: inside !== value }
}
