import { formatValue, isShare } from './format.ts'

const nbsp = '\u00a0'
const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Texts of a value axis. Where those for people would read the same at two ticks, as many places as tell all ticks apart. */
export function axisTexts(
  splits: readonly number[],
  unit: string | undefined,
  metric: string | undefined,
): string[] {
  const texts = splits.map((value) => formatValue(value, unit, metric))
  if (new Set(texts).size === texts.length) return texts
  const { per, suffix } = scaleOf(splits, unit ?? '', metric ?? '')
  for (let places = 1; places <= 12; places += 1) {
    const told = splits.map((value) => (value / per).toFixed(places) + suffix)
    if (new Set(told).size === told.length) return told
  }
  return texts
}

/** One unit for the whole axis: shares stay per cent, and bytes stay in the prefix of the greatest tick. */
function scaleOf(splits: readonly number[], unit: string, metric: string): { per: number; suffix: string } {
  if (isShare(unit, metric)) return { per: 0.01, suffix: `${nbsp}%` }
  if (unit !== 'By' && unit !== 'By/s') return { per: 1, suffix: '' }
  const most = Math.max(...splits.map(Math.abs), 1)
  const power = Math.min(Math.floor(Math.log2(most) / 10), byteUnits.length - 1)
  return { per: 1_024 ** power, suffix: `${nbsp}${byteUnits[power]}${unit.slice(2)}` }
}
